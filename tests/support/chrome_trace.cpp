// SPDX-License-Identifier: MIT
#include "support/chrome_trace.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace test
{

namespace
{

using nlohmann::json;
using track = std::pair<int, int>; // process and thread

constexpr double rounding_us = 2e-6;

class checker
{
  public:
    explicit checker(std::vector<std::string> &complaints) : m_complaints(complaints) {}

    void look_at(const json &event)
    {
        m_event = &event;
        if (!is(event.is_object(), "an event is no object") || !has("ph", json::value_t::string) ||
            !has("name", json::value_t::string) || !has_number("pid") || !has_number("tid")) {
            return;
        }
        const std::string phase = event["ph"];
        const track of(event["pid"], event["tid"]);
        if (phase == "M") {
            metadata(of);
            return;
        }
        if (!has_number("ts") || !is(event["ts"].get<double>() >= 0, "before the begin")) {
            return;
        }
        const double at = event["ts"];
        if (phase == "X") {
            slice(of, at);
        } else if (phase == "B") {
            m_open[of].push_back(at);
        } else if (phase == "E") {
            end(of, at);
        } else if (phase == "s" || phase == "f") {
            arrow(phase == "s", of, at);
        } else if (phase == "i") {
            is(event.contains("s") && event["s"] == "t", "an instant has no scope");
        } else if (phase == "C") {
            counter();
        } else {
            is(false, "an unknown phase");
        }
        if (phase != "C") {
            m_used.insert(of);
        }
    }

    void finish()
    {
        m_event = nullptr;
        for (const auto &[of, begins] : m_open) {
            is(begins.empty(), "a begin has no end");
        }
        for (const auto &[id, at] : m_arrows) {
            is(m_ended.count(id) == 1, "an arrow has no end");
        }
        for (const track &each : m_used) {
            is(m_named.count(each) == 1, "a track has no name: " + std::to_string(each.second));
        }
    }

  private:
    bool is(bool right, const std::string &complaint)
    {
        if (!right && m_complaints.size() < 20) {
            m_complaints.push_back(complaint + (m_event ? ": " + m_event->dump() : ""));
        }
        return right;
    }
    bool has(const char *key, json::value_t type)
    {
        return is(m_event->contains(key) && (*m_event)[key].type() == type, std::string("no ") + key);
    }
    bool has_number(const char *key)
    {
        return is(m_event->contains(key) && (*m_event)[key].is_number(), std::string("no ") + key);
    }

    void metadata(const track &of)
    {
        if (has("args", json::value_t::object) && (*m_event)["name"] == "thread_name" &&
            is((*m_event)["args"].contains("name"), "no name in a name")) {
            m_named.insert(of);
        }
    }
    void slice(const track &of, double at)
    {
        if (!has_number("dur")) {
            return;
        }
        const double length = (*m_event)["dur"];
        is(length >= 0, "a slice ends before it begins");
        is(m_ends.count(of) == 0 || at >= m_ends[of] - rounding_us, "a slice overlaps the one before");
        m_ends[of] = at + length;
    }
    void end(const track &of, double at)
    {
        if (is(!m_open[of].empty(), "an end has no begin")) {
            is(at >= m_open[of].back(), "an end is before its begin");
            m_open[of].pop_back();
        }
    }
    void arrow(bool begins, const track &, double at)
    {
        if (!has_number("id")) {
            return;
        }
        const uint64_t id = (*m_event)["id"];
        if (begins) {
            is(m_arrows.emplace(id, at).second, "two arrows have one number");
        } else {
            is(m_arrows.count(id) == 1, "an arrow has no begin");
            is(m_ended.insert(id).second, "an arrow has two ends");
            is(at >= m_arrows[id], "an arrow goes back");
        }
    }
    void counter()
    {
        if (!has("args", json::value_t::object)) {
            return;
        }
        for (const auto &[name, value] : (*m_event)["args"].items()) {
            is(value.is_number() && std::isfinite(value.get<double>()), "a counter is no number: " + name);
        }
    }

    std::vector<std::string> &m_complaints;
    const json *m_event = nullptr;
    std::map<track, double> m_ends;
    std::map<track, std::vector<double>> m_open;
    std::map<uint64_t, double> m_arrows;
    std::set<uint64_t> m_ended;
    std::set<track> m_named, m_used;
};

} // namespace

std::vector<std::string> complaints_about_chrome_trace(const json &trace)
{
    std::vector<std::string> complaints;
    checker check(complaints);

    if (!trace.is_object() || !trace.contains("traceEvents") || !trace["traceEvents"].is_array()) {
        return {"no traceEvents"};
    }
    if (trace.value("displayTimeUnit", "") != "ns") {
        complaints.emplace_back("displayTimeUnit is not ns");
    }
    for (const json &each : trace["traceEvents"]) {
        check.look_at(each);
    }
    check.finish();
    return complaints;
}

} // namespace test
