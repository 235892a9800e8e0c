/* SPDX-License-Identifier: MIT
 *
 * Accesses of 8, 16, 32 and 64 bits, to memory behind transactions and to registers, and at both ends of
 * their address windows; all CPUs at once, each in a place of its own.
 */
#include "scenario.h"

#define SLOT_BYTES 64
#define LAST_BYTES (SLOW_RAM + 0xff8u)
#define TIMER_ID 0x1c
#define ID 0x544b544du

static uint64_t read_as(uintptr_t at, unsigned bytes)
{
    switch (bytes) {
    case 1:
        return *(volatile uint8_t *)at;
    case 2:
        return *(volatile uint16_t *)at;
    case 4:
        return *(volatile uint32_t *)at;
    default:
        return *(volatile uint64_t *)at;
    }
}

static void write_as(uintptr_t at, unsigned bytes, uint64_t value)
{
    switch (bytes) {
    case 1:
        *(volatile uint8_t *)at = (uint8_t)value;
        break;
    case 2:
        *(volatile uint16_t *)at = (uint16_t)value;
        break;
    case 4:
        *(volatile uint32_t *)at = (uint32_t)value;
        break;
    default:
        *(volatile uint64_t *)at = value;
        break;
    }
}

static uint64_t low_bits(uint64_t value, unsigned bytes)
{
    return bytes == 8 ? value : value & ((1ull << 8 * bytes) - 1);
}

/* What is written in one width is read in each: little endian. */
static unsigned wrong_at(uintptr_t at)
{
    const uint64_t whole = 0x8877665544332211ull;
    unsigned wrong = 0;

    for (unsigned written = 1; written <= 8; written *= 2) {
        for (unsigned i = 0; i < 8; i += written)
            write_as(at + i, written, whole >> 8 * i);
        for (unsigned bytes = 1; bytes <= 8; bytes *= 2)
            for (unsigned i = 0; i < 8; i += bytes)
                wrong += read_as(at + i, bytes) != low_bits(whole >> 8 * i, bytes);
        write_as(at, 8, 0);
    }
    return wrong;
}

void scenario_access_widths(unsigned cpu)
{
    const uintptr_t slot = SLOW_RAM + 8 + SLOT_BYTES * cpu;

    check_equal("wrong values in memory", wrong_at(slot), 0);
    if (cpu == 0) {
        check_equal("wrong values at its begin", wrong_at(SLOW_RAM), 0);
        check_equal("wrong values at its end", wrong_at(LAST_BYTES), 0);
    }
    mmio_write32(TIMER(cpu) + TIMER_PERIOD, 0x12345678);
    check_equal("register, 8 bits", read_as(TIMER(cpu) + TIMER_PERIOD, 1), 0x78);
    check_equal("register, 16 bits", read_as(TIMER(cpu) + TIMER_PERIOD, 2), 0x5678);
    write_as(TIMER(cpu) + TIMER_PERIOD, 1, 0xff);
    check_equal("after 8 bits were written", mmio_read32(TIMER(cpu) + TIMER_PERIOD), 0xff);
    check_equal("last register", mmio_read32(TIMER(cpu) + TIMER_ID), ID);
}
