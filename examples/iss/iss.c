/* SPDX-License-Identifier: MIT
 *
 * A simulator of one's own (cpu.h) on the time core. Two CPUs share a memory: the fast one counts in it, the
 * slow one sleeps until a timer interrupts it, and writes down how far the count is.
 */
#include "cpu.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <timekeeper/timekeeper.h>

#define MS (UINT64_C(1000000) * TK_PS_PER_NS)
#define PERIOD (10 * MS)

static const struct instruction counts[] = {{ADD, 0, 200000}, {LOAD, 1, 0},   {ADD, 1, 1}, {STORE, 1, 0},
                                            {ADD, 0, -1},     {BRANCH, 0, 1}, {HALT, 0, 0}};
static const struct instruction samples[] = {{ADD, 0, 5},  {WFI, 0, 0},    {LOAD, 1, 0}, {PRINT, 1, 0},
                                             {ADD, 0, -1}, {BRANCH, 0, 1}, {HALT, 0, 0}};

static tk_core *core;

static void print(int value)
{
    printf("%" PRIu64 " ms: %d\n", tk_global_time(core) / MS, value);
}

static struct cpu cpus[2] = {{.program = counts, .print = print}, {.program = samples, .print = print}};
static const uint64_t rates[2] = {20000000, 1000000}; /* instructions per second */
static int memory[1];

static void check(int error)
{
    if (error != TK_OK) {
        fprintf(stderr, "iss: %s\n", tk_strerror(error));
        exit(1);
    }
}

/* Executes what the core allows; false: nothing. */
static bool run(unsigned index)
{
    struct cpu *cpu = &cpus[index];
    const uint64_t budget = cpu_executes(cpu) ? tk_vcpu_budget(core, index) : 0;
    uint64_t executed = 0;

    while (executed < budget && cpu_executes(cpu)) {
        cpu_step(cpu, memory);
        executed++;
    }
    check(tk_vcpu_report(core, index, executed));
    if (executed > 0 && !cpu_executes(cpu)) {
        check(tk_vcpu_idle(core, index));
    }
    return executed > 0;
}

static void fire_timer(unsigned timer)
{
    check(tk_deadline_set(core, timer, tk_global_time(core) / PERIOD * PERIOD + PERIOD));
    if (cpu_interrupt(&cpus[1])) {
        check(tk_vcpu_resume(core, 1, 0));
    }
}

int main(void)
{
    const tk_config config = {.quantum_ps = MS, .reports = 1};
    tk_effects effects;
    tk_vcpu_info info;
    unsigned timer, index;

    check(tk_new(&config, &core));
    check(tk_window_set(core, TK_NEVER)); /* there is no SystemC to wait for */
    check(tk_source_add(core, &timer));
    check(tk_deadline_set(core, timer, PERIOD));
    for (unsigned i = 0; i < 2; i++) {
        check(tk_vcpu_add(core, rates[i], &index));
        check(tk_vcpu_resume(core, index, 0));
    }
    check(tk_freeze(core, false));

    while (!cpus[0].halted || !cpus[1].halted) {
        bool moved = run(1);
        moved |= run(0);
        if (!moved && tk_all_idle(core)) { /* straight to the timer */
            check(tk_idle_advance(core, tk_next_deadline(core)));
        }
        if (tk_effects_take(core, &effects) && (effects.timers[0] & (UINT64_C(1) << timer))) {
            fire_timer(timer);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        check(tk_vcpu_get(core, i, &info));
        printf("CPU %u: %" PRIu64 " instructions, %" PRIu64 " ns = %" PRIu64 " ns executed + %" PRIu64
               " ns asleep\n",
               i, info.instructions, info.local_ps / TK_PS_PER_NS,
               tk_insn_to_ps(info.instructions, rates[i]) / TK_PS_PER_NS, info.idle_ps / TK_PS_PER_NS);
    }
    tk_free(core);
}
