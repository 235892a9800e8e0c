/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A change of the memory map, until each vCPU has followed it.
 *
 * QEMU queues a flush of each CPU's TLB. The CPU does it when it leaves its execution loop, after the
 * translation block that it is in. A CPU that is away in the middle of a block, in a call-back of the host
 * program's or because it waits for a page of translated code, may come back much later, and executes the
 * rest of its block. So it follows the map when it comes back, before it goes on.
 */
#include "glue.h"

#include "cpu.h"

#include "accel/tcg/internal-common.h"
#include "exec/memory-internal.h"
#include "qemu/rcu.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>

#define CPUS_MAX 256 /* of the null machine (patch 0004) */
#define SPINS 1000
#define PAUSE_US 20

/* One CPU's; a cache line each. */
typedef struct CpuMap {
    unsigned away;  /* how often; its own thread writes it */
    unsigned known; /* the change that it has followed */
} QEMU_ALIGNED(64) CpuMap;

static CpuMap cpu_maps[CPUS_MAX];
static unsigned changes; /* the last one's number; it may wrap. BQL */
/* True: barrier_everywhere() orders what the CPUs do, so that they need no barrier of their own. */
static bool barrier_by_kernel;

static CpuMap *map_of(const CPUState *cpu)
{
    return &cpu_maps[cpu->cpu_index];
}

static bool has_followed(const CPUState *cpu, unsigned change)
{
    return (int)(qatomic_load_acquire(&map_of(cpu)->known) - change) >= 0;
}

void libqemu_map_init(void)
{
    barrier_by_kernel = syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    page_lock_wait_hook = libqemu_away;
}

/* A full barrier on each thread of the process. */
static void barrier_everywhere(void)
{
    smp_mb();
    if (barrier_by_kernel) {
        syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    }
}

/*
 * On the CPU's own thread, in the middle of a block. As tlb_flush(), but it keeps the tables: an access that
 * is under way refers to them. The flush that is queued does the rest.
 */
static void follow(CPUState *cpu)
{
    CPUTLB *tlb = &cpu->neg.tlb;

    qemu_spin_lock(&tlb->c.lock);
    for (int mode = 0; mode < NB_MMU_MODES; mode++) {
        memset(tlb->f[mode].table, -1, tlb->f[mode].mask + (1u << CPU_TLB_ENTRY_BITS));
        memset(tlb->d[mode].vtable, -1, sizeof(tlb->d[mode].vtable));
    }
    qemu_spin_unlock(&tlb->c.lock);
    cpu_address_spaces_follow(cpu);
}

void libqemu_away(bool begins)
{
    CPUState *cpu = current_cpu;
    CpuMap *map;
    unsigned last;

    if (!cpu) {
        return;
    }
    map = map_of(cpu);
    if (begins) {
        qatomic_store_release(&map->away, map->away + 1);
        return;
    }
    qatomic_store_release(&map->away, map->away - 1);
    /* Either memory_sync() sees that it is back, and waits, or this sees the change. */
    if (barrier_by_kernel) {
        barrier();
    } else {
        smp_mb();
    }
    last = qatomic_read(&changes);
    if (map->known != last && map->away == 0) {
        smp_rmb();
        follow(cpu);
        qatomic_store_release(&map->known, last);
    }
}

/* Comes after the flush, which was queued first. */
static void followed_work(CPUState *cpu, run_on_cpu_data data)
{
    CpuMap *map = map_of(cpu);

    if (!has_followed(cpu, (unsigned)data.host_int)) {
        qatomic_store_release(&map->known, (unsigned)data.host_int);
    }
}

void libqemu_map_changed(void)
{
    CPUState *cpu;

    qatomic_store_release(&changes, changes + 1);
    CPU_FOREACH(cpu)
    {
        if (cpu->halt_cond) { /* it has a thread */
            async_run_on_cpu(cpu, followed_work, RUN_ON_CPU_HOST_INT((int)changes));
        }
    }
}

/*
 * Ends: the CPU was kicked, so it leaves its execution loop at its next block. Inside of a block it waits
 *  - in a call-back or for a page's lock: then it is away;
 *  - for the BQL, which the caller does not hold, and whose holders wait for nothing of the host program's;
 *  - for the timeline's lock, or at the end of its budget for a bounded time.
 * Outside of the loop (`running` is false) it follows before it executes again.
 */
static void wait_for(const CPUState *cpu, unsigned change)
{
    for (unsigned spins = 0; qatomic_read(&cpu->running) && !qatomic_load_acquire(&map_of(cpu)->away) &&
                             !has_followed(cpu, change);
         spins++) {
        if (spins < SPINS) {
            cpu_relax();
        } else {
            g_usleep(PAUSE_US);
        }
    }
}

int libqemu_memory_sync(void)
{
    const CPUState *const own = current_cpu;
    const unsigned change = qatomic_read(&changes);
    const bool locked = bql_locked();
    CPUState *cpu;

    if (libqemu_state() != LIBQEMU_READY) {
        return LIBQEMU_ESTATE;
    }
    libqemu_thread_known();
    if (locked) {
        bql_unlock();
    }
    barrier_everywhere();
    CPU_FOREACH(cpu)
    {
        if (cpu != own && cpu->halt_cond) {
            wait_for(cpu, change);
        }
    }
    if (locked) {
        bql_lock();
    }
    return LIBQEMU_OK;
}
