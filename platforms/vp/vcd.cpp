// SPDX-License-Identifier: MIT
#include "vcd.h"

#include "timekeeper/systemc/qemu/instance.h"

#include <stdexcept>

namespace vp
{

vcd_trace::vcd_trace(const sc_core::sc_module_name &name, const std::string &file, tk::keeper &keeper,
                     const std::vector<const tk::qemu_cpu *> &cpus)
    : sc_module(name), m_timeline(keeper.timeline()), m_client(keeper)
{
    // SystemC adds the ending, and ends the program when it cannot write.
    FILE *probe = fopen(file.c_str(), "w");
    if (!probe) {
        throw std::runtime_error(file + ": cannot write the trace");
    }
    fclose(probe);
    m_file = sc_core::sc_create_vcd_trace_file(file.substr(0, file.size() - 4).c_str());
    m_file->set_time_unit(1, sc_core::SC_PS);
    m_file->write_comment(
        "state: 0 running, 1 waking, 2 exclusive section, 3 idle, 4 off, 5 in a transaction, 6 a "
        "quantum ahead, 7 window's end, 8 timer due, 9 stopped, 10 another's turn");
    m_vcpus.resize(cpus.size());
    for (size_t i = 0; i < m_vcpus.size(); i++) {
        vcpu &each = m_vcpus[i];
        each.cpu = cpus[i];
        each.state = TK_TRACE_OFF;
        const std::string full_name = cpus[i]->full_name();
        sc_core::sc_trace(m_file, each.state, full_name + ".state");
        sc_core::sc_trace(m_file, each.running, full_name + ".running");
        sc_core::sc_trace(m_file, each.idle, full_name + ".idle");
        sc_core::sc_trace(m_file, each.paused, full_name + ".paused");
        sc_core::sc_trace(m_file, each.token, full_name + ".token");
        sc_core::sc_trace(m_file, each.instructions, full_name + ".instructions", 64);
    }
    sc_core::sc_trace(m_file, m_global_ns, "time.global_ns", 64);
    sc_core::sc_trace(m_file, m_ahead_ns, "time.global_ahead_ns", 64);
    m_client.on_settled([this] { look(); });
    look();
}

vcd_trace::~vcd_trace()
{
    sc_core::sc_close_vcd_trace_file(m_file);
}

void vcd_trace::look_at(vcpu &each, int holder)
{
    if (each.index < 0) {
        each.index = tk_timeline_vcpu_find(m_timeline, each.cpu->instance().full_name().c_str(),
                                           static_cast<unsigned>(each.cpu->index()));
    }
    tk_vcpu_info info{};
    if (each.index < 0 || tk_timeline_vcpu_info(m_timeline, static_cast<unsigned>(each.index), &info)) {
        return;
    }
    const tk_trace_state state = tk_trace_state_of(&info);
    each.state = state;
    each.running = tk_trace_state_sum(state) == TK_TRACE_SUM_RUNNING;
    each.idle = tk_trace_state_sum(state) == TK_TRACE_SUM_IDLE;
    each.paused = tk_trace_state_sum(state) == TK_TRACE_SUM_PAUSED;
    each.token = holder == each.index;
    each.instructions = info.instructions;
}

// Each time before SystemC waits for vCPUs: what its time is now, is written when it has gone on.
void vcd_trace::look()
{
    const int holder = tk_timeline_holder(m_timeline);
    const uint64_t global_ps = tk_timeline_now(m_timeline), now_ps = tk::to_ps(sc_core::sc_time_stamp());

    for (vcpu &each : m_vcpus) {
        look_at(each, holder);
    }
    m_global_ns = global_ps / TK_PS_PER_NS;
    m_ahead_ns = global_ps > now_ps ? (global_ps - now_ps) / TK_PS_PER_NS : 0;
}

} // namespace vp
