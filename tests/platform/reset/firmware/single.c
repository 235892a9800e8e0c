/* SPDX-License-Identifier: MIT
 *
 * CPU 0 resets the others one by one, powers them off and on, by their lines and by PSCI, in the middle of
 * whatever they do. Each must start anew each time, and execute nothing while it is off.
 */
#include "board.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "psci.h"
#include <stdatomic.h>
#include <stdbool.h>

/* platforms/components/reset_controller.h: line c is `reset` of CPU c, line 8 + c its `power_off`. */
#define SET (CONTROLLER + 0x04)
#define CLEAR (CONTROLLER + 0x08)
#define PULSE (CONTROLLER + 0x0c)
#define POWER 8

#define OFF_BY_ITSELF STATES /* a state that ends with PSCI CPU_OFF */

void _start(void);

static atomic_uint s_boots[MACHINE_MAX_CPUS];
static _Atomic uint32_t s_state[MACHINE_MAX_CPUS];
static unsigned s_wrong;

static uint32_t line(unsigned number)
{
    return 1u << number;
}

/* The same for each run: an LCG's high bits. */
static uint32_t any(uint32_t below)
{
    static uint32_t seed = 1;

    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void let_pass(uint64_t counts)
{
    for (uint64_t begin = cpu_counter(); cpu_counter() - begin < counts;)
        cpu_relax();
}

/* It comes: whoever is reset or powered on does. */
static void await_boot(unsigned cpu, unsigned boot)
{
    while (atomic_load(&s_boots[cpu]) != boot)
        cpu_relax();
}

static void expect_boots(const char *when, unsigned cpu, unsigned right)
{
    if (atomic_load(&s_boots[cpu]) != right) {
        console_printf("WRONG: CPU %u: %u boots %s, not %u\n", cpu, atomic_load(&s_boots[cpu]), when, right);
        s_wrong++;
    }
}

static void reset(unsigned cpu, unsigned boot)
{
    mmio_write32(PULSE, line(cpu));
    await_boot(cpu, boot + 1);
}

static void hold_in_reset(unsigned cpu, unsigned boot)
{
    mmio_write32(SET, line(cpu));
    let_pass(30000);
    expect_boots("while it is held in reset", cpu, boot);
    mmio_write32(CLEAR, line(cpu));
    await_boot(cpu, boot + 1);
}

static void power_off(unsigned cpu, unsigned boot)
{
    mmio_write32(SET, line(POWER + cpu));
    let_pass(30000);
    mmio_write32(PULSE, line(cpu)); /* without power a reset starts nothing */
    let_pass(30000);
    expect_boots("while it is off", cpu, boot);
    mmio_write32(CLEAR, line(POWER + cpu));
    await_boot(cpu, boot + 1);
}

static void power_off_by_psci(unsigned cpu, unsigned boot)
{
    int64_t answer;

    /* CPU_ON says -4 (already on) until the other one is off. */
    while ((answer = psci_cpu_on(CONDUIT, cpu, (uintptr_t)_start)) != 0) {
        if (answer != -4) {
            console_printf("WRONG: CPU_ON says %ld\n", answer);
            finish(FINISH_DISAGREE);
        }
        cpu_relax();
    }
    await_boot(cpu, boot + 1);
}

static void one_round(unsigned cpu, uint32_t round)
{
    const unsigned boot = atomic_load(&s_boots[cpu]);
    /* Somebody off by itself comes back only by PSCI: so does the CPU that its next boot makes of it. */
    const bool by_itself = atomic_load(&s_state[cpu]) == OFF_BY_ITSELF;

    atomic_store(&s_state[cpu], CONDUIT != PSCI_NONE && round % 4 == 3 ? OFF_BY_ITSELF : any(STATES));
    let_pass(any(20000));
    if (by_itself)
        power_off_by_psci(cpu, boot);
    else if (round % 3 == 0)
        hold_in_reset(cpu, boot);
    else if (round % 3 == 1)
        power_off(cpu, boot);
    else
        reset(cpu, boot);
}

void cpu_main(unsigned cpu)
{
    atomic_fetch_add(&s_boots[cpu], 1);
    if (cpu != 0) {
        uint32_t state = atomic_load(&s_state[cpu]);

        if (state == OFF_BY_ITSELF)
            psci_cpu_off(CONDUIT);
        stay((enum state)state);
    }
    console_init();
    for (unsigned c = 1; c < CPUS; c++)
        await_boot(c, 1);
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (unsigned c = 1; c < CPUS; c++)
            one_round(c, round);
    for (unsigned c = 1; c < CPUS; c++)
        expect_boots("at the end", c, 1 + ROUNDS);
    expect_boots("at the end", 0, 1);
    console_printf("%u rounds, %u wrong\n", ROUNDS, s_wrong);
    finish(s_wrong ? FINISH_DISAGREE : FINISH_AGREE);
}
