/* SPDX-License-Identifier: MIT
 *
 * DMA over code. CPU 0 lets the DMA engine replace a function, and calls it when the copy is done; CPU 1
 * calls it all the time. Whoever knows that the copy is done must see the new function.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "mmio.h"

#include <stdatomic.h>
#include <stdint.h>

enum {
    DMA = 0x0a600000,
    CTRL = 0x00,
    STATUS = 0x04,
    SRC_LO = 0x08,
    DST_LO = 0x10,
    LENGTH = 0x18,
    START = 1,
    BUSY = 1,
    DONE = 2,
    CODE = 0x41000000, /* where the function is called */
    BLOCK = 0x8000,    /* bytes of a copy; the function is in the middle of it */
    ENTRY = 0x4ff8,    /* the offset, so that it reaches into the next page */
    ROUNDS = 100
};
static const uintptr_t sources[2] = {0x42000000, 0x43000000};

/* What the function returns from now on; 0: it is being replaced. */
static _Atomic unsigned s_returns;
static _Atomic unsigned s_calls, s_wrong, s_over;

/* "mov w0, #value" twice, then "ret": 12 bytes. Arm ARM, C6.2 "MOVZ", "RET". */
static void write_function(uintptr_t at, unsigned value)
{
    mmio_write32(at, 0x52800000u | value << 5);
    mmio_write32(at + 4, 0x52800000u | value << 5);
    mmio_write32(at + 8, 0xd65f03c0u);
}

static unsigned call(void)
{
    return ((unsigned (*)(void))(uintptr_t)(CODE + ENTRY))();
}

static void copy(uintptr_t from)
{
    mmio_write32(DMA + SRC_LO, (uint32_t)from);
    mmio_write32(DMA + DST_LO, CODE);
    mmio_write32(DMA + LENGTH, BLOCK);
    mmio_write32(DMA + CTRL, START);
    while (mmio_read32(DMA + STATUS) & BUSY)
        cpu_relax();
    if (mmio_read32(DMA + STATUS) != DONE)
        s_wrong++;
    mmio_write32(DMA + STATUS, DONE);
    __asm__ volatile("dsb sy\n\tic ialluis\n\tdsb sy\n\tisb" ::: "memory");
}

static void call_all_the_time(void)
{
    while (!s_over) {
        const unsigned before = s_returns;
        __asm__ volatile("isb" ::: "memory");
        const unsigned value = call();
        if (value != 1 && value != 2)
            s_wrong++;
        if (before != 0 && before == s_returns && value != before)
            s_wrong++;
        s_calls++;
    }
}

void cpu_main(unsigned cpu)
{
    if (cpu > 1)
        return;
    if (cpu == 1) {
        while (!s_returns)
            cpu_relax();
        call_all_the_time();
        return;
    }
    console_init();
    write_function(sources[0] + ENTRY, 1);
    write_function(sources[1] + ENTRY, 2);
    for (unsigned round = 0; round < ROUNDS; round++) {
        s_returns = 0;
        copy(sources[round & 1]);
        s_returns = 1 + (round & 1);
        for (unsigned i = 0; i < 100; i++)
            if (call() != 1 + (round & 1))
                s_wrong++;
        const unsigned calls = s_calls;
        while (s_calls < calls + 2)
            cpu_relax();
    }
    s_over = 1;
    console_printf("%u rounds, %u wrong\n", (unsigned)ROUNDS, s_wrong);
    finish(s_wrong ? FINISH_DISAGREE : FINISH_AGREE);
}
