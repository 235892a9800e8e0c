// SPDX-License-Identifier: MIT
#include "console_pattern.h"

#include "options.h"

namespace vp
{

console_pattern::console_pattern(const std::string &option, const std::string &text) : written(text)
{
    std::string expression = text;
    if (!text.empty() && text[0] == '@') {
        const size_t colon = text.find(':');
        if (colon == std::string::npos || colon == 1) {
            throw usage_error(option + " '" + text +
                              "' names no console; write @CONSOLE:REGEX, or [@] for an @");
        }
        console = text.substr(1, colon - 1);
        expression = text.substr(colon + 1);
    }
    if (expression.empty()) {
        throw usage_error(option + " '" + text + "' has no regular expression; an empty one matches all");
    }
    try {
        regex.assign(expression, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error &error) {
        throw usage_error(option + " '" + text + "' is no regular expression: " + error.what());
    }
}

bool console_pattern::is_for(const std::string &name) const
{
    const size_t length = console.size();
    if (length == 0 || name == console) {
        return true;
    }
    return name.size() > length && name.compare(name.size() - length, length, console) == 0 &&
           name[name.size() - length - 1] == '.';
}

bool console_pattern::matches(const std::string &line, bool complete) const
{
    using namespace std::regex_constants;
    return std::regex_search(line, regex, complete ? match_default : match_not_eol | match_not_eow);
}

} // namespace vp
