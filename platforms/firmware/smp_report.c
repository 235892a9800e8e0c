/* SPDX-License-Identifier: MIT
 *
 * Phase 3: the table, the verdict, and for each disagreement a line that says what disagrees.
 */
#include "console.h"
#include "sc_timer.h"
#include "smp.h"

/* From one interrupt that is just being handled to the reading in the next one's handler there are fewer. */
#define HANDLER_INSNS 512

static bool s_agree;

/* Notes what does not agree: how far off it is, and how far it may be. */
static void check(unsigned cpu, const char *what, uint64_t off_ns, uint64_t allowed_ns)
{
    if (off_ns <= allowed_ns)
        return;
    s_agree = false;
    console_printf("cpu %u: %s by %lu ns, allowed are %lu\n", cpu, what, off_ns, allowed_ns);
}

static void check_count(unsigned cpu, const char *what, uint32_t count, uint32_t low, uint32_t high)
{
    if (count >= low && count <= high)
        return;
    s_agree = false;
    console_printf("cpu %u: %u %s, expected are %u to %u\n", cpu, count, what, low, high);
}

static uint64_t outside(uint64_t value, uint64_t low, uint64_t high)
{
    if (value < low)
        return low - value;
    return value > high ? value - high : 0;
}

struct smp_bracket smp_read_systemc(void)
{
    struct smp_bracket bracket;

    bracket.before_ns = smp_now_ns();
    bracket.sc_ns = sc_timer_now_ns();
    bracket.after_ns = smp_now_ns();
    return bracket;
}

/* Interrupts go round the CPUs from CPU 0 on, so each CPU's share of the total is known. */
static uint32_t sc_share(unsigned cpu)
{
    return (smp_ticks_sc()->taken + SMP_PARAMS->cpus - 1 - cpu) / SMP_PARAMS->cpus;
}

/* How long the SystemC timer was on, by SystemC's time; 0 if nobody got to stop it. */
static uint64_t sc_elapsed_ns(void)
{
    const struct smp_sc_ticks *sc = smp_ticks_sc();

    return sc->stopped_ns != 0 ? sc->stopped_ns - sc->started_ns : 0;
}

static void print_cpu(unsigned cpu, uint64_t end_ns)
{
    const struct smp_measure *measure = &smp_measures[cpu];
    const struct smp_ticks *ticks = &smp_ticks[cpu];

    console_printf("%3u %11lu %11lu %11lu %9lu %5u/%-5u %9lu %5u/%-5u %11lu\n", cpu, smp_insn_per_second(cpu),
                   measure->expected_ns, measure->measured_ns, measure->worst_ns, ticks->timer,
                   ticks->timer_expected, ticks->latest_ns, ticks->sc, sc_share(cpu), end_ns);
}

static void print_table(const uint64_t *readings_ns)
{
    console_printf("\n"
                   "        rate of     time of a known run    farthest  generic    latest  SystemC  "
                   "   counter\n"
                   "    instructions  of instructions (ns)     apart     timer      taken   timer    "
                   "   at the end\n"
                   "cpu        (1/s)    expected    measured      (ns) taken/exp.      (ns) taken/exp. "
                   "      (ns)\n");
    for (unsigned cpu = 0; cpu < SMP_PARAMS->cpus; cpu++)
        print_cpu(cpu, readings_ns[cpu]);
}

static void print_systemc(const struct smp_bracket brackets[2])
{
    const struct smp_sc_ticks *sc = smp_ticks_sc();

    if (!smp_has(SMP_HAS_SC_TIMER)) {
        console_printf("SystemC timer: this platform has none; its phases were left out\n");
        return;
    }
    for (unsigned i = 0; i < 2; i++)
        console_printf("SystemC's time %lu ns, while the counter went from %lu to %lu ns\n",
                       brackets[i].sc_ns, brackets[i].before_ns, brackets[i].after_ns);
    console_printf("SystemC timer: %u expiries in %lu ns, %u interrupts\n", sc->expiries, sc_elapsed_ns(),
                   sc->taken);
}

static uint64_t late_limit_ns(void)
{
    return SMP_PARAMS->late_quanta * smp_quantum_ns() + smp_insns_ns(HANDLER_INSNS) + smp_to_ns(1) + 1;
}

static void check_cpu(unsigned cpu, uint64_t end_ns, uint64_t before_ns, uint64_t after_ns)
{
    const struct smp_ticks *ticks = &smp_ticks[cpu];

    check(cpu, "counter and instructions are apart", smp_measures[cpu].worst_ns, smp_tolerance_ns());
    check_count(cpu, "interrupts of its generic timer", ticks->timer, ticks->timer_expected,
                ticks->timer_expected);
    check_count(cpu, "early interrupts of its generic timer", ticks->early, 0, 0);
    if (SMP_PARAMS->late_quanta != 0)
        check(cpu, "its generic timer is late", ticks->latest_ns, late_limit_ns());
    check_count(cpu, "interrupts of the SystemC timer", ticks->sc, sc_share(cpu), sc_share(cpu));
    /* One counter for all, and it never goes back: between two readings on CPU 0 nothing else fits. */
    check(cpu, "counter is outside of CPU 0's readings before and after",
          outside(end_ns, before_ns, after_ns), 0);
}

static void check_systemc(const struct smp_bracket brackets[2])
{
    const struct smp_sc_ticks *sc = smp_ticks_sc();
    uint64_t tolerance = smp_tolerance_ns();
    uint64_t period = SMP_PARAMS->sc_period_ns;
    uint64_t counted = sc->expiries * period;

    for (unsigned i = 0; i < 2; i++)
        check(0, "SystemC's time and the counter are apart",
              outside(brackets[i].sc_ns, brackets[i].before_ns, brackets[i].after_ns), tolerance);

    check_count(0, "expiries of the SystemC timer", sc->expiries, SMP_PARAMS->sc_ticks, UINT32_MAX);
    /* SystemC may be a quantum behind the counter and catch up at once: expiries closer together than both
     * ends of that can meet in one interrupt. */
    check_count(0, "interrupts of the SystemC timer in all", sc->taken,
                period > 2 * tolerance + smp_insns_ns(HANDLER_INSNS) ? sc->expiries : 1, sc->expiries);
    /* The last period is not complete; starting and stopping may each be seen a quantum off. */
    check(0, "expiries and SystemC's time are apart", outside(sc_elapsed_ns(), counted, counted + period),
          2 * tolerance);
}

bool smp_report(const struct smp_bracket brackets[2], const uint64_t *readings_ns, uint64_t before_ns,
                uint64_t after_ns)
{
    s_agree = true;
    print_table(readings_ns);
    print_systemc(brackets);
    for (unsigned cpu = 0; cpu < SMP_PARAMS->cpus; cpu++)
        check_cpu(cpu, readings_ns[cpu], before_ns, after_ns);
    if (smp_has(SMP_HAS_SC_TIMER))
        check_systemc(brackets);
    console_printf("all clocks agree within one quantum (%lu ns): %s\n", smp_quantum_ns(),
                   s_agree ? "yes" : "no");
    return s_agree;
}
