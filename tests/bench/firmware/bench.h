/* SPDX-License-Identifier: MIT
 *
 * bench.elf: one kind of work, a given amount of it on each CPU, between the lines "begin" and "end" on the
 * UART. Whoever runs it takes the host's time when the lines come.
 */
#ifndef BENCH_FIRMWARE_BENCH_H
#define BENCH_FIRMWARE_BENCH_H

#include "machine.h"
#include "psci.h"

#include <stdint.h>

/* What the CPUs do, and what `amount` counts. */
enum bench_kind {
    /* turns of 14 instructions in one block, with 3 loads and 2 stores */
    BENCH_LOOP = 0,
    /* turns of 5 blocks of 3 to 5 instructions, with loads and stores; one branch in 5 is random */
    BENCH_BRANCHY = 1,
    /* copies of BENCH_COPY_SIZE bytes, divided among the CPUs */
    BENCH_COPY = 2,
    /* interrupts that a CPU sends to itself, one after the other */
    BENCH_INTERRUPTS = 3,
    /* 32-bit reads of `address` */
    BENCH_MMIO = 4,
    /* WFI until a timer of 1 s expires */
    BENCH_SLEEP = 5,
    /* turns of 7 blocks of 3 to 5 instructions, without memory; all branches can be foreseen */
    BENCH_TIGHT = 6,
    /* 32-bit writes to `address`, of 1 and 0 in turn */
    BENCH_EDGES = 7,
};

/* Little-endian 64-bit words at MACHINE_PARAMS_BASE, put there by whoever starts the program. */
struct bench_params {
    uint64_t kind; /* enum bench_kind */
    uint64_t cpus; /* 1..MACHINE_MAX_CPUS */
    uint64_t amount;
    uint64_t conduit; /* enum psci_conduit; PSCI_NONE: all CPUs start at reset, and the exiter ends the run */
    uint64_t address; /* for BENCH_MMIO and BENCH_EDGES */
    uint64_t layout;  /* 0..BENCH_LAYOUTS-1: where QEMU's code for the work comes to lie */
    uint64_t event_ns; /* > 0: the SystemC timer expires so often, and interrupts nobody */
};
#define BENCH_PARAMS ((const volatile struct bench_params *)MACHINE_PARAMS_BASE)

/* So many blocks more or less are translated before the work: how fast a host's processor is depends on where
 * the very same code lies, by up to 80 %, and a run in each of several places shows the rest. */
#define BENCH_LAYOUTS 64u

/* Larger than any cache of the host's together; source and destination fit the board's 128 MiB. */
#define BENCH_COPY_SIZE (44u << 20)
#define BENCH_COPY_SOURCE 0x42000000u
#define BENCH_COPY_DESTINATION 0x45000000u

/* work.S. amount: 1..2^63. Each uses nothing but its arguments and 64 bytes at `data`. */
void bench_loop(uint64_t amount, uint64_t *data);
void bench_branchy(uint64_t amount, uint64_t *data);
void bench_tight(uint64_t amount);
void bench_copy(uint64_t destination, uint64_t source, uint64_t size); /* size: a multiple of 64 */
void bench_shift(uint64_t layout);                                     /* 0..BENCH_LAYOUTS-1 */
void bench_read(uint64_t amount, uintptr_t address);

#endif
