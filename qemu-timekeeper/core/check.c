/* SPDX-License-Identifier: MIT
 *
 * Each invariant is computed from the vCPUs, sources and windows themselves, and not from what settle() has
 * derived from them: it would only be compared with itself. The numbers are those of the list of invariants
 * in docs/time-model.md.
 */
#include "check.h"

#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 u128;

#define NOT_A_VCPU (-1)

_Noreturn static void broken(const tk_core *core, int who, const char *invariant)
{
    fprintf(stderr, "timekeeper: invariant does not hold: %s\n", invariant);
    fprintf(stderr,
            "  global time %" PRIu64 " ps, before the event %" PRIu64 "; SystemC's limit %" PRIu64
            ", before %" PRIu64 "; window %" PRIu64 ", crossing %" PRIu64 ", deadline %" PRIu64
            ", quantum %" PRIu64 "; holder %d, before %d; %u accepted%s\n",
            core->global_ps, core->seen.global_ps, core->limit_ps, core->seen.limit_ps, core->window_ps,
            core->crossing_ps, core->deadline_ps, core->quantum_ps, core->holder, core->seen.holder,
            core->accepted, core->frozen ? "; frozen" : "");
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        fprintf(stderr,
                "  %svCPU %u: local %" PRIu64 " ps, executed %" PRIu64 ", idle %" PRIu64
                ", annotated %" PRIu64 ", granted to %" PRIu64 "%s%s%s%s%s%s%s%s\n",
                (int)i == who ? "* " : "", i, v->local_ps, v->clock.ps, v->idle_ps, v->annotated_ps,
                v->grant_ps, v->present ? "" : ", removed", v->active ? ", active" : "",
                v->kicked ? ", kicked" : "", v->running ? ", running" : "", v->woken ? ", woken" : "",
                v->suspended ? ", suspended" : "", v->accepted ? ", accepted" : "",
                v->blocked ? ", blocked" : "");
    }
    abort();
}

static void holds(const tk_core *core, bool good, int who, const char *invariant)
{
    if (!good) {
        broken(core, who, invariant);
    }
}

/* --- what follows from the vCPUs ---------------------------------------------------------------------- */

typedef struct view {
    unsigned accepted;
    unsigned keepers;                   /* who hold SystemC back */
    unsigned kicked;                    /* those of them who have not looked yet */
    unsigned bounding;                  /* who hold other vCPUs back */
    uint64_t slowest_ps;                /* of the keepers */
    uint64_t end_ps;                    /* the earliest of window, crossing and deadline */
    uint64_t cap_ps;                    /* what global time must not pass */
    uint64_t bounding_ps[TK_VCPUS_MAX]; /* what others must not pass by a quantum; TK_NEVER: no matter */
    uint64_t first_ps, next_ps;         /* the least two of those */
    unsigned inside, blocked;           /* who are in a transaction, who wait for an exclusive section */
    bool due;                           /* the timers of any source are */
} view;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t later(uint64_t ps, uint64_t by)
{
    return ps > TK_NEVER - by ? TK_NEVER : ps + by;
}

static bool is_keeper(const view *seen, const vcpu *v)
{
    return v->active && !v->accepted && (!v->blocked || seen->accepted == 0);
}

static view look(const tk_core *core)
{
    view now = {.slowest_ps = TK_NEVER,
                .end_ps = least(core->window_ps, core->crossing_ps),
                .first_ps = TK_NEVER,
                .next_ps = TK_NEVER};

    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        now.accepted += v->accepted;
        now.inside += v->active && v->inside;
        now.blocked += v->present && v->blocked;
    }
    for (unsigned s = 0; s < core->source_count; s++) {
        now.due = now.due || core->sources[s].due;
        now.end_ps = least(now.end_ps, core->sources[s].at_ps);
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        now.bounding_ps[i] = TK_NEVER;
        if (is_keeper(&now, v)) {
            now.keepers++;
            now.kicked += v->kicked;
            now.slowest_ps = least(now.slowest_ps, v->local_ps);
            now.bounding_ps[i] = v->local_ps;
        } else if (v->accepted) {
            now.bounding_ps[i] = most(v->local_ps, v->floor_ps);
        }
        if (is_keeper(&now, v) || v->accepted) {
            now.bounding++;
            now.next_ps = least(now.next_ps, most(now.first_ps, now.bounding_ps[i]));
            now.first_ps = least(now.first_ps, now.bounding_ps[i]);
        }
    }
    now.cap_ps = now.end_ps;
    if (now.keepers > 0) {
        now.cap_ps = least(now.cap_ps, later(now.slowest_ps, core->quantum_ps));
    }
    return now;
}

/* Deterministic mode: its thread can do nothing that another one sees. */
static bool is_at_rest(const view *now, const vcpu *v)
{
    const unsigned others_inside = now->inside - (v->active && v->inside);

    return !v->active || v->idles || (v->blocked ? others_inside > 0 : v->ready);
}

