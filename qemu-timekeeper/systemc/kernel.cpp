// SPDX-License-Identifier: MIT
//
// What differs between SystemC 2.3.4 and 3, and nothing else does.
#include "kernel.h"

#include "timekeeper/systemc/module.h"

#include <atomic>

namespace tk
{

#if SC_VERSION_MAJOR >= 3

struct elaboration_scope::state {
    explicit state(sc_core::sc_module &owner) : scope(owner.get_hierarchy_scope()) {}
    state() : scope(sc_core::sc_hierarchy_scope::get_root()) {}
    sc_core::sc_hierarchy_scope scope;
};

struct kernel_suspension::state final : sc_core::sc_stage_callback_if {
    static constexpr unsigned STAGES = sc_core::SC_PRE_SUSPEND | sc_core::SC_POST_SUSPEND;

    explicit state(std::function<void(bool)> suspended_) : suspended(std::move(suspended_))
    {
        sc_core::sc_register_stage_callback(*this, STAGES);
    }
    ~state() override { sc_core::sc_unregister_stage_callback(*this, STAGES); }

    void stage_callback(const sc_core::sc_stage &stage) override
    {
        stands = stage == sc_core::SC_PRE_SUSPEND;
        if (!switching) {
            others(stage == sc_core::SC_PRE_SUSPEND);
        }
    }

    void others(bool suspend)
    {
        // An unsuspendable process keeps time going, for all that is to happen.
        if (suspend && !sc_core::sc_pending_activity_at_future_time()) {
            told = true;
            suspended(true);
        } else if (!suspend && told) {
            told = false;
            suspended(false);
        }
    }

    // SystemC counts who suspends, and calls back for the first and the last. So hold() does not count on top
    // of others: we would not hear of the last one of them.
    void hold()
    {
        if (!stands) {
            switching = true;
            sc_core::sc_suspend_all();
            switching = false;
            held = true;
        }
    }

    void release()
    {
        switching = true;
        sc_core::sc_unsuspend_all();
        switching = false;
        held = false;
        if (stands) {
            others(true); // somebody else's has begun meanwhile
        }
    }

    std::function<void(bool)> suspended;
    bool stands = false;    // the kernel is suspended, by whom ever: sc_get_status() does not always say so
    bool switching = false; // by hold() or release()
    bool told = false;      // that others have suspended the kernel
    std::atomic<bool> held{false};
};

void kernel_suspension::hold(bool on)
{
    if (on && !m_state->held) {
        m_state->hold();
    } else if (!on && m_state->held) {
        m_state->release();
    }
}

bool kernel_suspension::holds() const
{
    return m_state->held;
}

#else

// 2.3.4 keeps its scope class to itself; its stack of modules is what sc_module_name uses too.
struct elaboration_scope::state {
    explicit state(sc_core::sc_module &owner) { sc_core::sc_get_curr_simcontext()->hierarchy_push(&owner); }
    state() { sc_core::sc_get_curr_simcontext()->hierarchy_push(nullptr); }
    ~state() { sc_core::sc_get_curr_simcontext()->hierarchy_pop(); }
};

struct kernel_suspension::state {
    explicit state(const std::function<void(bool)> & /*never*/) {}
};

void kernel_suspension::hold(bool /*there is nothing to suspend*/) {}

bool kernel_suspension::holds() const
{
    return false;
}

#endif

elaboration_scope::elaboration_scope(sc_core::sc_module &owner) : m_state(std::make_unique<state>(owner)) {}

elaboration_scope::elaboration_scope() : m_state(std::make_unique<state>()) {}

elaboration_scope::~elaboration_scope() = default;

kernel_suspension::kernel_suspension(std::function<void(bool)> suspended)
    : m_state(std::make_unique<state>(std::move(suspended)))
{
}

kernel_suspension::~kernel_suspension() = default;

} // namespace tk
