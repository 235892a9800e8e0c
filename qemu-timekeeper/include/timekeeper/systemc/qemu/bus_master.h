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
#include "timekeeper/systemc/any_width.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/qemu/direct_map.h"

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tk
{

class access_extension;
class qemu_bus_master;
class qemu_instance;

// What comes out of a QEMU.
using initiator_socket = any_initiator_socket<qemu_bus_master>;

class qemu_bus_master : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(qemu_bus_master);
    // `socket`: the owner's, and its name that of the owner's port. Elaboration, with a keeper.
    qemu_bus_master(qemu_instance &instance, module &owner, initiator_socket &socket,
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
    static constexpr size_t cache_line = 64;

    struct outcome {
        uint64_t time_ps = 0; // where the initiator was when it began
        uint64_t end_ps = 0;  // when it is over
        uint64_t data = 0;    // as libqemu_access has it
        libqemu_access_result result = LIBQEMU_ACCESS_ERROR;
        bool resumed = false; // the vCPU has its next budget
    };
    // In the thread lane, of a vCPU, or of somebody without a clock. Three cache lines: what one of the two
    // threads writes is not beside what the other one does or looks at, and as much as can be goes in one.
    struct request final : keeper::request {
        request(qemu_bus_master &master_, int vcpu_) : master(master_), vcpu(vcpu_) {}
        void begin(uint64_t local_ps); // of a transaction
        void taken(uint64_t local_ps, bool over) override;

        // The accessing thread's.
        qemu_bus_master &master;
        const int vcpu;          // who waits, on the timeline; -1: somebody without a clock
        bool transacted = false; // it was in the direct lane already
        libqemu_access access{};
        // The answer.
        alignas(cache_line) tk_gate answered{}; // of a vCPU's
        outcome end;
        std::atomic<bool> done{false};
        // Whoever works on it.
        alignas(cache_line) outcome so_far;
        bool goes_on = false;                    // time goes on for it: tk_timeline_go_on
        std::exception_ptr failure{};            // in the direct lane
        const tlm_target_port *waited = nullptr; // the same: where, as far as it is known
        request *next = nullptr;                 // in its queue
    };
    // In the order in which they came. A request is in one queue at a time, and links itself.
    class queue
    {
      public:
        void push(request &last);
        request *pop();             // nullptr: it is empty
        void append(queue &others); // which is empty then

      private:
        request *m_first = nullptr, *m_last = nullptr;
    };
    // What is known of the targets there.
    struct lane {
        uint64_t first, last;
        bool direct;
        std::string target;
    };

    class traced;

    static libqemu_access_result on_access(void *opaque, libqemu_access *access);
    libqemu_access_result go(libqemu_access &access, unsigned vcpu);
    libqemu_access_result go_without_clock(libqemu_access &access);
    request &request_of(unsigned vcpu);
    static void await(const request &work, tk_gate &answered);
    libqemu_access_result look(libqemu_access &access);
    void hand_over_time(request &work);
    void hand_over(request &work);
    void accept();
    void serve();
    void transact(request &work);
    bool go_directly(request &work);
    void transact_directly(request &work, uint64_t local_ps);
    void call(const libqemu_access &access, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay,
              outcome &result);
    void describe(const libqemu_access &access, access_extension &into) const;
    const lane *find_lane(uint64_t address) const;
    const lane *learn_lane(tlm::tlm_generic_payload &payload);
    void report(const request &work);
    void report_wait(const tlm_target_port *waited, const lane &known) const;
    const tlm_target_port *next_hop() const;
    void answer(request &work);
    void answer_served();
    void restart(request &work);
    bool is_known_to_wait(uint64_t address) const;
    void show();
    uint64_t ask_for_dmi(tlm::tlm_generic_payload &payload);
    uint64_t ask_to(tlm::tlm_command command, tlm::tlm_generic_payload &payload);
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);
    std::string full_name() const;

    // Seldom written: the accessing thread reads it each time.
    qemu_instance &m_instance;
    module &m_owner;
    initiator_socket &m_socket;
    tlm_initiator_port m_port;
    keeper::client m_client;
    tk_timeline *m_timeline;
    const std::thread::id m_kernel = std::this_thread::get_id(); // SystemC's
    libqemu_memory *m_root = nullptr;
    std::atomic<bool> m_closed{false};
    std::atomic<bool> m_any_direct{false};
    std::atomic<uint64_t> m_waiting_first{UINT64_MAX}, m_waiting_last{0}; // what is not, and was used last

    std::unique_ptr<request> m_requests[TK_VCPUS_MAX]; // by the timeline's index
    // Of all requests without a clock: one on the stack would be gone while it is opened.
    alignas(cache_line) tk_gate m_answered{};

    // SystemC's thread.
    alignas(cache_line) std::unique_ptr<direct_map> m_direct; // from create() on
    sc_core::sc_event m_work;
    queue m_accepted;
    request *m_in_work = nullptr;
    queue m_served; // and wait for their answer
    tlm::tlm_generic_payload m_work_payload;
    // Whoever has SystemC's baton.
    std::vector<lane> m_lanes;
    tlm::tlm_generic_payload m_payload; // of the direct lane

    std::mutex m_lock; // of the rest; a leaf
    queue m_posted;    // by who has no clock
    queue m_looks;     // a debugger's
};

} // namespace tk

#endif
