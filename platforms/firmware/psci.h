/* SPDX-License-Identifier: MIT
 *
 * Power control by calls to firmware (or to QEMU, which stands in for it): Arm Power State Coordination
 * Interface (DEN0022), section 5.
 */
#ifndef FIRMWARE_PSCI_H
#define FIRMWARE_PSCI_H

#include <stdint.h>

enum psci_conduit { PSCI_NONE = 0, PSCI_HVC = 1, PSCI_SMC = 2 };

/* Starts a CPU that is off, with MPIDR affinity `mpidr`, at `entry`. 0, or PSCI's negative error
 * (-2: no such CPU). */
int64_t psci_cpu_on(enum psci_conduit conduit, uint64_t mpidr, uintptr_t entry);

/* Powers the calling CPU off; returns only if there is no PSCI. */
void psci_cpu_off(enum psci_conduit conduit);

/* Resets the machine; returns only if there is no PSCI. */
void psci_system_reset(enum psci_conduit conduit);

/* Powers the machine off; returns only if there is no PSCI. */
void psci_system_off(enum psci_conduit conduit);

#endif
