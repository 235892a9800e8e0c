// SPDX-License-Identifier: MIT
#include "report_page.h"

#include "report_assets.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace vp
{

// Within a script element "</script" would end it, and "<!--" begin a comment; in JSON a "<" can only be in a
// string, where it may be written as a number.
static std::string inside_script(const std::string &json)
{
    std::string text;
    for (const char c : json) {
        text += c == '<' ? "\\u003c" : std::string(1, c);
    }
    return text;
}

static std::string in_attribute(const std::string &text)
{
    std::string escaped;
    for (const char c : text) {
        escaped += c == '"' ? "&quot;" : c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
    return escaped;
}

// What is put in is not looked at again.
static std::string filled(const std::string &form,
                          const std::vector<std::pair<std::string, std::string>> &places)
{
    std::string page;
    for (size_t at = 0; at < form.size();) {
        size_t next = form.size();
        const std::pair<std::string, std::string> *found = nullptr;
        for (const auto &each : places) {
            const size_t place = form.find(each.first, at);
            if (place < next) {
                next = place;
                found = &each;
            }
        }
        page += form.substr(at, next - at);
        at = next;
        if (found) {
            page += found->second;
            at += found->first.size();
        }
    }
    return page;
}

std::string report_page(const std::string &json, const std::string &live)
{
    return filled(report_html, {{"@STYLE@", report_css},
                                {"@SCRIPT@", report_js},
                                {"@LIVE@", in_attribute(live)},
                                {"@DATA@", inside_script(json)}});
}

std::string report_json(const std::string &title, const std::string &trace, const std::string &stats,
                        const std::string &platform)
{
    return "{\"title\":" + nlohmann::json(title).dump() + ",\"stats\":" + stats +
           ",\"platform\":" + platform + ",\"trace\":" + trace + "}";
}

} // namespace vp
