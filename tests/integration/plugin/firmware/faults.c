/* SPDX-License-Identifier: MIT */
#include "faults.h"
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "machine.h"

#include <stdint.h>

/* faults.S */
extern char fault_vectors[];
uint64_t fault_aborts(uint64_t turns, uint64_t address);
uint64_t fault_calls(uint64_t turns, uint64_t address);
uint64_t fault_reads(uint64_t turns, uint64_t address);
uint64_t fault_traps(uint64_t turns, uint64_t address);

/* Level 1 descriptors as in start.S (Arm ARM, DDI 0487, D8.3), 1 GiB each: devices; memory; the same memory
 * for EL0 (AP[1]), a GiB further on; nothing. */
#define BLOCK_DEVICE (UINT64_C(1) << 54 | UINT64_C(1) << 53 | 1 << 10 | 1)
#define BLOCK_NORMAL (1 << 10 | 3 << 8 | 1 << 2 | 1)
#define BLOCK_USER (1 << 6)
#define USER_OFFSET 0x40000000u
#define NOTHING_THERE 0xc0000000u
#define UART_ID (MACHINE_UART_BASE + 0xfe0)

static uint64_t s_table[4] __attribute__((aligned(4096))) = {
    BLOCK_DEVICE,
    MACHINE_RAM_BASE | BLOCK_NORMAL,
    MACHINE_RAM_BASE | BLOCK_NORMAL | BLOCK_USER,
    0,
};

static void prepare(void)
{
    __asm__ volatile(
        "msr ttbr0_el1, %0\n\tmsr vbar_el1, %1\n\tisb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" ::"r"(s_table),
        "r"(fault_vectors)
        : "memory");
}

void cpu_main(unsigned cpu)
{
    uint64_t aborts, calls, reads, traps;

    if (cpu != 0)
        return;
    prepare();
    aborts = fault_aborts(FAULTS_TURNS, NOTHING_THERE);
    calls = fault_calls(FAULTS_TURNS, 0);
    reads = fault_reads(FAULTS_TURNS, UART_ID);
    traps = fault_traps(FAULTS_TURNS, USER_OFFSET);
    console_init();
    console_printf("aborts %lu calls %lu reads %lu traps %lu\n", aborts, calls, reads, traps);
    finish_use_psci(PSCI_HVC);
    finish(FINISH_AGREE);
}
