/* SPDX-License-Identifier: MIT
 *
 * DMI and its invalidation under load: CPU 0 switches a banked memory, to which all have direct access, back
 * and forth, while the others read it all the time. Nobody may see the wrong bank once the switch is over.
 */
#include "scenario.h"

#define BANK_SELECT EXTRA /* modules/bank_switch.cpp */
#define BANKED 0x0c000000u
#define SWITCHES 40
#define READS 20

static atomic_uint s_now; /* the number of switches; the last bit: one is under way */
static atomic_bool s_over;
static atomic_uint s_reads;

static void switch_to(unsigned bank)
{
    atomic_fetch_or(&s_now, 1u);
    mmio_write32(BANK_SELECT, bank);
    atomic_fetch_add(&s_now, 1u);
}

static unsigned bank_of(unsigned now)
{
    return now / 2 & 1;
}

/* Word 0 says which bank it is. */
static unsigned wrong_reads(void)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < READS; i++) {
        const unsigned before = atomic_load(&s_now);
        const uint32_t seen = mmio_read32(BANKED);
        const unsigned after = atomic_load(&s_now);
        wrong += seen > 1;
        wrong += before == after && (before & 1) == 0 && seen != bank_of(before);
    }
    atomic_fetch_add(&s_reads, READS);
    return wrong;
}

void scenario_bank_switch(unsigned cpu)
{
    unsigned wrong = 0;

    if (cpu == 0) {
        for (unsigned bank = 0; bank < 2; bank++) {
            switch_to(bank ^ 1);
            mmio_write32(BANKED, bank ^ 1);
            mmio_write32(BANKED + 4, 0);
        }
    }
    barrier();
    while (cpu != 0 && !atomic_load(&s_over))
        wrong += wrong_reads();
    for (unsigned i = 0; cpu == 0 && i < SWITCHES; i++) {
        switch_to(bank_of(atomic_load(&s_now) + 2));
        wrong += wrong_reads();
        mmio_write32(BANKED + 4, mmio_read32(BANKED + 4) + 1);
        compute(200);
    }
    atomic_store(&s_over, true);
    check_equal("reads of the wrong bank", wrong, 0);
    barrier();
    if (cpu != 0)
        return;
    check_range("reads", atomic_load(&s_reads), SWITCHES * READS, UINT64_MAX);
    for (unsigned bank = 0; bank < 2; bank++) {
        switch_to(bank_of(atomic_load(&s_now) + 2));
        check_equal("writes to a bank", mmio_read32(BANKED + 4), SWITCHES / 2);
    }
}