static bool all_at_rest(const tk_core *core, const view *now)
{
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        if (!is_at_rest(now, &core->vcpus[i])) {
            return false;
        }
    }
    return true;
}

/* Deterministic mode: may vCPU i execute, all but its time considered? */
static bool has_turn(const tk_core *core, const view *now, unsigned i)
{
    const vcpu *v = &core->vcpus[i];

    for (unsigned j = 0; j < core->vcpu_count; j++) {
        if (j != i && !is_at_rest(now, &core->vcpus[j])) {
            return false;
        }
    }
    return core->turn == (int)i && !core->systemc_away && !now->due &&
           (now->blocked == 0 || v->inside || v->blocked);
}

/* What vCPU i must not pass. */
static uint64_t end_of(const tk_core *core, const view *now, unsigned i)
{
    const uint64_t others = now->bounding_ps[i] == now->first_ps ? now->next_ps : now->first_ps;
    uint64_t end = least(now->end_ps, later(others, core->quantum_ps));

    if (core->deterministic) {
        end = has_turn(core, now, i) ? least(end, core->turn_end_ps) : 0;
    }
    return core->frozen ? 0 : end;
}

static bool is_all_idle(const tk_core *core, const view *now)
{
    return now->keepers == 0 && !core->frozen;
}

/* --- 1 to 11 ------------------------------------------------------------------------------------------ */

/* The flags that say what a vCPU does exclude each other. */
static void check_states(const tk_core *core, const view *now)
{
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        holds(core, v->present || !v->active, (int)i, "state: one that was removed is not active");
        holds(core, v->active || (!v->running && !v->suspended), (int)i, "state: who is idle does nothing");
        holds(core, !v->kicked || (v->active && !v->running && !v->suspended && v->pause == TK_PAUSE_NONE),
              (int)i, "state: who was kicked has done nothing yet");
        holds(core, !v->present || v->active || v->pause == TK_PAUSE_NONE, (int)i,
              "state: who is idle is not paused");
        holds(core, v->suspended || !v->accepted, (int)i, "state: SystemC works for one that waits for it");
        holds(core, !v->running || (!v->suspended && v->pause == TK_PAUSE_NONE), (int)i,
              "state: who runs neither waits for SystemC nor is paused");
    }
    holds(core, core->accepted == now->accepted, NOT_A_VCPU, "state: the number of accepted transactions");
    holds(core, core->keepers == now->keepers, NOT_A_VCPU, "state: the number of those who keep time");
    holds(core, core->kicked == now->kicked, NOT_A_VCPU, "state: the number of those who were kicked");
    holds(core, core->bounding == now->bounding, NOT_A_VCPU, "state: the number of those who bound others");
}

static void check_exact_time(const tk_core *core, unsigned i)
{
    const vcpu *v = &core->vcpus[i];
    const vcpu_seen *seen = &v->seen;
    const u128 executed = (u128)(v->instructions - seen->instructions) * TK_PS_PER_SECOND + seen->clock.rem;

    holds(core,
          v->instructions >= seen->instructions && v->idle_ps >= seen->idle_ps &&
              v->annotated_ps >= seen->annotated_ps && v->local_ps >= seen->local_ps,
          (int)i, "1: local time and its parts never go backwards");
    holds(core, (u128)v->clock.ps + v->idle_ps + v->annotated_ps == v->local_ps && v->local_ps < TK_NEVER,
          (int)i, "2: local = executed + idle + annotated");
    if (v->clock.rate == seen->clock.rate) {
        holds(core,
              v->clock.ps - seen->clock.ps == executed / v->clock.rate &&
                  v->clock.rem == executed % v->clock.rate && v->clock.sub == seen->clock.sub,
              (int)i, "2: executed time = instructions / rate, the remainder carried");
    } else {
        /* fractions of a picosecond, each times both rates: 80 + 40 bits */
        const u128 before = (((u128)seen->clock.rem << TK_CLOCK_SUB_BITS) + seen->clock.sub) * v->clock.rate;
        const u128 after = (((u128)v->clock.rem << TK_CLOCK_SUB_BITS) + v->clock.sub) * seen->clock.rate;

        holds(core,
              v->instructions == seen->instructions && v->clock.ps == seen->clock.ps && after <= before &&
                  before - after < seen->clock.rate,
              (int)i, "2: a change of rate neither loses nor invents time");
    }
    holds(core, v->clock.rem < v->clock.rate && v->clock.sub >> TK_CLOCK_SUB_BITS == 0, (int)i,
          "2: what is carried is less than a picosecond");
}

