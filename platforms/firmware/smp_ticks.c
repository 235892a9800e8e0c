/* SPDX-License-Identifier: MIT
 *
 * Phase 2: interrupts at known times. Each CPU's own generic timer ticks with its own period; the SystemC
 * timer's interrupt goes to the CPUs in turn. Meanwhile CPUs with an even number compute and the others
 * sleep.
 *
 * The CPUs that compute do so until everyone is done, so that there is always one that carries the time
 * on, and no tick is late because all sleep and the host decides how long.
 */
#include "console.h"
#include "cpu.h"
#include "gic.h"
#include "sc_timer.h"
#include "smp.h"
#include <stdatomic.h>

#define SGI_WAKE 0
#define COMPUTE_TURNS 1000

void irq_handler(void); /* called by vectors.S */

struct smp_ticks smp_ticks[MACHINE_MAX_CPUS];

static uint64_t s_start_ns;
static uint64_t s_limit_ns;        /* whoever still waits then gives up */
static atomic_uint s_unfinished;   /* CPUs that wait for ticks of their own, and one for the SystemC timer */
static struct smp_sc_ticks s_sc;   /* touched only in that interrupt's handler, which runs once at a time */
static uint32_t s_expiries_before; /* those of the SystemC timer before this phase */
static uint64_t s_due[MACHINE_MAX_CPUS];

const struct smp_sc_ticks *smp_ticks_sc(void)
{
    return &s_sc;
}

static bool is_sleeper(unsigned cpu)
{
    return cpu % 2 != 0;
}

/* --- in interrupt handlers --- */

static void one_finished(void)
{
    if (atomic_fetch_sub(&s_unfinished, 1) == 1)
        gic_send_to_others(SGI_WAKE);
}

/* The time of the next tick; from the start, so that no rounding adds up. */
static uint64_t tick_ns(unsigned cpu, uint32_t number)
{
    return s_start_ns + (uint64_t)number * SMP_PARAMS->cpu[cpu].timer_period_ns;
}

static void set_timer(unsigned cpu)
{
    struct smp_ticks *ticks = &smp_ticks[cpu];

    /* After the last one it only wakes a sleeper whose time is up. */
    s_due[cpu] = ticks->timer < ticks->timer_expected ? tick_ns(cpu, ticks->timer + 1) : s_limit_ns;
    cpu_timer_set(smp_to_ticks(s_due[cpu]));
}

static void timer_tick(unsigned cpu)
{
    struct smp_ticks *ticks = &smp_ticks[cpu];
    uint64_t now = cpu_counter();
    uint64_t late;

    if (ticks->timer == ticks->timer_expected) {
        cpu_timer_stop(); /* the limit */
        return;
    }
    if (now < smp_to_ticks(s_due[cpu]))
        ticks->early++;
    late = smp_to_ns(now) > s_due[cpu] ? smp_to_ns(now) - s_due[cpu] : 0;
    if (late > ticks->latest_ns)
        ticks->latest_ns = late;
    ticks->timer++;
    set_timer(cpu);
    if (ticks->timer == ticks->timer_expected)
        one_finished();
}

static void sc_tick(unsigned cpu)
{
    /* The line goes through SystemC and may fall after the interrupt's end: then this is no new expiry. */
    if (!sc_timer_expired())
        return;
    /* Count first: an expiry after the clear raises the line again, one before it is in the count. */
    s_sc.expiries = sc_timer_expiries() - s_expiries_before;
    s_sc.taken++;
    smp_ticks[cpu].sc++;
    if (s_sc.expiries < SMP_PARAMS->sc_ticks) {
        sc_timer_clear();
        gic_route(MACHINE_INTID_SC_TIMER, s_sc.taken % SMP_PARAMS->cpus);
        return;
    }
    sc_timer_stop();
    sc_timer_clear();
    s_sc.expiries = sc_timer_expiries() - s_expiries_before;
    s_sc.stopped_ns = sc_timer_now_ns();
    one_finished();
}

void irq_handler(void)
{
    unsigned cpu = cpu_number();
    unsigned intid = gic_acknowledge();

    if (intid >= GIC_INTID_SPECIAL)
        return;
    if (intid == MACHINE_INTID_VIRTUAL_TIMER)
        timer_tick(cpu);
    else if (intid == MACHINE_INTID_SC_TIMER)
        sc_tick(cpu);
    gic_end(intid);
}

/* --- outside --- */

void smp_ticks_prepare(uint64_t start_ns)
{
    const volatile struct smp_params *params = SMP_PARAMS;
    uint64_t slack = smp_patience_ns();
    bool has_sc_timer = smp_has(SMP_HAS_SC_TIMER);

    s_start_ns = start_ns;
    s_limit_ns = start_ns + params->tick_window_ns + slack;
    if (has_sc_timer)
        s_limit_ns += (uint64_t)params->sc_ticks * params->sc_period_ns;
    atomic_store(&s_unfinished, params->cpus + has_sc_timer);
    if (has_sc_timer) {
        gic_enable_shared(MACHINE_INTID_SC_TIMER, 0);
        s_expiries_before = sc_timer_expiries();
        s_sc.started_ns = sc_timer_now_ns();
        sc_timer_start(params->sc_period_ns);
    }
}

static bool is_over(void)
{
    return atomic_load(&s_unfinished) == 0 || smp_now_ns() >= s_limit_ns;
}

static void compute(void)
{
    for (volatile unsigned turn = 0; turn < COMPUTE_TURNS; turn++) {
    }
}

/* Masked between the question and the sleep, so that the interrupt that ends the wait is not taken between
 * them: WFI returns for a masked one too. */
static void sleep(void)
{
    cpu_irq_mask();
    if (!is_over())
        cpu_wait_interrupt();
    cpu_irq_unmask();
}

static void announce(unsigned cpu)
{
    console_printf("cpu %u: %u interrupts of its generic timer, %s between them\n", cpu, smp_ticks[cpu].timer,
                   is_sleeper(cpu) ? "asleep" : "computing");
}

void smp_ticks_take(unsigned cpu)
{
    struct smp_ticks *ticks = &smp_ticks[cpu];
    bool announced = false;

    ticks->timer_expected = SMP_PARAMS->tick_window_ns / SMP_PARAMS->cpu[cpu].timer_period_ns;
    set_timer(cpu);
    gic_enable_private(MACHINE_INTID_VIRTUAL_TIMER);
    gic_enable_private(SGI_WAKE);
    cpu_irq_unmask();
    while (!is_over()) {
        if (!announced && *(volatile uint32_t *)&ticks->timer == ticks->timer_expected) {
            announce(cpu);
            announced = true;
        } else if (is_sleeper(cpu)) {
            sleep();
        } else {
            compute();
        }
    }
    cpu_irq_mask();
    gic_stop_cpu();
    cpu_timer_stop();
    if (!announced)
        announce(cpu);
}
