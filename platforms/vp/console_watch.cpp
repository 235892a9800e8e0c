// SPDX-License-Identifier: MIT
#include "console_watch.h"

#include "options.h"

#include <algorithm>

namespace vp
{

console_watch::console_watch(const std::vector<console_pattern> &expected,
                             const std::vector<console_pattern> &rejected)
    : m_expected(expected), m_rejected(rejected), m_matched(expected.size()), m_missing(expected.size())
{
}

size_t console_watch::add(const std::string &name)
{
    m_consoles.push_back({name, "", {}, {}});
    return m_consoles.size() - 1;
}

void console_watch::check_names() const
{
    std::string known;
    for (const console &each : m_consoles) {
        known += (known.empty() ? "" : ", ") + each.name;
    }
    for (const auto *patterns : {&m_expected, &m_rejected}) {
        for (const console_pattern &pattern : *patterns) {
            if (std::none_of(m_consoles.begin(), m_consoles.end(),
                             [&](const console &each) { return pattern.is_for(each.name); })) {
                throw usage_error("'" + pattern.written + "' is for no console; there " +
                                  (known.empty() ? "is none" : "are: " + known));
            }
        }
    }
}

// --- what is said ------------------------------------------------------------------------------------

void console_watch::end_line(console &which)
{
    which.last.push_back(which.line);
    if (which.last.size() > lines_kept) {
        which.last.pop_front();
    }
    which.completed.push_back(std::move(which.line));
    which.line.clear();
}

bool console_watch::take(size_t index, uint8_t byte)
{
    const std::lock_guard<std::mutex> hold(m_lock);
    console &which = m_consoles[index];
    if (byte != '\n') {
        which.line.push_back(static_cast<char>(byte));
        if (which.line.size() < longest_line) {
            return m_early;
        }
    } else if (!which.line.empty() && which.line.back() == '\r') {
        which.line.pop_back();
    }
    end_line(which);
    return true;
}

std::string console_watch::last_lines() const
{
    const std::lock_guard<std::mutex> hold(m_lock);
    std::string text;
    for (const console &each : m_consoles) {
        if (each.last.empty() && each.line.empty()) {
            continue;
        }
        text += "The last lines of " + each.name + ":\n";
        for (const std::string &line : each.last) {
            text += line + "\n";
        }
        text += each.line.empty() ? "" : each.line + "\n";
    }
    return text;
}

// --- what is looked for ------------------------------------------------------------------------------

void console_watch::look_at(const std::string &name, const std::string &line, bool complete)
{
    for (const console_pattern &each : m_rejected) {
        if (complete && m_reason.empty() && each.is_for(name) && each.matches(line, true)) {
            m_reason = name;
            m_reason.append(" says what --reject '").append(each.written).append("' forbids: ").append(line);
        }
    }
    for (size_t i = 0; i < m_expected.size(); i++) {
        if (!m_matched[i] && m_expected[i].is_for(name) && m_expected[i].matches(line, complete)) {
            m_matched[i] = true;
            m_missing--;
        }
    }
}

// Matching may take long: without the lock.
void console_watch::look(bool all)
{
    for (console &each : m_consoles) {
        std::deque<std::string> completed;
        std::string line;
        {
            const std::lock_guard<std::mutex> hold(m_lock);
            completed.swap(each.completed);
            line = each.line;
        }
        for (const std::string &one : completed) {
            look_at(each.name, one, true);
        }
        if (!line.empty() && (all || m_early)) {
            look_at(each.name, line, all);
        }
    }
}

std::string console_watch::missing() const
{
    std::string text;
    for (size_t i = 0; i < m_expected.size(); i++) {
        if (!m_matched[i]) {
            text += (text.empty() ? "no console has said what --expect asks for: '" : ", '") +
                    m_expected[i].written + "'";
        }
    }
    return text;
}

} // namespace vp
