// SPDX-License-Identifier: MIT
#include "diagram.h"

#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/object.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>

namespace vp
{

using json = nlohmann::ordered_json;

static const char *kind_of(const tk::module &module)
{
    if (dynamic_cast<const tk::qemu_cpu *>(&module)) {
        return "cpu";
    }
    return dynamic_cast<const tk::qemu_object *>(&module) ? "qemu" : "systemc";
}

static const char *kind_of(const tk::port &port)
{
    switch (port.what()) {
    case tk::port::kind::tlm_initiator:
    case tk::port::kind::tlm_target:
        return "tlm";
    case tk::port::kind::signal_out:
    case tk::port::kind::signal_in:
        return "signal";
    case tk::port::kind::stream:
        break;
    }
    return "stream";
}

// Who drives comes first.
static std::pair<const tk::port *, const tk::port *> in_order(const tk::platform::binding &each)
{
    const auto what = each.own->what();
    const bool swapped = what == tk::port::kind::tlm_target || what == tk::port::kind::signal_in;
    return swapped ? std::make_pair(each.far, each.own) : std::make_pair(each.own, each.far);
}

// The window of the target: in the table with the `bind`, or in that of the target's own socket.
static std::optional<std::pair<uint64_t, uint64_t>> window_of(const tk::platform::binding &each)
{
    const tk::port *target = in_order(each).second;
    tk::config_node *table = each.attributes;

    if (!table->find("address")) {
        table = target->owner().config().find(target->name());
    }
    const tk::config_node *address = table && table->is_table() ? table->find("address") : nullptr;
    const tk::config_node *size = address ? table->find("size") : nullptr;
    if (!size) {
        return std::nullopt;
    }
    return std::make_pair(address->as_uint64(), size->as_uint64());
}

static std::string hex(uint64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

json diagram_json(const tk::platform &built)
{
    json modules = json::array(), bindings = json::array();

    for (const auto &each : built.modules()) {
        // Containers and services (the keeper, which has the top table) are no blocks.
        if (each->type() != "Container" && &each->config() != &built.modules().front()->config()) {
            modules.push_back(
                {{"name", each->full_name()}, {"type", each->type()}, {"kind", kind_of(*each)}});
        }
    }
    for (const tk::platform::binding &each : built.bindings()) {
        const auto [from, to] = in_order(each);
        json binding = {{"kind", kind_of(*from)},
                        {"from", from->owner().full_name()},
                        {"from_port", from->name()},
                        {"to", to->owner().full_name()},
                        {"to_port", to->name()}};
        const auto window = from->what() == tk::port::kind::tlm_initiator ? window_of(each) : std::nullopt;
        if (window) {
            binding["address"] = hex(window->first); // JavaScript's numbers end at 2^53
            binding["size"] = window->second;
        }
        bindings.push_back(std::move(binding));
    }
    return {{"modules", std::move(modules)}, {"bindings", std::move(bindings)}};
}

std::vector<address_window> address_windows(const tk::platform &built)
{
    std::vector<address_window> windows;

    for (const tk::platform::binding &each : built.bindings()) {
        const auto [from, to] = in_order(each);
        const auto window = from->what() == tk::port::kind::tlm_initiator ? window_of(each) : std::nullopt;
        if (window && window->second > 0) {
            const std::string name =
                to->name() == "target_socket" ? to->owner().full_name() : to->full_name();
            windows.push_back({window->first, window->first + (window->second - 1), name});
        }
    }
    return windows;
}

} // namespace vp
