/* SPDX-License-Identifier: MIT
 *
 * A guest whose CPUs each play a role (params.h), for tests that assert on time. The last of the awaited CPUs
 * to finish ends the run.
 */
#include "console.h"
#include "cpu.h"
#include "finish.h"
#include "gic.h"
#include "mmio.h"
#include "roles.h"
#include "spinlock.h"
#include <stdatomic.h>

static atomic_uint s_done;
static atomic_bool s_gic_is_up;
static spinlock s_recorder;

bool others_are_done(void)
{
    return atomic_load(&s_done) == PARAMS->awaited;
}

void record(unsigned key, uint64_t value)
{
    spinlock_take(&s_recorder);
    mmio_write32(RECORDER_BASE + 0, cpu_number() << 8 | key);
    mmio_write32(RECORDER_BASE + 4, (uint32_t)(value >> 32));
    mmio_write32(RECORDER_BASE + 8, (uint32_t)value);
    spinlock_release(&s_recorder);
}

static void done(void)
{
    if (atomic_fetch_add(&s_done, 1) + 1 == PARAMS->awaited)
        finish(0);
}

static void with_interrupts(unsigned cpu, void (*role)(unsigned))
{
    if (cpu == 0) {
        gic_init();
        atomic_store(&s_gic_is_up, true);
    }
    while (!atomic_load(&s_gic_is_up)) {
    }
    gic_init_cpu();
    role(cpu);
    gic_stop_cpu();
}

/* CPU 0 brings up the GIC for the others, too; its role is one of those that need it then. */
void cpu_main(unsigned cpu)
{
    if (cpu == 0 && PARAMS->chatty) {
        console_init();
        console_printf("begin\n");
    }
    switch (PARAMS->cpu[cpu].role) {
    case ROLE_RUN:
        role_run(cpu);
        break;
    case ROLE_START:
        role_start(cpu);
        break;
    case ROLE_TIMER:
        with_interrupts(cpu, role_timer);
        break;
    case ROLE_LINE:
        with_interrupts(cpu, role_line);
        break;
    case ROLE_RACE:
        with_interrupts(cpu, role_race);
        break;
    case ROLE_PROGRAM:
        with_interrupts(cpu, role_program);
        break;
    case ROLE_ACCESS:
        role_access(cpu);
        break;
    case ROLE_COMPUTE:
        role_compute();
        return;
    case ROLE_ATOMICS:
        role_atomics();
        return;
    default:
        return;
    }
    done();
}
