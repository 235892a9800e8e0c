/* SPDX-License-Identifier: MIT
 *
 * The simulator that there was before: a CPU of a tiny ISA, one instruction at a time. It knows nothing of
 * time.
 */
#ifndef ISS_CPU_H
#define ISS_CPU_H

#include <stdbool.h>

enum operation { ADD, BRANCH, LOAD, STORE, PRINT, WFI, HALT };

struct instruction {
    enum operation operation;
    int reg,
        value; /* ADD: reg += value; BRANCH: to `value` unless reg is 0; LOAD, STORE: reg, memory[value] */
};

struct cpu {
    const struct instruction *program;
    void (*print)(int value);
    int pc, regs[2];
    bool interrupted, asleep, halted;
};

/* Executes one instruction; `memory` is that of all CPUs. */
void cpu_step(struct cpu *cpu, int *memory);
/* Raises its interrupt. True: it slept, and does not any more. */
bool cpu_interrupt(struct cpu *cpu);
/* It neither sleeps nor has come to its end. */
bool cpu_executes(const struct cpu *cpu);

#endif
