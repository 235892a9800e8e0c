/* SPDX-License-Identifier: MIT
 *
 * What the scenarios share. Each is a file with a function scenario_NAME(cpu), which every CPU that runs
 * comes to; when all have returned, CPU 0 prints one line, "PASS NAME: ..." or "FAIL NAME: ...", and ends the
 * run.
 *
 * Two clocks, both in ns:
 *   now_ns     the counter, which is global time: at most a quantum and a block from a CPU's own clock
 *   local_ns   the CPU's own clock, exactly: the SystemC timer's COUNT reads as the initiator's local time
 */
#ifndef REGRESSION_SCENARIO_H
#define REGRESSION_SCENARIO_H

#include "cpu.h"
#include "machine.h"
#include "mmio.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* One CPU of another QEMU, without an interrupt controller, has this number (two_instances). */
#define FOREIGN_CPU 4u
#define ALL_CPUS 5u

/* Names of scenarios: the files of this folder. */
#define SCENARIOS(X)                                                                                         \
    X(access_widths)                                                                                         \
    X(bank_switch)                                                                                           \
    X(dma_chain)                                                                                             \
    X(dma_copy)                                                                                              \
    X(dual_timer)                                                                                            \
    X(endless)                                                                                               \
    X(events)                                                                                                \
    X(exclusives)                                                                                            \
    X(exit_code)                                                                                             \
    X(generic_timer)                                                                                         \
    X(gpio_lines)                                                                                            \
    X(idle_warp)                                                                                             \
    X(ipi)                                                                                                   \
    X(irq_storm)                                                                                             \
    X(lanes)                                                                                                 \
    X(mailbox_words)                                                                                         \
    X(memory_alias)                                                                                          \
    X(mmio_order)                                                                                            \
    X(one_shot)                                                                                              \
    X(power_on_off)                                                                                          \
    X(powered_off)                                                                                           \
    X(rate_change)                                                                                           \
    X(rates)                                                                                                 \
    X(reset_one)                                                                                             \
    X(reset_system)                                                                                          \
    X(self_modifying)                                                                                        \
    X(sleepers)                                                                                              \
    X(spinlocks)                                                                                             \
    X(two_instances)                                                                                         \
    X(uart_input)                                                                                            \
    X(uart_lines)                                                                                            \
    X(watchdog)

#define DECLARE_SCENARIO(name) void scenario_##name(unsigned cpu);
SCENARIOS(DECLARE_SCENARIO)
#undef DECLARE_SCENARIO

/* --- what the platform file says (board.lua) --- */

struct parameters {
    uint32_t cpus;
    uint32_t quantum_ns;
    uint32_t deterministic;
    uint32_t argument;
    uint32_t rate[4]; /* instructions a second */
    char name[32];
};
#define PARAMETERS ((const volatile struct parameters *)MACHINE_PARAMS_BASE)
#define CPUS (PARAMETERS->cpus)
#define QUANTUM_NS (PARAMETERS->quantum_ns)

/* Devices beside those of machine.h; their register maps: platforms/components. */
#define SLOW_RAM 0x0b000000u /* 4 KiB; an access takes 100 ns */
#define RESETS 0x0a600000u
#define RESETS_PULSE 0x0c
#define RESETS_PULSE_NS 0x10
#define RESETS_SYSTEM 0x24
#define RESETS_COUNT 0x28
#define WATCHDOG 0x0a610000u
#define MAILBOX 0x0a620000u /* side 0; side 1 is 0x8000 further */
#define DMA 0x0a630000u
#define DUAL_TIMER 0x0a640000u
#define GPIO 0x0a650000u
#define EXTRA 0x0a700000u /* what a scenario's platform file adds */
#define TIMER(cpu) (0x0a110000u + 0x1000u * (cpu))

/* Interrupts. */
#define INTID_DMA 35
#define INTID_MAILBOX(side) (36u + (side))
#define INTID_DUAL_TIMER 38
#define INTID_WATCHDOG 39
#define INTID_EXTRA 40
#define INTID_TIMER(cpu) (52u + (cpu))

/* Memory that the program does not occupy; KEPT is as it was after a warm reset. */
#define FREE_RAM 0x42000000u
#define KEPT 0x47f00000u

/* --- time --- */

#define NS_PER_INSN 10u  /* at the board's rate */
#define BLOCK_INSNS 512u /* the longest translation block of QEMU's (TCG_MAX_INSNS) */
#define TIMER_COUNT 0x00
#define TIMER_CTRL 0x08
#define TIMER_STATUS 0x0c
#define TIMER_PERIOD 0x10
#define TIMER_EXPIRIES 0x18

static inline uint64_t now_ns(void)
{
    return cpu_counter();
}
/* Its lower 32 bits are enough: no scenario lasts for 4 s of a CPU's time but idle_warp. */
static inline uint64_t local_ns(void)
{
    return mmio_read32(MACHINE_TIMER_BASE + TIMER_COUNT);
}
/* The time of one block of the slowest CPU: what a clock may be off besides a quantum. */
uint64_t block_ns(void);
/* How late a CPU may take an interrupt that an event of SystemC's raises: a block, the shortest window, and
 * the way into the handler. */
uint64_t late_ns(void);
/* The same for a CPU that sleeps: it begins at global time, and CPUs that execute may be a quantum and a
 * block ahead of SystemC. Alone, nobody is. */
uint64_t late_asleep_ns(void);

/* 2 * turns + 1 instructions. */
void compute(uint64_t turns);
#define COMPUTE_INSNS(turns) (2 * (turns) + 1)

/* --- CPUs --- */

/* All CPUs that take part come here before one leaves. */
void barrier(void);
/* CPU 0 calls it when the others must not be waited for at the end. */
void alone_at_the_end(void);
void send_sgi(unsigned intid, unsigned cpu);

/* `handler` gets interrupt `intid` on the CPU `cpu`, which is the caller if it is a private one. Unmasks
 * nothing. */
void on_interrupt(unsigned intid, unsigned cpu, void (*handler)(unsigned cpu));

/* --- the verdict: any CPU, not in a handler --- */

void check_equal(const char *what, uint64_t is, uint64_t right);
void check_range(const char *what, uint64_t is, uint64_t least, uint64_t most);

#endif
