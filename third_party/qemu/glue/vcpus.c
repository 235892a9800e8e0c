/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * vCPUs: kick, pause, reset, power.
 */
#include "glue.h"

#include "system/cpus.h"
#ifdef TARGET_ARM
#include "cpu.h"
#endif

CPUState *libqemu_cpu(libqemu_object *object)
{
    CPUState *cpu = object ? (CPUState *)object_dynamic_cast(libqemu_qom(object), TYPE_CPU) : NULL;

    return cpu && DEVICE(cpu)->realized ? cpu : NULL;
}

int libqemu_cpu_index(libqemu_object *object)
{
    CPUState *cpu = libqemu_cpu(object);

    return cpu ? cpu->cpu_index : LIBQEMU_EINVAL;
}

int libqemu_cpu_kick(libqemu_object *object)
{
    CPUState *cpu = libqemu_cpu(object);

    if (!cpu) {
        return LIBQEMU_EINVAL;
    }
    if (libqemu_state() != LIBQEMU_READY) {
        return LIBQEMU_ESTATE;
    }
    qemu_cpu_kick(cpu);
    return LIBQEMU_OK;
}

/* Calls `function` on the CPU under the BQL. */
static int with_cpu(libqemu_object *object, void (*function)(CPUState *cpu))
{
    CPUState *cpu = libqemu_cpu(object);
    bool unlock;

    if (!cpu) {
        return LIBQEMU_EINVAL;
    }
    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    function(cpu);
    libqemu_leave(unlock);
    return LIBQEMU_OK;
}

int libqemu_cpu_pause(libqemu_object *object)
{
    return with_cpu(object, cpu_pause);
}

int libqemu_cpu_resume(libqemu_object *object)
{
    return with_cpu(object, cpu_resume);
}

/* --- reset and power: work for the vCPU's own thread ------------------------------------- */

static void reset_work(CPUState *cpu, run_on_cpu_data unused)
{
    (void)unused;
    cpu_reset(cpu);
}

static void queue_reset(CPUState *cpu)
{
    async_run_on_cpu(cpu, reset_work, RUN_ON_CPU_NULL);
}

int libqemu_cpu_reset(libqemu_object *object)
{
    return with_cpu(object, queue_reset);
}

#ifdef TARGET_ARM
/* As target/arm/arm-powerctl.c, which finds CPUs by their affinity, and these need not be distinct here. */
static void power_on_work(CPUState *cpu, run_on_cpu_data unused)
{
    (void)unused;
    if (ARM_CPU(cpu)->power_state != PSCI_ON) {
        cpu_reset(cpu);
        cpu->halted = 0;
        ARM_CPU(cpu)->power_state = PSCI_ON;
    }
}

static void power_off_work(CPUState *cpu, run_on_cpu_data unused)
{
    (void)unused;
    ARM_CPU(cpu)->power_state = PSCI_OFF;
    cpu->halted = 1;
    cpu->exception_index = EXCP_HLT;
}

static void queue_power_on(CPUState *cpu)
{
    async_run_on_cpu(cpu, power_on_work, RUN_ON_CPU_NULL);
}

static void queue_power_off(CPUState *cpu)
{
    async_run_on_cpu(cpu, power_off_work, RUN_ON_CPU_NULL);
}

/* Off is not stopped: it must be able to look at the work that says so, which comes before any block. */
static void start_off(CPUState *cpu)
{
    queue_power_off(cpu);
    cpu_resume(cpu);
}
#else
/* Other targets know no state that an interrupt does not end, but for being stopped. */
static void queue_power_on(CPUState *cpu)
{
    if (cpu->stop || cpu->stopped) {
        queue_reset(cpu);
        cpu_resume(cpu);
    }
}

static void queue_power_off(CPUState *cpu)
{
    cpu_pause(cpu);
}

static void start_off(CPUState *cpu)
{
    queue_power_off(cpu);
}
#endif

int libqemu_cpu_power(libqemu_object *object, bool on)
{
    return with_cpu(object, on ? queue_power_on : queue_power_off);
}

int libqemu_cpu_start(libqemu_object *object, bool on)
{
    return with_cpu(object, on ? cpu_resume : start_off);
}

/* --- all of them ----------------------------------------------------------------------------- */

static void nothing(CPUState *cpu, run_on_cpu_data unused)
{
    (void)cpu;
    (void)unused;
}

void libqemu_vcpus_settle(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        run_on_cpu(cpu, nothing, RUN_ON_CPU_NULL);
    }
}

void libqemu_vcpus_join(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        cpu_remove_sync(cpu);
    }
}
