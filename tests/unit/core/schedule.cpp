// SPDX-License-Identifier: MIT
#include "schedule.h"

#include <algorithm>
#include <istream>
#include <sstream>

namespace
{

struct name_of {
    const char *name;
    const char *meaning;
};

constexpr name_of names[] = {
#define SCHEDULE_EVENT_NAME(name, meaning) {#name, meaning},
    SCHEDULE_EVENT_MAP(SCHEDULE_EVENT_NAME)
#undef SCHEDULE_EVENT_NAME
};

bool parse_line(const std::string &line, schedule &all)
{
    std::istringstream words(line);
    std::string name;
    event each{};

    if (!(words >> name) || name[0] == '#') {
        return true;
    }
    if (!(words >> each.who >> each.a >> each.b)) {
        return false;
    }
    if (name == "system") {
        all.quantum = each.who;
        all.reports = each.a;
        all.min_window = each.b;
        return true;
    }
    const auto *found =
        std::find_if(std::begin(names), std::end(names), [&](const name_of &n) { return name == n.name; });
    if (found == std::end(names)) {
        return false;
    }
    each.kind = static_cast<what>(found - std::begin(names));
    all.events.push_back(each);
    return true;
}

std::vector<event> without(const std::vector<event> &all, size_t from, size_t count)
{
    std::vector<event> rest(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
    rest.insert(rest.end(), all.begin() + static_cast<std::ptrdiff_t>(std::min(from + count, all.size())),
                all.end());
    return rest;
}

} // namespace

std::string to_text(const schedule &all)
{
    std::ostringstream text;

    text << "system " << all.quantum << " " << all.reports << " " << all.min_window
         << " # quantum in ps, reports, least window in ps\n";
    for (const event &each : all.events) {
        const name_of &name = names[static_cast<size_t>(each.kind)];
        text << name.name << " " << each.who << " " << each.a << " " << each.b << " # " << name.meaning
             << "\n";
    }
    return text.str();
}

bool from_text(std::istream &text, schedule &all, std::string &error)
{
    std::string line;

    for (unsigned number = 1; std::getline(text, line); number++) {
        if (!parse_line(line, all)) {
            error = "line " + std::to_string(number) + ": '" + line + "' is no event and three numbers";
            return false;
        }
    }
    if (all.quantum == 0) {
        error = "there is no line 'system QUANTUM REPORTS MIN_WINDOW'";
        return false;
    }
    return true;
}

std::vector<event> shrink(std::vector<event> events,
                          const std::function<bool(const std::vector<event> &)> &fails)
{
    for (size_t chunk = std::max<size_t>(events.size() / 2, 1);;) {
        bool shorter = false;
        // from the end: what comes later depends on what was before
        for (size_t end = events.size(); end > 0;) {
            const size_t from = end > chunk ? end - chunk : 0;
            std::vector<event> rest = without(events, from, end - from);
            if (fails(rest)) {
                events = std::move(rest);
                shorter = true;
            }
            end = from;
        }
        if (chunk == 1 && !shorter) {
            return events;
        }
        chunk = std::max<size_t>(chunk / 2, 1);
    }
}
