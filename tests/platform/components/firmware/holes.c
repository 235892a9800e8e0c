/* SPDX-License-Identifier: MIT
 *
 * Accesses to holes in the address map: each one must be an external abort, synchronous, with the address.
 * Syndromes: Arm ARM (DDI 0487), D19.2.40 "ESR_EL1", ISS encodings for a Data Abort and an Instruction Abort.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"

#include <stdint.h>

enum { EC_INSTRUCTION_ABORT = 0x21, EC_DATA_ABORT = 0x25, FSC_EXTERNAL_ABORT = 0x10, ISS_WNR = 1 << 6 };

extern char fault_vectors[];
uint64_t fault_handler(uint64_t esr, uint64_t elr, uint64_t far, uint64_t link);

static volatile unsigned s_count;
static volatile uint64_t s_esr, s_far;
static unsigned s_failures;

/* Returns where to go on: behind a load or store, or at the caller of what could not be fetched. */
uint64_t fault_handler(uint64_t esr, uint64_t elr, uint64_t far, uint64_t link)
{
    s_count++;
    s_esr = esr;
    s_far = far;
    return esr >> 26 == EC_INSTRUCTION_ABORT ? link : elr + 4;
}

static void expect(const char *what, uint64_t address, unsigned ec, uint64_t is_write)
{
    const uint64_t esr = s_esr;
    const int right = s_count == 1 && esr >> 26 == ec && (esr & 0x3f) == FSC_EXTERNAL_ABORT &&
                      s_far == address && (ec == EC_INSTRUCTION_ABORT || (esr & ISS_WNR) == is_write);

    console_printf("%s 0x%lx: %s (%u faults, ESR 0x%lx, FAR 0x%lx)\n", what, address,
                   right ? "right" : "WRONG", s_count, esr, s_far);
    s_failures += !right;
    s_count = 0;
    s_esr = s_far = 0;
}

static void try_load(uint64_t address)
{
    uint64_t value;
    __asm__ volatile("ldr %w0, [%1]\n\tdsb sy" : "=r"(value) : "r"(address) : "memory");
    expect("load", address, EC_DATA_ABORT, 0);
}

static void try_store(uint64_t address)
{
    __asm__ volatile("str wzr, [%0]\n\tdsb sy" ::"r"(address) : "memory");
    expect("store", address, EC_DATA_ABORT, ISS_WNR);
}

static void try_fetch(uint64_t address)
{
    ((void (*)(void))address)();
    expect("fetch", address, EC_INSTRUCTION_ABORT, 0);
}

static void try_good(uint64_t address)
{
    const uint32_t before = *(volatile uint32_t *)address;
    *(volatile uint32_t *)address = before + 1;
    if (s_count != 0 || *(volatile uint32_t *)address != before + 1) {
        console_printf("0x%lx: WRONG, it is memory\n", address);
        s_failures++;
    }
    s_count = 0;
}

/* One memory in two windows, for data and for code: "mov w0, #value", "ret". */
static void try_alias(uint64_t one, uint64_t other)
{
    for (uint32_t value = 1; value <= 3; value++) {
        volatile uint32_t *code = (volatile uint32_t *)one;
        code[0] = 0x52800000u | value << 5;
        code[1] = 0xd65f03c0u;
        __asm__ volatile("dsb sy\n\tic ialluis\n\tdsb sy\n\tisb" ::: "memory");
        const uint32_t returned = ((uint32_t(*)(void))other)();
        if (*(volatile uint32_t *)other != code[0] || returned != value) {
            console_printf("0x%lx: WRONG, it is the memory at 0x%lx, too\n", other, one);
            s_failures++;
        }
    }
}

void cpu_main(unsigned cpu)
{
    static const uint64_t holes[] = {
        0x0a900000, /* between devices */
        0x60000000, /* normal memory by the page tables, nothing by the router */
        0x48000000, /* right behind the RAM */
        0x50002000, /* a hole in the inner router */
    };

    if (cpu != 0)
        return;
    console_init();
    __asm__ volatile("msr vbar_el1, %0\n\tisb" ::"r"(fault_vectors));
    for (unsigned i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
        try_load(holes[i]);
        try_store(holes[i]);
        if (holes[i] >= 0x40000000)
            try_fetch(holes[i]);
    }
    try_good(
        0x47fffffc); /* the last word of the RAM, and memory of the inner router: before, after the hole */
    try_good(0x50001ffc);
    try_good(0x50003000);
    try_alias(0x51000000, 0x52000000);
    try_alias(0x52001000, 0x51001000);
    console_printf("%u failures\n", s_failures);
    finish(s_failures ? FINISH_DISAGREE : FINISH_AGREE);
}
