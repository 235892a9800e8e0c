/* SPDX-License-Identifier: MIT
 *
 * What time is it? By the hart's counters, by the ACLINT and by SystemC; and when do interrupts come, of the
 * ACLINT's timer, of another hart, and of SystemC through the PLIC? Prints figures; the test knows what they
 * must be. The board is ../board.lua.
 */
#include "hart.h"
#include "mmio.h"

#define EXITER 0x00100000u
#define SWI 0x02000000u      /* MSIP of each hart */
#define MTIMECMP 0x02004000u /* of hart 0 */
#define MTIME 0x0200bff8u
#define UART 0x09000000u     /* PL011: DR at 0x00, CR at 0x30 (Arm DDI 0183, chapter 3) */
#define SC_TIMER 0x0a100000u /* platforms/components/sc_timer.h */
#define PLIC 0x0c000000u

#define PARAMETERS 0x80180000u /* what the platform file says */
#define HARTS mmio_read32(PARAMETERS)
#define ITERATIONS mmio_read32(PARAMETERS + 4)

#define ROUNDS 20u

/* --- text ------------------------------------------------------------------------------------ */

static void put(const char *text)
{
    for (; *text; text++)
        mmio_write32(UART, (uint8_t)*text);
}

static void put_number(uint32_t value)
{
    char digits[11];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    put(at);
}

static void put_figure(const char *name, uint32_t value)
{
    put(" ");
    put(name);
    put(" ");
    put_number(value);
}

/* --- work: two instructions an iteration ----------------------------------------------------- */

struct sample {
    unsigned long instructions, cycles, ticks;
};

static void work(uint32_t iterations, struct sample *from, struct sample *to)
{
    unsigned long n = iterations;

    __asm__ volatile("rdinstret %0\n rdcycle %1\n rdtime %2\n"
                     "1: addi %6, %6, -1\n bnez %6, 1b\n"
                     "rdinstret %3\n rdcycle %4\n rdtime %5\n"
                     : "=&r"(from->instructions), "=&r"(from->cycles), "=&r"(from->ticks),
                       "=&r"(to->instructions), "=&r"(to->cycles), "=&r"(to->ticks), "+&r"(n)
                     :
                     : "memory");
}

static void measure_work(void)
{
    uint32_t systemc = mmio_read32(SC_TIMER), mtime = mmio_read32(MTIME);
    struct sample from, to;

    work(ITERATIONS, &from, &to);
    mtime = mmio_read32(MTIME) - mtime;
    systemc = mmio_read32(SC_TIMER) - systemc;
    put("work:");
    put_figure("instructions", (uint32_t)(to.instructions - from.instructions));
    put_figure("cycles", (uint32_t)(to.cycles - from.cycles));
    put_figure("ticks", (uint32_t)(to.ticks - from.ticks));
    put_figure("mtime", mtime);
    put_figure("systemc", systemc);
    put("\n");
}

/* --- interrupts ------------------------------------------------------------------------------ */

struct lateness {
    uint32_t seen, early, latest;
};

static void note(struct lateness *of, uint32_t due, uint32_t now)
{
    of->seen++;
    if ((int32_t)(now - due) < 0)
        of->early++;
    else if (now - due > of->latest)
        of->latest = now - due;
}

static void report(const char *name, const struct lateness *of)
{
    put(name);
    put_figure("seen", of->seen);
    put_figure("early", of->early);
    put_figure("latest", of->latest);
    put("\n");
}

static void set_timer(uint32_t ticks)
{
    mmio_write32(MTIMECMP + 4, UINT32_MAX);
    mmio_write32(MTIMECMP, ticks);
    mmio_write32(MTIMECMP + 4, 0);
}

static void measure_timer(void)
{
    struct lateness asleep = {0}, awake = {0};

    hart_enable(M_TIMER);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t due = (uint32_t)csr_read(time) + 1000 + 777 * i;

        set_timer(due);
        hart_sleep(M_TIMER);
        note(&asleep, due, (uint32_t)csr_read(time));
    }
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint32_t due = (uint32_t)csr_read(time) + 1000 + 777 * i;

        set_timer(due);
        while (!(csr_read(mip) & M_TIMER)) {
        }
        note(&awake, due, (uint32_t)csr_read(time));
    }
    set_timer(UINT32_MAX);
    report("timer, asleep:", &asleep);
    report("timer, awake:", &awake);
}

/* Hart 0 asks, hart 1 answers; both sleep meanwhile. */
static void measure_other_hart(void)
{
    uint32_t begin = (uint32_t)csr_read(time);

    hart_enable(M_SOFT);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        mmio_write32(SWI + 4, 1);
        hart_sleep(M_SOFT);
        mmio_write32(SWI, 0);
    }
    put("other hart:");
    put_figure("rounds", ROUNDS);
    put_figure("ticks", (uint32_t)csr_read(time) - begin);
    put("\n");
}

static void answer(void)
{
    hart_enable(M_SOFT);
    for (;;) {
        hart_sleep(M_SOFT);
        mmio_write32(SWI + 4, 0);
        mmio_write32(SWI, 1);
    }
}

/* SystemC's timer is source 1 of the PLIC; hart 0's machine mode is its context 0 (RISC-V PLIC specification,
 * 3). */
static void measure_external(void)
{
    struct lateness external = {0};
    uint32_t period_ns = 500000, begin, sources = 0;

    mmio_write32(PLIC + 4, 1);        /* priority */
    mmio_write32(PLIC + 0x2000, 2);   /* enabled */
    mmio_write32(PLIC + 0x200000, 0); /* threshold */
    mmio_write32(SC_TIMER + 0x10, period_ns);
    mmio_write32(SC_TIMER + 0x14, 0);
    hart_enable(M_EXTERNAL);
    begin = mmio_read32(SC_TIMER);
    mmio_write32(SC_TIMER + 0x08, 3); /* ENABLE, IRQ_ENABLE */
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        uint32_t source;

        hart_sleep(M_EXTERNAL);
        note(&external, begin + i * period_ns, mmio_read32(SC_TIMER));
        source = mmio_read32(PLIC + 0x200004);
        sources += source == 1;
        mmio_write32(SC_TIMER + 0x0c, 1);
        mmio_write32(PLIC + 0x200004, source);
    }
    mmio_write32(SC_TIMER + 0x08, 0);
    report("external:", &external);
    put("external sources:");
    put_figure("right", sources);
    put("\n");
}

void hart_main(unsigned long hart)
{
    if (hart != 0)
        answer();
    mmio_write32(UART + 0x30, 0x301); /* UARTEN, TXE, RXE */
    measure_timer();                  /* after that the other hart is asleep, and time is this one's own */
    measure_work();
    measure_external();
    if (HARTS > 1)
        measure_other_hart();
    mmio_write32(EXITER, 0);
}
