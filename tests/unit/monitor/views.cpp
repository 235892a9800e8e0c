// SPDX-License-Identifier: MIT
#include "views.h"

namespace test
{

std::unique_ptr<run_view> two_cpus()
{
    static const char *const names[] = {"platform.cpu_0", "platform.cpu_1"};
    auto view = std::make_unique<run_view>();
    view->time.global_ps = 6 * ms;
    view->time.quantum_ps = ms;
    view->time.deadline_ps = TK_NEVER;
    view->time.holder = 1;
    view->time.turn = TK_NOBODY;
    view->time.idle = TK_IDLE_WARP;
    view->time.keeper = TK_KEEPER_AWAITS_VCPUS;
    view->time.keeper_now_ps = 5 * ms;
    view->time.keeper_next_ps = 8 * ms;
    view->time.source_count = 1;
    view->time.sources[0] = {"platform.qemu", true, false, false};
    view->time.vcpu_count = view->count = 2;
    for (unsigned i = 0; i < 2; i++) {
        tk_vcpu_view &v = view->time.vcpus[i];
        v.source = "platform.qemu";
        v.qemu_index = i;
        v.executed = 5000000 + i * 1000000;
        v.info.state = TK_RUNNING;
        v.info.insn_per_second = 1000000000;
        v.info.instructions = v.executed;
        v.info.local_ps = (5 + i) * ms;
        view->vcpu_names[i] = names[i];
        view->order[i] = i;
    }
    view->host_ns = 1000000000;
    view->run_until_ps = TK_NEVER;
    return view;
}

} // namespace test
