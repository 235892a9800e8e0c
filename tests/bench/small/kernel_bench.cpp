// SPDX-License-Identifier: MIT
//
// What SystemC's kernel itself takes.
//
// method_and_thread: for an access in the thread lane. A method (the keeper) notifies an event for the thread
// that serves, and looks again after it. One iteration is both, in two delta cycles.
//
// an_event: for an event of a device. Its method and the keeper's run at that time, and the keeper's once
// more, when nothing is left to do then. One iteration is a step in time, and the delta cycle behind it.
#include <benchmark/benchmark.h>
#include <systemc>

namespace
{

// Both run from start() until their benchmark is over.
class turns : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(turns);
    explicit turns(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(hand_over);
        sensitive << m_served;
        dont_initialize();
        SC_THREAD(serve);
    }
    void start(benchmark::State &measured)
    {
        m_state = &measured;
        m_served.notify(sc_core::SC_ZERO_TIME);
    }

  private:
    void hand_over() { m_handed_over.notify(sc_core::SC_ZERO_TIME); }
    void serve()
    {
        for (;;) {
            wait(m_handed_over);
            if (m_state->KeepRunning()) {
                m_served.notify(sc_core::SC_ZERO_TIME);
            } else {
                sc_core::sc_pause();
            }
        }
    }

    sc_core::sc_event m_handed_over{"handed_over"}, m_served{"served"};
    benchmark::State *m_state = nullptr;
};

class events : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(events);
    explicit events(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(device);
        sensitive << m_expiry;
        dont_initialize();
        SC_METHOD(keeper);
        sensitive << m_again;
        dont_initialize();
    }
    void start(benchmark::State &measured)
    {
        m_state = &measured;
        m_expiry.notify(m_period);
        m_again.notify(m_period);
    }

  private:
    void device() { m_expiry.notify(m_period); }
    void keeper()
    {
        m_quiet = !m_quiet;
        if (m_quiet) {
            m_again.notify(sc_core::SC_ZERO_TIME);
        } else if (m_state->KeepRunning()) {
            m_again.notify(sc_core::sc_time_to_pending_activity());
        } else {
            m_expiry.cancel();
            sc_core::sc_pause();
        }
    }

    const sc_core::sc_time m_period{20, sc_core::SC_US};
    sc_core::sc_event m_expiry{"expiry"}, m_again{"again"};
    bool m_quiet = false; // it has run at this time already
    benchmark::State *m_state = nullptr;
};

turns *s_turns;
events *s_events;

void method_and_thread(benchmark::State &state)
{
    s_turns->start(state);
    sc_core::sc_start();
}
BENCHMARK(method_and_thread);

void an_event(benchmark::State &state)
{
    s_events->start(state);
    sc_core::sc_start();
}
BENCHMARK(an_event);

} // namespace

int sc_main(int argc, char **argv)
{
    turns all("turns");
    events others("events");
    s_turns = &all;
    s_events = &others;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
