/* SPDX-License-Identifier: MIT */
#include "finish.h"
#include "cpu.h"
#include "machine.h"
#include "mmio.h"

static enum psci_conduit s_conduit = PSCI_NONE;

void finish_use_psci(enum psci_conduit conduit)
{
    s_conduit = conduit;
}

void finish(unsigned code)
{
    if (s_conduit == PSCI_NONE)
        mmio_write32(MACHINE_EXIT_BASE, code);
    else
        psci_system_off(s_conduit);
    /* The simulation may take a moment to end. */
    cpu_irq_mask();
    for (;;)
        cpu_wait_interrupt();
}
