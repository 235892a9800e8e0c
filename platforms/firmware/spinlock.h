/* SPDX-License-Identifier: MIT
 *
 * A lock between CPUs. Not to be taken by an interrupt handler if the code around it takes it too.
 */
#ifndef FIRMWARE_SPINLOCK_H
#define FIRMWARE_SPINLOCK_H

#include "cpu.h"
#include <stdatomic.h>

typedef struct {
    atomic_flag taken;
} spinlock;

static inline void spinlock_take(spinlock *lock)
{
    while (atomic_flag_test_and_set_explicit(&lock->taken, memory_order_acquire))
        cpu_wait_event();
}

static inline void spinlock_release(spinlock *lock)
{
    atomic_flag_clear_explicit(&lock->taken, memory_order_release);
    cpu_send_event();
}

#endif
