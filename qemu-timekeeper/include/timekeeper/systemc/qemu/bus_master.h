// SPDX-License-Identifier: MIT
//
// A bus master of QEMU's (a CPU, a device with DMA, all that have no address space of their own) as a TLM-2.0
// initiator.
//
// What it accesses first becomes a transaction; if the target then gives a direct memory pointer (or is a
// device of the same QEMU), QEMU reaches it by itself from then on. A transaction runs in a SystemC process
// of this module, so that a target may wait(); the accessing thread waits for it outside QEMU's locks. If
// that is a vCPU's, its local time is SystemC's time plus the delay that comes back. That is the thread lane.
// In the direct lane (direct.h) the vCPU's thread makes the transaction itself, while SystemC's kernel waits.
// What the target arranges then must be seen before the vCPU goes on: if it has left anything to do, the rest
// of the thread lane follows.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_BUS_MASTER_H
#define TIMEKEEPER_SYSTEMC_QEMU_BUS_MASTER_H

#include "timekeeper/gate.h"
#include "timekeeper/libqemu.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tk
{

class qemu_instance;

class qemu_bus_master : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(qemu_bus_master);
    // `name`: that of the owner's port, too. Elaboration, with a keeper.
    qemu_bus_master(const sc_core::sc_module_name &name, qemu_instance &instance, module &owner,
                    const std::string &help);

    // The owner's port.
    port &end() { return m_port; }
    // QEMU has started: makes the address space, below `space` or in a container of its own (nullptr), which
    // it returns.
    libqemu_memory *create(libqemu_memory *space);
    // Asks for direct access to all that there is, instead of at the first access. In a process of time 0.
    void map_ahead();
    // The simulation is over: answers what QEMU still waits for.
    void close();

  private:
    // On the stack of the thread that makes the access.
    struct request {
        libqemu_access *access;
        int vcpu;            // who waits for it, on the timeline; -1: somebody without a clock
        uint64_t time_ps;    // the initiator's local time
        uint64_t end_ps = 0; // when it is over
        libqemu_access_result result = LIBQEMU_ACCESS_ERROR;
        bool transacted = false;      // in the direct lane
        std::exception_ptr failure{}; // of that
        bool goes_on = false;         // time goes on for it: tk_timeline_go_on
        bool resumed = false;         // the vCPU has its next budget
        std::atomic<bool> done{false};
        request *next = nullptr; // in its queue
    };
    // In the order in which they came. A request is in one queue at a time, and links itself.
    class queue
    {
      public:
        void push(request &last);
        request *pop(); // nullptr: it is empty
        bool empty() const { return !m_first; }
        void append(queue &others); // which is empty then

      private:
        request *m_first = nullptr, *m_last = nullptr;
    };
    struct mapping {
        uint64_t first, last;
        libqemu_memory *memory;
    };
    // What is known of the targets there.
    struct lane {
        uint64_t first, last;
        bool direct;
        std::string target;
    };

    class traced;

    static libqemu_access_result on_access(void *opaque, libqemu_access *access);
    libqemu_access_result look(libqemu_access &access);
    void hand_over(request &work);
    void accept();
    void serve();
    void transact(request &work);
    bool go_directly(request &work);
    void transact_directly(request &work, uint64_t local_ps);
    void call(libqemu_access &access, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay,
              libqemu_access_result &result);
    const lane *find_lane(uint64_t address) const;
    void learn_lane(tlm::tlm_generic_payload &payload);
    void report(const request &work);
    void answer(request &work);
    void answer_all(queue &served);
    void show();
    uint64_t ask_for_dmi(tlm::tlm_generic_payload &payload);
    bool map(uint64_t first, uint64_t last, libqemu_memory *memory, uint64_t offset);
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);
    std::string full_name() const;

    qemu_instance &m_instance;
    module &m_owner;
    tlm_utils::simple_initiator_socket<qemu_bus_master> m_socket{"socket"};
    tlm_initiator_port m_port;
    keeper::client m_client;
    tk_timeline *m_timeline;
    const std::thread::id m_kernel = std::this_thread::get_id(); // SystemC's
    libqemu_memory *m_root = nullptr;
    std::vector<mapping> m_mappings; // SystemC's thread
    // Whoever has SystemC's baton.
    std::vector<lane> m_lanes;
    tlm::tlm_generic_payload m_payload; // of the direct lane
    std::atomic<bool> m_any_direct{false};

    // SystemC's thread.
    sc_core::sc_event m_work;
    queue m_accepted;
    request *m_in_work = nullptr;
    queue m_served; // and wait for their answer
    tlm::tlm_generic_payload m_work_payload;

    tk_gate m_answered{}; // of all requests: one on the stack would be gone while it is opened
    std::mutex m_lock;    // of the rest; a leaf
    queue m_posted;
    queue m_looks; // a debugger's
    bool m_closed = false;
};

} // namespace tk

#endif