static void check_global_time(const tk_core *core, const view *now)
{
    const bool moved = core->global_ps != core->seen.global_ps;

    holds(core, core->global_ps >= core->seen.global_ps, NOT_A_VCPU, "1: global time never goes backwards");
    holds(core, !moved || core->global_ps <= now->cap_ps, NOT_A_VCPU,
          "3, 4, 5: global time passes neither the window, nor a deadline, nor the slowest by a quantum");
    holds(core, core->global_ps < TK_NEVER, NOT_A_VCPU, "1: global time is a time");
    holds(core,
          core->effects.time_moved ||
              (!moved && core->limit_ps == core->seen.limit_ps && core->holder == core->seen.holder),
          NOT_A_VCPU, "7: it is told when time moves");
}

static void check_limit(const tk_core *core, const view *now)
{
    uint64_t may_be = core->seen.limit_ps;

    holds(core, core->limit_ps == least(least(core->global_ps, now->slowest_ps), core->crossing_ps),
          NOT_A_VCPU,
          "4: SystemC passes neither global time, nor a vCPU that keeps time, nor a change that QEMU has "
          "made in it");
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        if (v->active && v->seen.accepted && !v->accepted) {
            may_be = least(may_be, v->local_ps); /* SystemC says when its transaction has ended */
        }
    }
    holds(core, core->limit_ps >= may_be, NOT_A_VCPU, "4: nobody falls behind where SystemC may be already");
}

/* 3, 5 and 10: nobody has more than he may use, and nobody waits who need not. */
static void check_budgets(const tk_core *core, const view *now)
{
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        if (v->running) {
            holds(core, v->grant_ps <= end_of(core, now, i), (int)i,
                  core->frozen
                      ? "10: a pause stops everybody"
                      : "3, 4, 5: no budget reaches past the window, a deadline, or a quantum from the "
                        "slowest");
        } else if (v->active && !v->suspended && v->pause != TK_PAUSE_NONE) {
            holds(core, v->woken || end_of(core, now, i) <= v->local_ps, (int)i,
                  "11: a paused vCPU that may go on is woken");
        }
    }
}

static void check_timers(const tk_core *core)
{
    for (unsigned s = 0; s < core->source_count; s++) {
        holds(core, core->sources[s].due == (core->sources[s].at_ps <= core->global_ps), NOT_A_VCPU,
              "5: a timer is due when its time has come, and not before");
    }
}

static bool is_most_active(const tk_core *core, const view *now, unsigned who)
{
    const uint64_t furthest = core->vcpus[who].local_ps;

    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];
        const bool candidate = !v->kicked && (now->keepers > 0 ? is_keeper(now, v) : v->active);
        const uint64_t a = (uint64_t)v->order << 32 | i, b = (uint64_t)core->vcpus[who].order << 32 | who;

        if (candidate && (v->local_ps > furthest || (v->local_ps == furthest && a < b))) {
            return false;
        }
    }
    return true;
}

/* Whether one that holds the token need not give it away: it keeps time, or nobody has to wait for it. */
static bool may_keep_token(const view *now, const vcpu *v, uint64_t global_ps)
{
    return v->active && (is_keeper(now, v) || now->keepers == 0 || now->slowest_ps < global_ps);
}

static void check_token(const tk_core *core, const view *now)
{
    const int before = core->seen.holder;
    bool any = false;

    for (unsigned i = 0; i < core->vcpu_count; i++) {
        any = any || (core->vcpus[i].active && !core->vcpus[i].kicked);
    }
    holds(
        core, core->holder != TK_NOBODY ? any : !any || now->kicked > 0, core->holder,
        "6: the token is with somebody if anybody is active, unless one that was kicked has not looked yet");
    if (core->holder != TK_NOBODY) {
        const vcpu *holder = &core->vcpus[core->holder];

        holds(core, holder->present && holder->active && !holder->kicked, core->holder,
              "6: who holds the token is active, and knows it");
        holds(core, may_keep_token(now, holder, core->global_ps), core->holder,
              "6: who holds the token keeps time, when it is time that others wait for");
        holds(core, core->holder == before || is_most_active(core, now, (unsigned)core->holder), core->holder,
              "6: the token goes to the most active vCPU");
    }
    if (before != TK_NOBODY && before != core->holder) {
        holds(core, !may_keep_token(now, &core->vcpus[before], core->seen.global_ps), before,
              "6: the token stays with who may keep it");
    }
}

static void check_idle(const tk_core *core, const view *now)
{
    const bool all_idle = is_all_idle(core, now);

    holds(core, core->effects.all_idle ? all_idle : !all_idle || core->seen.all_idle, NOT_A_VCPU,
          "7: it is told when nobody keeps time any more");
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        if (v->active && !v->seen.active) {
            holds(core, v->local_ps >= core->seen.global_ps, (int)i, "7: who wakes starts at global time");
        }
        if (v->idle_ps > v->seen.idle_ps) {
            holds(core, v->local_ps <= most(core->global_ps, now->cap_ps), (int)i,
                  "7: nobody skips more than others may see");
        }
    }
}

