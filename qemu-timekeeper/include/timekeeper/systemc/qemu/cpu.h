// SPDX-License-Identifier: MIT
//
// A QEMU CPU with a TLM-2.0 initiator socket.
//
// What the CPU accesses first becomes a transaction; if the target then gives a direct memory pointer (or is
// a device of the same QEMU), QEMU reaches it by itself from then on. A transaction runs in a SystemC process
// of this module, so that a target may wait(); the CPU's thread waits for it outside QEMU's locks, and its
// local time is SystemC's time plus the delay that comes back.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_CPU_H
#define TIMEKEEPER_SYSTEMC_QEMU_CPU_H

#include "timekeeper/gate.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/object.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <vector>

namespace tk
{

class qemu_cpu : public qemu_object
{
  public:
    SC_HAS_PROCESS(qemu_cpu);
    qemu_cpu(const sc_core::sc_module_name &name, module_context &context);
    ~qemu_cpu() override;

    // The rate that it starts with.
    uint64_t insn_per_second() const { return m_rate; }
    // Another rate from its next block on, 1 to TK_RATE_MAX: for a clock controller that scales its
    // frequency. What was executed before keeps its time. False: no such rate, or the CPU has not started.
    // Any thread, SystemC's processes too.
    bool set_insn_per_second(uint64_t rate);
    void create() override;
    void started() override;
    void close() override;

  private:
    // On the stack of the thread that makes the access.
    struct request {
        libqemu_access *access;
        int vcpu;            // who waits for it, on the timeline; -1: somebody without a clock
        uint64_t time_ps;    // the initiator's local time
        uint64_t end_ps = 0; // when it is over
        libqemu_access_result result = LIBQEMU_ACCESS_ERROR;
        bool accepted = false;
        std::atomic<bool> done{false};
    };
    struct mapping {
        uint64_t first, last;
        libqemu_memory *memory;
    };

    static libqemu_access_result on_access(void *opaque, libqemu_access *access);
    void hand_over(request &work);
    void accept();
    void serve();
    void transact(request &work);
    void answer(request &work);
    void answer_served();
    void ask_for_dmi(tlm::tlm_generic_payload &payload);
    bool map(uint64_t first, uint64_t last, libqemu_memory *memory, uint64_t offset);
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);

    param<uint64_t> m_rate{
        *this,           "insn_per_second", 1000000000, "1/s", "instructions in a second of simulated time",
        {1, TK_RATE_MAX}};
    tlm_utils::simple_initiator_socket<qemu_cpu> m_mem;
    tlm_initiator_port m_mem_port;
    std::unique_ptr<keeper::client> m_client;
    tk_timeline *m_timeline = nullptr;
    int m_vcpu = -1; // on the timeline
    libqemu_memory *m_root = nullptr;
    std::vector<mapping> m_mappings; // SystemC's thread

    sc_core::sc_event m_work;
    std::mutex m_lock;                // of the rest; a leaf
    std::deque<request *> m_requests; // the first one is being served
    std::vector<request *> m_served;  // and wait for their answer
    tk_gate m_answered{};             // of all requests: one on the stack would be gone while it is opened
    bool m_closed = false;
};

} // namespace tk

#endif
