// SPDX-License-Identifier: MIT
//
// What SystemC's kernel itself takes for an access in the thread lane: a method (the keeper) notifies an
// event for the thread that serves, and looks again after it. One iteration is both, in two delta cycles.
#include <benchmark/benchmark.h>
#include <systemc>

namespace
{

class turns : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(turns);
    explicit turns(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(hand_over);
        SC_THREAD(serve);
    }
    benchmark::State *state = nullptr;

  private:
    void hand_over()
    {
        m_handed_over.notify(sc_core::SC_ZERO_TIME);
        next_trigger(m_served);
    }
    void serve()
    {
        for (;;) {
            wait(m_handed_over);
            if (!state->KeepRunning()) {
                sc_core::sc_pause();
            }
            m_served.notify(sc_core::SC_ZERO_TIME);
        }
    }

    sc_core::sc_event m_handed_over{"handed_over"}, m_served{"served"};
};

turns *s_turns;

void method_and_thread(benchmark::State &state)
{
    s_turns->state = &state;
    sc_core::sc_start();
}
BENCHMARK(method_and_thread);

} // namespace

int sc_main(int argc, char **argv)
{
    turns all("turns");
    s_turns = &all;
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
