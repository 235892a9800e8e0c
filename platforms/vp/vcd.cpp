// SPDX-License-Identifier: MIT
#include "vcd.h"

#include "output_file.h"
#include "timekeeper/systemc/qemu/instance.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

namespace vp
{

static const char last_words[] = "the run is over";

vcd_trace::vcd_trace(const sc_core::sc_module_name &name, const std::string &file, tk::keeper &keeper,
                     const std::vector<const tk::qemu_cpu *> &cpus)
    : sc_module(name), m_name(file), m_timeline(keeper.timeline()), m_client(keeper)
{
    const int error = tk_output_open(file.c_str(), &m_output);
    if (error) {
        throw output_error(file + ": cannot write the trace: " + strerror(error));
    }
    // SystemC opens it by its name, and adds the ending.
    const std::string working = tk_output_working_name(m_output);
    m_file = sc_core::sc_create_vcd_trace_file(working.substr(0, working.size() - 4).c_str());
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
    m_client.on_settled([this] {
        tk::keeper::instance()->open_window(); // what vCPUs do now is what they do at this time
        look();
    });
    look();
}

vcd_trace::~vcd_trace()
{
    if (m_file) {
        sc_core::sc_close_vcd_trace_file(m_file);
    }
    tk_output_discard(m_output);
}

// SystemC does not say whether it could write. What it wrote last is there, or something is missing: the last
// words, and perhaps a time stamp ("#12345").
static bool is_whole(const std::string &file)
{
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    in.seekg(std::max<std::streamoff>(0, size - 128));
    const std::string end((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::string words = std::string("$comment\n") + last_words + "\n$end\n\n";
    const size_t at = end.rfind(words);
    if (size < 0 || at == std::string::npos) {
        return false;
    }
    const std::string stamp = end.substr(at + words.size());
    return stamp.empty() || (stamp.front() == '#' && stamp.back() == '\n');
}

// What is written anywhere else cannot be read again.
static bool is_regular(const char *file)
{
    struct stat about = {};
    return stat(file, &about) != 0 || S_ISREG(about.st_mode);
}

void vcd_trace::complete()
{
    m_file->write_comment(last_words);
    sc_core::sc_close_vcd_trace_file(m_file);
    m_file = nullptr;
    if (is_regular(tk_output_working_name(m_output)) && !is_whole(tk_output_working_name(m_output))) {
        throw output_error(m_name +
                           ": cannot write the trace: not all of it is on the disk, which may be full");
    }
    const int error = tk_output_commit(m_output);
    m_output = nullptr;
    if (error) {
        throw output_error(m_name + ": cannot write the trace: " + strerror(error));
    }
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
