/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Host memory that somebody else than this QEMU has written: forgetting what was translated from it.
 */
#include "glue.h"

#include "exec/exec-all.h"
#include "exec/ram_addr.h"
#include "exec/ramlist.h"
#include "qemu/rcu.h"

/* A range of QEMU's RAM addresses; both ends belong to it. */
typedef struct Written {
    ram_addr_t first, last;
} Written;

/*
 * On the vCPU's own thread, outside of its translation blocks, and not on the writer's: a vCPU that
 * translates holds its pages' locks, and may wait for the writer (a page-table walk that becomes an access of
 * the host program's). Nor with the BQL: such a walk may need that.
 */
static void forget_work(CPUState *cpu, run_on_cpu_data data)
{
    Written *written = data.host_ptr;

    (void)cpu;
    bql_unlock();
    tb_invalidate_phys_range(written->first, written->last);
    bql_lock();
    g_free(written);
}

/* Each vCPU does it, so that none begins another block before it is done; all but the first find nothing. */
static void forget_on_all(const Written *written)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        async_run_on_cpu(cpu, forget_work, RUN_ON_CPU_HOST_PTR(g_memdup2(written, sizeof(*written))));
    }
}

int libqemu_memory_written(const void *host, uint64_t size)
{
    RAMBlock *block;
    ram_addr_t offset;
    Written written;

    if (!host || !size) {
        return LIBQEMU_EINVAL;
    }
    if (libqemu_state() != LIBQEMU_READY) {
        return LIBQEMU_ESTATE;
    }
    libqemu_thread_known();
    smp_mb(); /* what was written is there for whoever translates after the look at the bitmap */
    WITH_RCU_READ_LOCK_GUARD()
    {
        block = qemu_ram_block_from_host((void *)host, false, &offset);
        if (block) {
            size = MIN(size, block->used_length - offset);
            written.first = block->offset + offset;
            written.last = written.first + size - 1;
            /* Pages without translated code are "dirty" for DIRTY_MEMORY_CODE: most of them, at any time. */
            if (cpu_physical_memory_range_includes_clean(written.first, size, 1 << DIRTY_MEMORY_CODE)) {
                forget_on_all(&written);
            }
        }
    }
    return LIBQEMU_OK;
}
