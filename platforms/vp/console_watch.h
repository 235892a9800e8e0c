// SPDX-License-Identifier: MIT
//
// What consoles say, line by line: the last lines of each, and whether it is what a test expects.
//
// A line ends with LF; a CR before it does not count. What is longer than `longest_line` is looked at in
// pieces.
#ifndef PLATFORMS_VP_CONSOLE_WATCH_H
#define PLATFORMS_VP_CONSOLE_WATCH_H

#include "console_pattern.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace vp
{

class console_watch
{
  public:
    static constexpr size_t longest_line = 4096, lines_kept = 20;

    // Both outlive this.
    console_watch(const std::vector<console_pattern> &expected, const std::vector<console_pattern> &rejected);

    // A console; its index, from 0 on. Before the first byte.
    size_t add(const std::string &name);
    // Throws usage_error if a pattern names a console that there is not.
    void check_names() const;

    // A byte of a console's. True: look() has something to look at. Any thread; one at a time for a console.
    bool take(size_t index, uint8_t byte);
    // Looks at the lines that were completed since the last call; with `all` also at those that are not over.
    // One thread at a time.
    void look(bool all);
    // Looks for expected patterns also in lines that are not over yet: for prompts. Before the first byte.
    void look_early() { m_early = true; }

    // What look() has found so far: the same thread.
    bool rejected() const { return !m_reason.empty(); }
    const std::string &reason() const { return m_reason; } // "" or what was rejected, and where
    bool all_expected() const { return m_missing == 0; }
    std::string missing() const; // "" or which patterns have matched nothing

    // The last lines, each console with its name. Any thread.
    std::string last_lines() const;

  private:
    struct console {
        std::string name;
        std::string line;
        std::deque<std::string> completed; // and not yet looked at
        std::deque<std::string> last;
    };
    void end_line(console &which);
    void look_at(const std::string &name, const std::string &line, bool complete);

    const std::vector<console_pattern> &m_expected, &m_rejected;
    std::vector<bool> m_matched; // of m_expected
    size_t m_missing;
    std::string m_reason;
    bool m_early = false;
    mutable std::mutex m_lock; // of the consoles
    std::deque<console> m_consoles;
};

} // namespace vp

#endif
