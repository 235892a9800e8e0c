/* SPDX-License-Identifier: MIT
 *
 * What C cannot say about a CPU: its number, waiting, interrupt masking, the counter and the virtual
 * timer (Arm ARM, DDI 0487, chapter D11 "The Generic Timer"). All calls concern the calling CPU.
 */
#ifndef FIRMWARE_CPU_H
#define FIRMWARE_CPU_H

#include <stdint.h>

#define NS_PER_SECOND 1000000000u

/* Where every CPU arrives after reset (start.S): each program has its own. On return the CPU idles. */
void cpu_main(unsigned cpu);

static inline unsigned cpu_number(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, tpidr_el1" : "=r"(value));
    return (unsigned)value;
}

static inline void cpu_irq_mask(void)
{
    __asm__ volatile("msr daifset, #2" ::: "memory");
}
static inline void cpu_irq_unmask(void)
{
    __asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory");
}

/* Until an interrupt is pending, masked or not. */
static inline void cpu_wait_interrupt(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* For the body of a loop that polls memory. */
static inline void cpu_relax(void)
{
    __asm__ volatile("yield" ::: "memory");
}

/* Until another CPU calls cpu_send_event(); may return without one. */
static inline void cpu_wait_event(void)
{
    __asm__ volatile("wfe" ::: "memory");
}
static inline void cpu_send_event(void)
{
    __asm__ volatile("dsb ish\n\tsev" ::: "memory");
}

/* The virtual counter, in ticks; neither early nor late with respect to memory accesses around it. */
static inline uint64_t cpu_counter(void)
{
    uint64_t value;
    __asm__ volatile("dsb sy\n\tisb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(value)::"memory");
    return value;
}

/* Ticks per second as CNTFRQ_EL0 says; 0 if nothing has set it. */
static inline uint64_t cpu_counter_hz(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

/* floor(count * 1e9 / hz) for count ticks or instructions at hz > 0 a second; exact while the whole
 * seconds in it fit 2^34 and hz < 2^34. */
static inline uint64_t cpu_count_to_ns(uint64_t count, uint64_t hz)
{
    return count / hz * NS_PER_SECOND + count % hz * NS_PER_SECOND / hz;
}

/* floor(ns * hz / 1e9), under the same bounds. */
static inline uint64_t cpu_ns_to_count(uint64_t ns, uint64_t hz)
{
    return ns / NS_PER_SECOND * hz + ns % NS_PER_SECOND * hz / NS_PER_SECOND;
}

/* The virtual timer raises its interrupt from counter value `due` on, until it is set again or stopped. */
static inline void cpu_timer_set(uint64_t due)
{
    __asm__ volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb" ::"r"(due), "r"((uint64_t)1)
                     : "memory");
}

static inline void cpu_timer_stop(void)
{
    __asm__ volatile("msr cntv_ctl_el0, xzr\n\tisb" ::: "memory");
}

#endif
