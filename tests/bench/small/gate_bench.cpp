// SPDX-License-Identifier: MIT
//
// Two threads hand a turn to each other through two gates: one iteration is a hand-over there and back.
#include "timekeeper/gate.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

namespace
{

struct table {
    tk_gate gates[2] = {};
    std::atomic<int> turn{0}; // whose; 2: the game is over
};

// False: it is over.
bool wait_for_turn(table &game, int own)
{
    for (;;) {
        const uint32_t ticket = tk_gate_ticket(&game.gates[own]);
        const int turn = game.turn.load();
        if (turn == own || turn == 2) {
            return turn == own;
        }
        tk_gate_wait(&game.gates[own], ticket, TK_GATE_FOREVER);
    }
}

void pass_turn(table &game, int to)
{
    game.turn = to;
    tk_gate_open(&game.gates[to == 2 ? 1 : to]);
}

void gate_round_trip(benchmark::State &state)
{
    table game;
    std::thread other([&game] {
        while (wait_for_turn(game, 1)) {
            pass_turn(game, 0);
        }
    });
    while (state.KeepRunning()) {
        pass_turn(game, 1);
        wait_for_turn(game, 0);
    }
    pass_turn(game, 2);
    other.join();
}
BENCHMARK(gate_round_trip)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
