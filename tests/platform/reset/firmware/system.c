/* SPDX-License-Identifier: MIT
 *
 * Resets the whole system again and again, while its CPUs are in the middle of something and its devices are
 * in use, and looks each time whether all is as after a reset, and whether time went on.
 */
#include "board.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "psci.h"
#include "sc_timer.h"
#include <stdbool.h>

/* platforms/components/reset_controller.h */
#define CAUSE (CONTROLLER + 0x18)
#define SYSTEM (CONTROLLER + 0x24)
#define RESETS (CONTROLLER + 0x28)

struct kept {
    uint32_t boots;
    volatile uint32_t here[MACHINE_MAX_CPUS]; /* the boot that this CPU was last seen in */
};

void _start(void);

static volatile uint32_t s_written = 0x1234;
static unsigned s_wrong;

static volatile struct kept *kept(void)
{
    return (volatile struct kept *)KEPT;
}

static void expect(const char *what, uint32_t is, uint32_t right)
{
    if (is != right) {
        console_printf("WRONG: %s is 0x%lx, not 0x%lx\n", what, (uint64_t)is, (uint64_t)right);
        s_wrong++;
    }
}

static uint64_t timer_control(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, cntv_ctl_el0" : "=r"(value));
    return value;
}

static uint32_t right_cause(void)
{
    switch (METHOD) {
    case BY_REGISTER:
        return 8;
    case BY_PSCI:
        return 16;
    default:
        return COLD ? 4 : 2;
    }
}

static void look(uint32_t boot)
{
    expect("memory", kept()->boots, COLD ? 0 : boot);
    expect("data", s_written, boot == 0 || COLD ? 0x1234 : 0x5678);
    expect("cause", mmio_read32(CAUSE), boot == 0 ? 0 : right_cause());
    expect("timer's CTRL", mmio_read32(MACHINE_TIMER_BASE + 0x08), 0);
    expect("timer's STATUS", mmio_read32(MACHINE_TIMER_BASE + 0x0c), 0);
    expect("timer's PERIOD", mmio_read32(MACHINE_TIMER_BASE + 0x10), 0);
    expect("timer's EXPIRIES", mmio_read32(MACHINE_TIMER_BASE + 0x18), 0);
    expect("resetter's CTRL", mmio_read32(RESETTER + 0x08), 0);
    expect("mailbox's STATUS", mmio_read32(MAILBOX + 0x08), 16u << 16);
    expect("mailbox's IRQ_ENABLE", mmio_read32(MAILBOX + 0x0c), 0);
    expect("DMA's STATUS", mmio_read32(DMA + 0x04), 0);
    expect("DMA's LENGTH", mmio_read32(DMA + 0x18), 0);
    expect("DMA's MOVED", mmio_read32(DMA + 0x24), 0);
    expect("watchdog's LOAD", mmio_read32(WATCHDOG), 0xffffffff);
    expect("watchdog's CONTROL", mmio_read32(WATCHDOG + 0x08), 0);
    expect("watchdog's VALUE", mmio_read32(WATCHDOG + 0x04), 0xffffffff);
    expect("dual timer's LOAD", mmio_read32(DUAL_TIMER), 0);
    expect("dual timer's CONTROL", mmio_read32(DUAL_TIMER + 0x08), 0x20);
    expect("dual timer's RIS", mmio_read32(DUAL_TIMER + 0x10), 0);
    expect("GPIO's direction", mmio_read32(GPIO + 0x400), 0);
    expect("GPIO's data", mmio_read32(GPIO + 0x3fc), 0);
    expect("UART's IMSC", mmio_read32(MACHINE_UART_BASE + 0x38), 0);
    expect("UART's IBRD", mmio_read32(MACHINE_UART_BASE + 0x24), 0);
    /* QEMU's */
    expect("distributor's CTLR", mmio_read32(MACHINE_GICD_BASE) & 2, 0);
    expect("distributor's ISENABLER1", mmio_read32(MACHINE_GICD_BASE + 0x104), 0);
    expect("distributor's ISPENDR1", mmio_read32(MACHINE_GICD_BASE + 0x204), 0);
    expect("generic timer's control", (uint32_t)timer_control(), 0);
    mmio_write32(CAUSE, 0x1f);
    kept()->boots = boot + 1;
    s_written = 0x5678;
}

/* All devices have something to forget, and something that would come later. */
static void use_devices(void)
{
    gic_init();
    gic_init_cpu();
    gic_enable_shared(MACHINE_INTID_SC_TIMER, 0);
    sc_timer_start(20000);
    mmio_write32(MAILBOX, 1);
    mmio_write32(MAILBOX + 0x0c, 3);
    mmio_write32(DMA + 0x08, 0x44000000);
    mmio_write32(DMA + 0x10, 0x45000000);
    mmio_write32(DMA + 0x18, 0x100000); /* 10 ms at its rate */
    mmio_write32(DMA, 3);
    mmio_write32(DUAL_TIMER, 50);
    mmio_write32(DUAL_TIMER + 0x08, 0xe2);
    mmio_write32(GPIO + 0x400, 0xff);
    mmio_write32(GPIO + 0x3fc, 0xff);
    mmio_write32(MACHINE_UART_BASE + 0x38, 0x7ff);
    mmio_write32(MACHINE_UART_BASE + 0x24, 7);
    cpu_timer_set(0);
}

static void ask_for_reset(void)
{
    switch (METHOD) {
    case BY_REGISTER:
        mmio_write32(SYSTEM, COLD ? 2 : 1);
        break;
    case BY_WATCHDOG:
        mmio_write32(WATCHDOG, 100);
        mmio_write32(WATCHDOG + 0x08, 3);
        break;
    case BY_PSCI:
        psci_system_reset(CONDUIT);
        break;
    default:
        mmio_write32(RESETTER + 0x10, 300000);
        mmio_write32(RESETTER + 0x08, 7); /* once */
    }
}

static void first_cpu(uint32_t boot)
{
    console_seize(); /* another CPU may have been reset with the lock */
    if (boot == 0)
        console_init();
    console_printf("boot %u: SystemC %lu ns, counter %lu ns\n", boot, sc_timer_now_ns(), cpu_counter());
    look(boot);
    if (s_wrong)
        finish(FINISH_DISAGREE);
    for (unsigned c = 1; c < CPUS && CONDUIT != PSCI_NONE; c++)
        expect("CPU_ON's answer", (uint32_t)psci_cpu_on(CONDUIT, c, (uintptr_t)_start), 0);
    for (unsigned c = 1; c < CPUS; c++)
        while (kept()->here[c] != boot + 1)
            cpu_relax();
    if (boot == ROUNDS)
        finish(s_wrong ? FINISH_DISAGREE : FINISH_AGREE);
    use_devices();
    ask_for_reset();
    stay((enum state)STATE_FIRST);
}

void cpu_main(unsigned cpu)
{
    uint32_t boot = mmio_read32(RESETS);
    uint32_t state = STATE_OTHERS;

    if (cpu == 0)
        first_cpu(boot);
    kept()->here[cpu] = boot + 1;
    stay((enum state)(state == STATE_MIXED ? (cpu + boot) % STATES : state));
}
