// SPDX-License-Identifier: MIT
//
// test_pauser: pauses the whole simulation again and again, looks whether all stand, and lets it go on. It
// may change the rate of the CPU that is its argument while all stand: then the number of instructions before
// is known.
//
// The file gets a line for each pause at the end of the run: "<SystemC's time in ps> <global time in ps>
// <instructions that the CPU has executed> <its rate until then> <what moved meanwhile>". In a platform with
// a pauser that pauses nothing (by = "nobody") SystemC has the same events, so that the two runs compare.
//
// With SystemC 3 each pause by a process is a suspension of the kernel, which is looked at too; and by =
// "suspension" is the other way round: the process suspends the kernel.
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/qemu/cpu.h"

#include <atomic>
#include <fstream>
#include <thread>

namespace test
{

#if SC_VERSION_MAJOR >= 3

// How often the kernel has been suspended.
class suspensions : public sc_core::sc_stage_callback_if
{
  public:
    suspensions() { sc_core::sc_register_stage_callback(*this, sc_core::SC_PRE_SUSPEND); }
    ~suspensions() override { sc_core::sc_unregister_stage_callback(*this, sc_core::SC_PRE_SUSPEND); }
    bool are(size_t expected) const { return m_count == expected; }
    static void suspend() { sc_core::sc_suspend_all(); }
    static void unsuspend() { sc_core::sc_unsuspend_all(); }

  private:
    void stage_callback(const sc_core::sc_stage & /*the one*/) override { m_count++; }
    std::atomic<size_t> m_count{0};
};
static const std::vector<std::string> WHO = {"process", "thread", "nobody", "suspension"};

#else

class suspensions
{
  public:
    static bool are(size_t /*whatever*/) { return true; }
    static void suspend() {}
    static void unsuspend() {}
};
static const std::vector<std::string> WHO = {"process", "thread", "nobody"};

#endif

class pauser : public tk::module
{
  public:
    SC_HAS_PROCESS(pauser);
    pauser(const sc_core::sc_module_name &name, tk::module_context &context)
        : module(name, context),
          m_cpu(context.describing() ? nullptr : &context.arg<tk::qemu_cpu>(0, "a CPU"))
    {
        SC_THREAD(run);
    }
    ~pauser() override { end(); }

  private:
    struct sample {
        uint64_t systemc_ps, global_ps, instructions, rate, moved;
    };

    // All that must not move, and what SystemC shows of it.
    std::vector<uint64_t> look() const
    {
        tk_timeline *timeline = tk::keeper::instance()->timeline();
        std::vector<uint64_t> all = {sc_core::sc_time_stamp().value(), tk_timeline_now(timeline)};
        for (unsigned i = 0; i < tk_timeline_vcpu_count(timeline); i++) {
            tk_vcpu_info info{};
            tk_timeline_vcpu_info(timeline, i, &info);
            all.insert(all.end(), {info.instructions, info.insn_per_second, info.local_ps, info.idle_ps});
        }
        return all;
    }

    // A host thread, while all stand.
    void observe()
    {
        const std::vector<uint64_t> first = look();
        sample seen{first[0], first[1], first[2], first[3], 0};
        for (int i = 0; i < 200; i++) {
            seen.moved += look() != first;
        }
        if (m_samples.size() < m_rates.get().size()) {
            seen.moved += !m_cpu->set_insn_per_second(std::stoull(m_rates.get()[m_samples.size()]));
            seen.moved += tk_timeline_now(tk::keeper::instance()->timeline()) != first[1];
        }
        if (m_by.get() != "thread") {
            seen.moved += !m_suspensions.are(m_samples.size() + 1);
        }
        m_samples.push_back(seen);
    }

    // Ends: end() says so.
    void watch()
    {
        auto *keeper = tk::keeper::instance();
        for (;;) {
            while (!m_asked && !m_over) {
                std::this_thread::yield();
            }
            if (m_over) {
                return;
            }
            if (m_by.get() == "thread") {
                keeper->pause();
            }
            while (!keeper->stands() && !m_over) { // the run may end before SystemC comes to stand
                std::this_thread::yield();
            }
            if (!m_over) {
                observe();
            }
            m_asked = false;
            if (m_by.get() == "suspension") {
                m_seen.notify();
            } else {
                keeper->resume();
            }
        }
    }

    void run()
    {
        if (m_by.get() != "nobody") {
            m_thread = std::thread([this] { watch(); });
        }
        wait(sc_core::sc_time::from_value(m_at_ns * 1000));
        for (uint64_t i = 0; i < m_count; i++) {
            if (m_by.get() == "process") {
                tk::keeper::instance()->pause();
            }
            m_asked = m_by.get() != "nobody";
            if (m_by.get() == "suspension") {
                suspensions::suspend();
                wait(m_seen.event());
                suspensions::unsuspend();
            }
            wait(sc_core::sc_time::from_value(m_gap_ns * 1000));
            // A pause by the thread comes when it comes: one at a time
            while (m_asked) {
                wait(sc_core::sc_time::from_value(m_gap_ns * 1000));
            }
        }
    }

    void end()
    {
        m_over = true;
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }

    void end_of_simulation() override
    {
        end();
        std::ofstream out(m_file.get());
        for (const sample &each : m_samples) {
            out << each.systemc_ps << " " << each.global_ps << " " << each.instructions << " " << each.rate
                << " " << each.moved << "\n";
        }
    }

    tk::param<uint64_t> m_at_ns{*this, "at_ns", 1000, "ns", "when the first pause begins"};
    tk::param<uint64_t> m_gap_ns{*this, "gap_ns", 1000, "ns", "from one to the next", {1, UINT64_MAX}};
    tk::param<uint64_t> m_count{*this, "count", 1, "", "how many"};
    tk::param<std::string> m_by{*this, "by", "process", "", "who calls pause()", WHO};
    tk::param<std::vector<std::string>> m_rates{
        *this, "rates", {}, "1/s", "the CPU's rates after the first, second, ... pause"};
    tk::param<std::string> m_file{*this, "file", "pauses", "", "where the pauses go"};
    suspensions m_suspensions;
    tk::async_event m_seen{"seen"};
    tk::qemu_cpu *m_cpu;
    std::thread m_thread;
    std::atomic<bool> m_asked{false}, m_over{false};
    std::vector<sample> m_samples; // the thread's, until it is joined
};

TK_MODULE("test_pauser", pauser, "pauses and continues, and changes rates");

} // namespace test
