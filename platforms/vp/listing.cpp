// SPDX-License-Identifier: MIT
#include "listing.h"

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

static std::string with_unit(const std::string &value, const std::string &unit)
{
    return unit.empty() ? value : value + " " + unit;
}

void list_modules(std::ostream &out)
{
    tk::module_factory &factory = tk::module_factory::instance();
    for (const std::string &type : factory.types()) {
        const tk::module_factory::entry &entry = *factory.find(type);
        const tk::module_description description = describe(entry);
        std::string aliases;
        for (const std::string &each : factory.aliases_of(type)) {
            aliases += (aliases.empty() ? "" : ", ") + each;
        }
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
            out << "    parameter " << each.name << ": " << each.type << ", default "
                << with_unit(each.def, each.unit) << "; " << each.help << "\n";
        }
        out << "\n";
    }
}

void list_params(const platform &built, std::ostream &out)
{
    for (const auto &owner : built.modules()) {
        for (const tk::param_base *each : owner->params()) {
            out << each->full_name() << " = " << with_unit(each->value_text(), each->unit()) << "  ("
                << each->type_name() << ", default " << each->default_text() << ")  " << each->help() << "\n";
        }
    }
}

} // namespace vp
