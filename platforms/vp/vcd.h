// SPDX-License-Identifier: MIT
//
// `vp --trace FILE.vcd`: what CPUs do, as signals of SystemC's own tracing (IEEE 1666-2011, clause 8.1), for
// GTKWave and the like. SystemC writes a value when its time goes on: between two of its steps nothing can be
// seen.
#ifndef PLATFORMS_VP_VCD_H
#define PLATFORMS_VP_VCD_H

#include "timekeeper/output.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/cpu.h"

#include <systemc>

#include <cstdint>
#include <string>
#include <vector>

namespace vp
{

class vcd_trace : public sc_core::sc_module
{
  public:
    // `file` ends in .vcd. In elaboration, when all CPUs have been made. Throws output_error.
    vcd_trace(const sc_core::sc_module_name &name, const std::string &file, tk::keeper &keeper,
              const std::vector<const tk::qemu_cpu *> &cpus);
    // Without complete() there is no file.
    ~vcd_trace() override;
    // The run is over: the file gets its name. Once. Throws output_error.
    void complete();

  private:
    struct vcpu {
        const tk::qemu_cpu *cpu = nullptr;
        int index = -1;          // the timeline's; negative until it has joined that
        sc_dt::sc_uint<4> state; // enum tk_trace_state
        bool running = false, idle = false, paused = false, token = false;
        uint64_t instructions = 0;
    };

    void look();
    void look_at(vcpu &each, int holder);

    const std::string m_name;
    tk_output *m_output = nullptr;
    tk_timeline *m_timeline;
    sc_core::sc_trace_file *m_file = nullptr;
    tk::keeper::client m_client;
    std::vector<vcpu> m_vcpus; // never grows: SystemC has the addresses of its members
    uint64_t m_global_ns = 0;
    uint64_t m_ahead_ns = 0; // global time before SystemC's
};

} // namespace vp

#endif
