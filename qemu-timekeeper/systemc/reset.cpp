// SPDX-License-Identifier: MIT
#define SC_INCLUDE_DYNAMIC_PROCESSES // sc_spawn
#include "timekeeper/systemc/reset.h"

#include <algorithm>
#include <functional>

namespace tk
{

TK_SERVICE("system_reset", system_reset,
           "resets all modules and all QEMUs together, when somebody asks for it");

// --- one module --------------------------------------------------------------------------------------

reset_input::reset_input(module &owner, const std::string &name, reset_kind kind, const std::string &help)
    : m_owner(owner), m_kind(kind), m_in(name.c_str()), m_port(owner, name, m_in, help)
{
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&m_in);
    options.dont_initialize();
    sc_core::sc_spawn([this] { changed(); }, (name + "_changed").c_str(), &options);
}

void reset_input::changed()
{
    m_in.read() ? m_owner.on_reset(m_kind) : m_owner.on_reset_end(m_kind);
}

// --- all of them -------------------------------------------------------------------------------------

static std::vector<reset_holder *> &holders()
{
    static std::vector<reset_holder *> all;
    return all;
}

reset_holder::reset_holder()
{
    holders().push_back(this);
}

reset_holder::~reset_holder()
{
    auto &all = holders();
    all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

static system_reset *s_instance;

system_reset *system_reset::instance()
{
    return s_instance;
}

system_reset::system_reset(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context)
{
    SC_THREAD(run);
    if (!context.describing()) {
        s_instance = this;
    }
}

system_reset::~system_reset()
{
    if (s_instance == this) {
        s_instance = nullptr;
    }
}

void system_reset::request(reset_kind kind)
{
    m_pending = true;
    m_cold = m_cold || kind == reset_kind::cold;
    m_requested.notify(sc_core::SC_ZERO_TIME);
}

// Ends: a vCPU stops at its next block; one in an access when its target has answered, for which SystemC goes
// on.
void system_reset::stop_all()
{
    const auto stands = [](const reset_holder *each) { return each->held(); };

    for (reset_holder *each : holders()) {
        each->hold();
    }
    while (!std::all_of(holders().begin(), holders().end(), stands)) {
        wait(m_stopped);
    }
}

static void for_each_module(const std::vector<sc_core::sc_object *> &objects,
                            const std::function<void(module &)> &action)
{
    for (sc_core::sc_object *each : objects) {
        if (auto *found = dynamic_cast<module *>(each)) {
            action(*found);
        }
        for_each_module(each->get_child_objects(), action);
    }
}

// First all take their reset values, then those that write into others (a loader) do so.
void system_reset::reset_modules(reset_kind kind)
{
    for_each_module(sc_core::sc_get_top_level_objects(), [kind](module &each) { each.on_reset(kind); });
    for_each_module(sc_core::sc_get_top_level_objects(), [kind](module &each) { each.on_reset_end(kind); });
}

void system_reset::run()
{
    for (;;) {
        if (!m_pending) {
            wait(m_requested);
            continue;
        }
        stop_all();
        const reset_kind kind = m_cold ? reset_kind::cold : reset_kind::warm;
        m_pending = m_cold = false;
        m_under_way = true;
        m_count++;
        reset_modules(kind);
        wait(sc_core::SC_ZERO_TIME); // lines take their levels,
        wait(sc_core::SC_ZERO_TIME); // and so does what follows from those
        for (reset_holder *each : holders()) {
            while (!each->reset_held()) {
                stop_all();
            }
        }
        m_under_way = false;
        for (reset_holder *each : holders()) {
            each->let_go();
        }
    }
}

} // namespace tk