/* Deterministic mode: a thread waits for an exclusive section that nobody keeps from it, be its vCPU idle or
 * not. It ends that wait by itself, and with it that of those who must not enter meanwhile. */
static bool is_exclusive_next(const view *now)
{
    return now->blocked > 0 && now->inside == 0;
}

/* When each vCPU is held back, the reason is one that SystemC or a timer can end: they may come that far. */
static void check_liveness(const tk_core *core, const view *now)
{
    if (core->frozen || core->holder == TK_NOBODY) {
        return;
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        if (v->active && (v->suspended || v->running || v->woken || v->pause == TK_PAUSE_NONE)) {
            return;
        }
    }
    if (core->deterministic && (core->turn == TK_SYSTEMC || core->systemc_away || now->due ||
                                is_exclusive_next(now) || !all_at_rest(core, now))) {
        return;
    }
    holds(core, core->limit_ps >= now->end_ps, NOT_A_VCPU, "11: all are held back, and nobody can end it");
}

static void check_turns(const tk_core *core, const view *now)
{
    if (!core->deterministic) {
        return;
    }
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        const vcpu *v = &core->vcpus[i];

        /* An exclusive section begins when the last of the others has left its loop, whose thread may say
         * so here only after the section is over and has taken the turn: it has been told to leave. */
        holds(core, !v->running || v->blocked || core->turn == (int)i || v->grant_ps == 0, (int)i,
              "8: who executes has the turn, or had it before an exclusive section and is out of its loop");
        holds(core, !v->ready || (v->active && !v->running), (int)i,
              "state: who is ready waits for a budget or for SystemC");
        holds(core, !v->idles || v->active, (int)i, "state: who becomes idle is not idle yet");
        holds(core, !v->running || v->blocked || !core->systemc_away, (int)i,
              "8: nobody executes while SystemC does");
    }
    holds(core, core->turn < 0 || core->vcpus[core->turn].present, core->turn,
          "8: nobody who is gone has the turn");
    holds(core,
          core->turn != TK_NOBODY || core->keepers == 0 || core->systemc_away || now->due || core->frozen ||
              !all_at_rest(core, now) || core->limit_ps >= now->end_ps || now->blocked > 0,
          NOT_A_VCPU, "11: when all rest somebody has the turn");
}

static void remember(tk_core *core, const view *now)
{
    core->seen = (core_seen){.any = true,
                             .global_ps = core->global_ps,
                             .limit_ps = core->limit_ps,
                             .holder = core->holder,
                             .vcpu_count = core->vcpu_count,
                             .all_idle = is_all_idle(core, now)};
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        vcpu *v = &core->vcpus[i];

        v->seen = (vcpu_seen){.clock = v->clock,
                              .local_ps = v->local_ps,
                              .instructions = v->instructions,
                              .idle_ps = v->idle_ps,
                              .annotated_ps = v->annotated_ps,
                              .active = v->active,
                              .accepted = v->accepted};
    }
}

/* Those who are new begin with what they were given. */
static void greet(tk_core *core)
{
    for (unsigned i = core->seen.vcpu_count; i < core->vcpu_count; i++) {
        core->vcpus[i].seen = (vcpu_seen){.clock = {.rate = core->vcpus[i].clock.rate}};
    }
}

void tk_check(tk_core *core)
{
    const view now = look(core);

    if (!core->seen.any) {
        remember(core, &now); /* a core without vCPUs has nothing to compare with */
    }
    greet(core);
    check_states(core, &now);
    for (unsigned i = 0; i < core->vcpu_count; i++) {
        check_exact_time(core, i);
    }
    check_global_time(core, &now);
    check_limit(core, &now);
    check_budgets(core, &now);
    check_timers(core);
    check_token(core, &now);
    check_idle(core, &now);
    check_liveness(core, &now);
    check_turns(core, &now);
    remember(core, &now);
}

void tk_check_budget(tk_core *core, unsigned index, uint64_t instructions)
{
    const vcpu *v;
    u128 all_but_one;

    if (!core || index >= core->vcpu_count || !core->vcpus[index].present) {
        return;
    }
    v = &core->vcpus[index];
    tk_check(core);
    holds(core, (instructions > 0) == (v->running && v->active && !v->suspended), (int)index,
          "3: who has a budget runs, and nobody else");
    if (instructions > 0) {
        all_but_one = ((u128)(instructions - 1) * TK_PS_PER_SECOND + v->clock.rem) / v->clock.rate;
        holds(core, v->local_ps + all_but_one < v->grant_ps, (int)index,
              "3, 5: a budget is the least that reaches its end");
    }
}
