/* SPDX-License-Identifier: MIT */
#include "sc_timer.h"
#include "machine.h"
#include "mmio.h"

/* The map of platforms/components/sc_timer.h. */
#define COUNT_LO (MACHINE_TIMER_BASE + 0x00) /* reading it latches COUNT_HI */
#define COUNT_HI (MACHINE_TIMER_BASE + 0x04)
#define CTRL (MACHINE_TIMER_BASE + 0x08)
#define STATUS (MACHINE_TIMER_BASE + 0x0c)
#define PERIOD_LO (MACHINE_TIMER_BASE + 0x10)
#define PERIOD_HI (MACHINE_TIMER_BASE + 0x14)
#define EXPIRIES (MACHINE_TIMER_BASE + 0x18)

#define CTRL_ENABLE (1u << 0)
#define CTRL_IRQ_ENABLE (1u << 1)
#define STATUS_EXPIRED (1u << 0)

void sc_timer_start(uint64_t period_ns)
{
    mmio_write32(PERIOD_LO, (uint32_t)period_ns);
    mmio_write32(PERIOD_HI, (uint32_t)(period_ns >> 32));
    mmio_write32(CTRL, CTRL_ENABLE | CTRL_IRQ_ENABLE);
}

void sc_timer_stop(void)
{
    mmio_write32(CTRL, 0);
}

bool sc_timer_expired(void)
{
    return mmio_read32(STATUS) & STATUS_EXPIRED;
}

void sc_timer_clear(void)
{
    mmio_write32(STATUS, STATUS_EXPIRED);
}

uint32_t sc_timer_expiries(void)
{
    return mmio_read32(EXPIRIES);
}

uint64_t sc_timer_now_ns(void)
{
    uint64_t low = mmio_read32(COUNT_LO);

    return (uint64_t)mmio_read32(COUNT_HI) << 32 | low;
}
