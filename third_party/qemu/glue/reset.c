/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A system reset, in the host program's hands: all vCPUs stop, then it resets its part and has QEMU's reset,
 * then it lets go of the vCPUs one by one (cpu_start, vcpus.c).
 */
#include "glue.h"

#include "system/cpus.h"
#include "system/runstate.h"

static unsigned awaited; /* vCPUs that have been asked and have not stopped yet; BQL */

/*
 * By the vCPU's own thread, between two translation blocks, after the access that it may be in. It is served
 * while the VM is stopped, too, and says so before the vCPU counts as idle.
 */
static void stop_work(CPUState *cpu, run_on_cpu_data unused)
{
    (void)unused;
    cpu_pause(cpu);
    if (--awaited == 0) {
        libqemu_request_host(LIBQEMU_RESET_READY);
    }
}

int libqemu_reset_begin(void)
{
    CPUState *cpu;
    bool unlock, none;

    if (!libqemu_enter(&unlock)) {
        return LIBQEMU_ESTATE;
    }
    CPU_FOREACH(cpu)
    {
        awaited++;
        async_run_on_cpu(cpu, stop_work, RUN_ON_CPU_NULL);
    }
    none = awaited == 0;
    libqemu_leave(unlock);
    if (none) {
        libqemu_request_host(LIBQEMU_RESET_READY);
    }
    return LIBQEMU_OK;
}

static bool all_have_stopped(void)
{
    CPUState *cpu;

    CPU_FOREACH(cpu)
    {
        if (!cpu->stopped) {
            return false;
        }
    }
    return true;
}

/* The vCPUs stand still, so there is nobody to wait for: who calls may be the one that they would wait for.
 */
int libqemu_system_reset(void)
{
    LibqemuCall call;

    LIBQEMU_CALL(&call, NULL);
    if (!all_have_stopped()) {
        return libqemu_call_end(&call, LIBQEMU_ESTATE);
    }
    qemu_system_reset(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
    return libqemu_call_end(&call, LIBQEMU_OK);
}
