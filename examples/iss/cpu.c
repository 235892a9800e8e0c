/* SPDX-License-Identifier: MIT */
#include "cpu.h"

void cpu_step(struct cpu *cpu, int *memory)
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
        cpu->print(cpu->regs[i->reg]);
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

bool cpu_interrupt(struct cpu *cpu)
{
    const bool wakes = cpu->asleep && !cpu->halted;

    cpu->interrupted = !cpu->asleep;
    cpu->asleep = false;
    return wakes;
}

bool cpu_executes(const struct cpu *cpu)
{
    return !cpu->asleep && !cpu->halted;
}
