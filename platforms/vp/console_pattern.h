// SPDX-License-Identifier: MIT
//
// What --expect and --reject look for: [@CONSOLE:]REGEX.
//
// A regular expression as ECMAScript has them; it need not match all of a line. @CONSOLE names the module
// that writes it ("platform.uart", or "uart" for short); without, any console will do. A regular expression
// that begins with an @ itself is written [@].
#ifndef PLATFORMS_VP_CONSOLE_PATTERN_H
#define PLATFORMS_VP_CONSOLE_PATTERN_H

#include <regex>
#include <string>

namespace vp
{

struct console_pattern {
    // `option` is for the error: "--expect". Throws usage_error.
    console_pattern(const std::string &option, const std::string &text);

    // Whether it is for a console of this name, "platform.uart".
    bool is_for(const std::string &name) const;
    // A line that is complete, or not yet: then $ is not at its end, nor is the end of a word.
    bool matches(const std::string &line, bool complete) const;

    std::string written; // as the user wrote it
    std::string console; // "": any
    std::regex regex;
};

} // namespace vp

#endif
