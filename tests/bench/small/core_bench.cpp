// SPDX-License-Identifier: MIT
//
// The time core and the gate, without QEMU and SystemC.
#include "timekeeper/gate.h"
#include "timekeeper/timekeeper.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace
{

constexpr uint64_t ms = UINT64_C(1000000000); // in ps
constexpr uint64_t ghz = 1000000000;

// What a vCPU's end of quantum costs in the core: report, effects, next budget. The others wait for nobody.
void quantum_event(benchmark::State &state)
{
    tk_config config{};
    config.quantum_ps = ms;
    config.reports = 4;
    tk_core *core = nullptr;
    if (tk_new(&config, &core) != TK_OK) {
        abort();
    }
    tk_freeze(core, false);
    const auto cpus = static_cast<unsigned>(state.range(0));
    for (unsigned i = 0; i < cpus; i++) {
        unsigned index;
        if (tk_vcpu_add(core, ghz, &index) != TK_OK || tk_vcpu_resume(core, index, 0) != TK_OK) {
            abort();
        }
    }
    unsigned turn = 0;
    tk_effects effects;
    while (state.KeepRunning()) {
        tk_vcpu_report(core, turn, tk_vcpu_budget(core, turn));
        benchmark::DoNotOptimize(tk_effects_take(core, &effects));
        turn = turn + 1 < cpus ? turn + 1 : 0;
    }
    tk_free(core);
}
BENCHMARK(quantum_event)->Arg(1)->Arg(2)->Arg(4)->Arg(16)->Arg(64);

// An opening that is there already: what a hand-over costs when nobody has to sleep.
void gate_open_and_pass(benchmark::State &state)
{
    tk_gate gate{};
    while (state.KeepRunning()) {
        const uint32_t ticket = tk_gate_ticket(&gate);
        tk_gate_open(&gate);
        tk_gate_wait(&gate, ticket, TK_GATE_FOREVER);
    }
}
BENCHMARK(gate_open_and_pass);

} // namespace

BENCHMARK_MAIN();
