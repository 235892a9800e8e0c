// SPDX-License-Identifier: MIT
#include "listing.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>
#include <vector>

namespace vp
{

// What a type declares. A type that cannot be constructed without its arguments has declared what it could
// before it gave up.
static tk::module_description describe(const tk::module_factory::entry &entry)
{
    tk::module_description description;
    tk::config_node nothing(entry.type);
    tk::module_context context(nothing, entry.type, description);
    try {
        const sc_core::sc_module_name name(sc_core::sc_gen_unique_name("described"));
        entry.create(name, context);
    } catch (const tk::config_error &) {
    }
    return description;
}

static std::string aliases_of(const std::string &type)
{
    std::string text;
    for (const std::string &each : tk::module_factory::instance().aliases_of(type)) {
        text += (text.empty() ? "" : ", ") + each;
    }
    return text;
}

static std::string with_unit(const std::string &value, const std::string &unit)
{
    const bool is_number = !value.empty() && std::isdigit(static_cast<unsigned char>(value.front()));
    return unit.empty() || !is_number ? value : value + " " + unit;
}

void list_modules(std::ostream &out)
{
    tk::module_factory &factory = tk::module_factory::instance();
    for (const std::string &type : factory.types()) {
        const tk::module_factory::entry &entry = *factory.find(type);
        const tk::module_description description = describe(entry);
        const std::string aliases = aliases_of(type);
        out << type << "\n    " << entry.help << "\n";
        if (entry.service) {
            out << "    part of every platform: its parameters stand in the top table\n";
        }
        if (!aliases.empty()) {
            out << "    also called " << aliases << "\n";
        }
        for (const auto &each : description.ports) {
            out << "    port " << each.name << ": " << each.kind << "; " << each.help << "\n";
        }
        for (const auto &each : description.params) {
            out << "    parameter " << each.name << ": " << each.type;
            if (!each.unit.empty()) {
                out << ", " << each.unit;
            }
            if (!each.range.empty()) {
                out << ", " << each.range;
            }
            if (!each.def.empty()) {
                out << ", default " << each.def;
            }
            out << "; " << each.help << "\n";
        }
        out << "\n";
    }
}

// --- as Markdown -------------------------------------------------------------------------------------

// A cell of a table.
static std::string cell(const std::string &text)
{
    std::string escaped;
    for (const char each : text) {
        escaped += each == '|' ? "\\|" : each == '<' ? "&lt;" : std::string(1, each);
    }
    return escaped;
}

static std::string code(const std::string &text)
{
    return text.empty() ? "" : "`" + text + "`";
}

// Members of a row that differ in their last number only, "irq_in_0" to "irq_in_31", become one row.
static size_t series_length(const std::vector<tk::module_description::end> &ports, size_t first)
{
    const std::string &name = ports[first].name;
    if (name.back() != '0') {
        return 1;
    }
    const std::string stem = name.substr(0, name.size() - 1);
    size_t length = 1;
    while (first + length < ports.size() && ports[first + length].name == stem + std::to_string(length) &&
           ports[first + length].help == ports[first].help) {
        length++;
    }
    return length;
}

static void print_tables(const tk::module_description &description, std::ostream &out)
{
    if (!description.ports.empty()) {
        out << "| port | kind | meaning |\n|---|---|---|\n";
    }
    for (size_t i = 0; i < description.ports.size();) {
        const auto &each = description.ports[i];
        const size_t length = series_length(description.ports, i);
        out << "| " << code(each.name)
            << (length > 1 ? " to " + code(description.ports[i + length - 1].name) : "") << " | " << each.kind
            << " | " << cell(each.help) << " |\n";
        i += length;
    }
    out << (description.ports.empty() ? "" : "\n");
    if (!description.params.empty()) {
        out << "| parameter | type | unit | range | default | meaning |\n|---|---|---|---|---|---|\n";
    }
    for (const auto &each : description.params) {
        out << "| " << code(each.name) << " | " << each.type << " | " << each.unit << " | "
            << cell(each.range) << " | " << cell(each.def) << " | " << cell(each.help) << " |\n";
    }
    out << (description.params.empty() ? "" : "\n");
}

void list_modules_markdown(std::ostream &out)
{
    tk::module_factory &factory = tk::module_factory::instance();
    // Types with the same ports and parameters (CPUs) have one table: its text, then the types.
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;

    for (const std::string &type : factory.types()) {
        std::ostringstream tables;
        print_tables(describe(*factory.find(type)), tables);
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto &each) {
            return !each.first.empty() && each.first == tables.str();
        });
        if (same == groups.end()) {
            groups.push_back({tables.str(), {type}});
        } else {
            same->second.push_back(type);
        }
    }
    for (const auto &[tables, types] : groups) {
        out << "### " << types.front() << (types.size() > 1 ? " and others" : "") << "\n\n";
        for (const std::string &type : types) {
            const tk::module_factory::entry &entry = *factory.find(type);
            const std::string aliases = aliases_of(type);
            out << (types.size() > 1 ? "- " + code(type) + ": " : "") << cell(entry.help)
                << (entry.service ? ". Part of every platform: its parameters stand in the top table" : "")
                << (aliases.empty() ? "" : ". Also called " + aliases) << "\n";
        }
        out << "\n" << tables;
    }
}

void list_params(const tk::platform &built, std::ostream &out)
{
    for (const auto &owner : built.modules()) {
        for (const tk::param_base *each : owner->params()) {
            out << each->full_name() << " = " << with_unit(each->value_text(), each->unit()) << "  ("
                << each->type_name() << (each->range_text().empty() ? "" : ", " + each->range_text())
                << ", default " << each->default_text() << ")  " << each->help() << "\n";
        }
    }
}

} // namespace vp
