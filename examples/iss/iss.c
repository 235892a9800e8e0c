/* SPDX-License-Identifier: MIT
 *
 * An instruction-set simulator of one's own on the time core. Two CPUs of a tiny ISA share a memory: the fast
 * one counts in it, the slow one sleeps until a timer interrupts it, and writes down how far the count is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <timekeeper/timekeeper.h>

#define MS (UINT64_C(1000000) * TK_PS_PER_NS)
#define PERIOD (10 * MS)

enum operation { ADD, BRANCH, LOAD, STORE, PRINT, WFI, HALT };

struct instruction {
    enum operation operation;
    int reg,
        value; /* ADD: reg += value; BRANCH: to `value` unless reg is 0; LOAD, STORE: reg, memory[value] */
};

struct cpu {
    const struct instruction *program;
    int pc, regs[2];
    bool interrupted, asleep, halted;
};

static const struct instruction counts[] = {{ADD, 0, 200000}, {LOAD, 1, 0},   {ADD, 1, 1}, {STORE, 1, 0},
                                            {ADD, 0, -1},     {BRANCH, 0, 1}, {HALT, 0, 0}};
static const struct instruction samples[] = {{ADD, 0, 5},  {WFI, 0, 0},    {LOAD, 1, 0}, {PRINT, 1, 0},
                                             {ADD, 0, -1}, {BRANCH, 0, 1}, {HALT, 0, 0}};

static struct cpu cpus[2] = {{.program = counts}, {.program = samples}};
static const uint64_t rates[2] = {20000000, 1000000}; /* instructions per second */
static int memory[1];

static void check(int error)
{
    if (error != TK_OK) {
        fprintf(stderr, "iss: %s\n", tk_strerror(error));
        exit(1);
    }
}

static void step(struct cpu *cpu, const tk_core *core)
{
    const struct instruction *i = &cpu->program[cpu->pc++];

    switch (i->operation) {
    case ADD:
        cpu->regs[i->reg] += i->value;
        break;
    case BRANCH:
        cpu->pc = cpu->regs[i->reg] != 0 ? i->value : cpu->pc;
        break;
    case LOAD:
        cpu->regs[i->reg] = memory[i->value];
        break;
    case STORE:
        memory[i->value] = cpu->regs[i->reg];
        break;
    case PRINT:
        printf("%" PRIu64 " ms: %d\n", tk_global_time(core) / MS, cpu->regs[i->reg]);
        break;
    case WFI:
        cpu->asleep = !cpu->interrupted;
        cpu->interrupted = false;
        break;
    case HALT:
        cpu->halted = true;
        break;
    }
}

/* Executes what the core allows; false: nothing. */
static bool run(tk_core *core, unsigned index)
{
    struct cpu *cpu = &cpus[index];
    const uint64_t budget = cpu->asleep || cpu->halted ? 0 : tk_vcpu_budget(core, index);
    uint64_t executed = 0;

    while (executed < budget && !cpu->asleep && !cpu->halted) {
        step(cpu, core);
        executed++;
    }
    check(tk_vcpu_report(core, index, executed));
    if (executed > 0 && (cpu->asleep || cpu->halted)) {
        check(tk_vcpu_idle(core, index));
    }
    return executed > 0;
}

static void fire_timer(tk_core *core, unsigned timer)
{
    check(tk_deadline_set(core, timer, tk_global_time(core) / PERIOD * PERIOD + PERIOD));
    cpus[1].interrupted = !cpus[1].asleep;
    if (cpus[1].asleep && !cpus[1].halted) {
        cpus[1].asleep = false;
        check(tk_vcpu_resume(core, 1, 0));
    }
}

int main(void)
{
    const tk_config config = {.quantum_ps = MS, .reports = 1};
    tk_core *core;
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
        bool moved = run(core, 1);
        moved |= run(core, 0);
        if (!moved && tk_all_idle(core)) { /* straight to the timer */
            check(tk_idle_advance(core, tk_next_deadline(core)));
        }
        if (tk_effects_take(core, &effects) && (effects.timers[0] & (UINT64_C(1) << timer))) {
            fire_timer(core, timer);
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
