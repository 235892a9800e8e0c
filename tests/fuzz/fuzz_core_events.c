/* SPDX-License-Identifier: MIT
 *
 * Bytes -> events of a checked core, with any argument in any order. The core must say no to exactly what its
 * header says it refuses, with the code that the header says, and then nothing in it may have changed; after
 * all else the invariants must hold (check.c).
 *
 * Input: quantum, reports, then events: one byte that says which, one for the vCPU or source, and for some a
 * value (see take_value()).
 */
#include "fuzz.h"

#include "internal.h"

#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

typedef struct input {
    const uint8_t *data;
    size_t left;
} input;

typedef struct fuzzed {
    input in;
    tk_core *core;
    bool fail_alloc;
} fuzzed;

/* The state as it was before an event. */
typedef struct snapshot {
    tk_core core;
    vcpu vcpus[TK_VCPUS_MAX];
} snapshot;

static snapshot before;

/* --- input -------------------------------------------------------------------------------------------- */

static uint64_t take(input *in, unsigned bytes)
{
    uint64_t value = 0;

    for (; bytes > 0 && in->left > 0; bytes--, in->left--) {
        value = value << 8 | *in->data++;
    }
    return value;
}

/* Numbers that matter are near others: 0, the end of time, and the times that the core has now. */
static uint64_t take_value(fuzzed *f, unsigned index)
{
    const tk_core *core = f->core;
    const uint8_t kind = (uint8_t)take(&f->in, 1);
    uint64_t near_to = 0;

    switch (kind % 12) {
    case 0:
        near_to = 0;
        break;
    case 1:
        return take(&f->in, 3);
    case 2:
        return take(&f->in, 5);
    case 3:
        return take(&f->in, 8);
    case 4:
        near_to = core ? core->global_ps : TK_PS_PER_SECOND;
        break;
    case 5:
        near_to = core ? core->limit_ps : TK_RATE_MAX;
        break;
    case 6:
        near_to = core ? core->window_ps : 0;
        break;
    case 7:
        near_to = core ? core->deadline_ps : 0;
        break;
    case 8:
        near_to = core && index < core->vcpu_count ? core->vcpus[index].local_ps : 0;
        break;
    case 9:
        near_to = core ? core->global_ps + core->quantum_ps : 0;
        break;
    case 10:
        near_to = TK_RATE_MAX;
        break;
    default:
        near_to = TK_NEVER;
        break;
    }
    /* 21 values of `kind` for each; they count down and up from there */
    return near_to + (kind / 12) - 10;
}

/* --- what must come of it ----------------------------------------------------------------------------- */

static void remember(const fuzzed *f)
{
    before.core = *f->core;
    memcpy(before.vcpus, f->core->vcpus ? f->core->vcpus : before.vcpus, f->core->vcpu_count * sizeof(vcpu));
}

static void expect(const fuzzed *f, int result, int expected)
{
    REQUIRE(result == expected);
    REQUIRE(tk_strerror(result)[0] != '\0');
    if (result != TK_OK) {
        /* not even in the padding: nobody has written */
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
        REQUIRE(memcmp(f->core, &before.core, sizeof(before.core)) == 0);
        REQUIRE(f->core->vcpu_count == 0 ||
                memcmp(f->core->vcpus, before.vcpus, f->core->vcpu_count * sizeof(vcpu)) == 0);
    }
}

static bool rate_is_legal(uint64_t rate)
{
    return rate >= 1 && rate <= TK_RATE_MAX;
}

/* A time of its own that is `more` later. */
static bool fits(const vcpu *v, u128 more)
{
    return v->local_ps + more < TK_NEVER;
}

static bool fits_instructions(const vcpu *v, uint64_t n)
{
    return fits(v, ((u128)n * TK_PS_PER_SECOND + v->clock.rem) / v->clock.rate);
}

/* --- events ------------------------------------------------------------------------------------------- */

static void *unreliable_alloc(void *opaque, void *block, size_t size)
{
    fuzzed *f = opaque;

    if (size == 0) {
        free(block);
        return NULL;
    }
    if (f->fail_alloc) {
        f->fail_alloc = false;
        return NULL;
    }
    return realloc(block, size);
}

static void add_vcpu(fuzzed *f, uint64_t rate)
{
    const unsigned count = tk_vcpu_count(f->core);
    const bool grows = count < TK_VCPUS_MAX && count == f->core->vcpu_capacity;
    unsigned index = TK_VCPUS_MAX;
    int expected = TK_OK;

    if (!rate_is_legal(rate)) {
        expected = TK_EINVAL;
    } else if (count == TK_VCPUS_MAX) {
        expected = TK_EFULL;
    } else if (grows && f->fail_alloc) {
        expected = TK_ENOMEM;
    }
    expect(f, tk_vcpu_add(f->core, rate, &index), expected);
    REQUIRE(index == (expected == TK_OK ? count : TK_VCPUS_MAX));
}

static void add_source(fuzzed *f)
{
    const unsigned count = f->core->source_count;
    unsigned index = TK_SOURCES_MAX;

    expect(f, tk_source_add(f->core, &index), count == TK_SOURCES_MAX ? TK_EFULL : TK_OK);
    REQUIRE(index == count);
}

/* One, or so many that there is no room for more soon. */
static void add_vcpus(fuzzed *f, uint64_t rate, unsigned how_many)
{
    add_vcpu(f, rate);
    for (unsigned i = 240; i < how_many; i++) {
        remember(f);
        add_vcpu(f, rate);
        remember(f);
        add_source(f);
    }
}

enum vcpu_event {
    REPORT,
    RESUME,
    DELAY,
    RESTART,
    SET_RATE,
    IDLE,
    SUSPEND,
    ACCEPT,
    BLOCK,
    UNBLOCK,
    REMOVE,
    EXECUTE,
    KICK,
    READY
};

/* What the header promises as the answer, in the state before the event. */
static int answer_to_vcpu(const vcpu *v, enum vcpu_event what, uint64_t value)
{
    if (!v) {
        return TK_EINVAL;
    }
    switch (what) {
    case REPORT:
        return value == 0 || fits_instructions(v, value) ? TK_OK : TK_EOVERFLOW;
    case RESUME:
    case KICK:
        return value == TK_NEVER ? TK_EINVAL : TK_OK;
    case DELAY:
        return fits(v, value) ? TK_OK : TK_EOVERFLOW;
    case RESTART:
        return value == TK_NEVER ? TK_EINVAL : v->suspended ? TK_OK : TK_ESTATE;
    case SET_RATE:
        return rate_is_legal(value) ? TK_OK : TK_EINVAL;
    case IDLE:
        return v->suspended ? TK_ESTATE : TK_OK;
    case READY:
        return v->active && !v->kicked ? TK_OK : TK_ESTATE;
    case SUSPEND:
        return v->active && !v->kicked && !v->suspended ? TK_OK : TK_ESTATE;
    case ACCEPT:
        return v->suspended && !v->accepted ? TK_OK : TK_ESTATE;
    default:
        return TK_OK;
    }
}

static int call_of_vcpu(tk_core *core, enum vcpu_event what, unsigned index, uint64_t value)
{
    switch (what) {
    case REPORT:
        return tk_vcpu_report(core, index, value);
    case RESUME:
        return tk_vcpu_resume(core, index, value);
    case KICK:
        return tk_vcpu_kick(core, index, value);
    case READY:
        return tk_vcpu_ready(core, index);
    case DELAY:
        return tk_vcpu_delay(core, index, value);
    case RESTART:
        return tk_vcpu_restart(core, index, value);
    case SET_RATE:
        return tk_vcpu_set_rate(core, index, value);
    case IDLE:
        return tk_vcpu_idle(core, index);
    case SUSPEND:
        return tk_vcpu_suspend(core, index);
    case ACCEPT:
        return tk_vcpu_accept(core, index);
    case REMOVE:
        return tk_vcpu_remove(core, index);
    default:
        return tk_vcpu_block(core, index, what == BLOCK);
    }
}

static const vcpu *vcpu_at(const fuzzed *f, unsigned index)
{
    return index < f->core->vcpu_count && f->core->vcpus[index].present ? &f->core->vcpus[index] : NULL;
}

static void event_of_vcpu(fuzzed *f, enum vcpu_event what, unsigned index)
{
    uint64_t value = what <= SET_RATE || what == KICK ? take_value(f, index) : 0;
    int answer;

    if (what == EXECUTE) {
        /* a shell that does as it is told: by chance alone, vCPUs would hardly get anywhere */
        value = tk_vcpu_budget(f->core, index);
        what = REPORT;
        remember(f);
    }
    answer = answer_to_vcpu(vcpu_at(f, index), what, value);
    expect(f, call_of_vcpu(f->core, what, index, value), answer);
}

static void take_effects(fuzzed *f)
{
    tk_effects effects;

    REQUIRE(tk_effects_take(f->core, &effects) == before.core.effects_any);
    REQUIRE(!tk_effects_take(f->core, &effects));
}

static void advance(fuzzed *f, uint64_t to_ps)
{
    const int answer = to_ps == TK_NEVER ? TK_EINVAL : tk_all_idle(f->core) ? TK_OK : TK_ESTATE;

    expect(f, tk_idle_advance(f->core, to_ps), answer);
}

static void event_of_others(fuzzed *f, unsigned what, unsigned index)
{
    tk_core *core = f->core;
    const uint64_t value = what < 5 ? take_value(f, index) : 0;

    switch (what) {
    case 0:
        add_vcpus(f, value, index);
        break;
    case 1:
        expect(f, tk_window_set(core, value), TK_OK);
        break;
    case 2:
        expect(f, tk_systemc_parked(core, value), TK_OK);
        break;
    case 3:
        expect(f, tk_deadline_set(core, index, value), index < core->source_count ? TK_OK : TK_EINVAL);
        break;
    case 4:
        advance(f, value);
        break;
    case 5:
        add_source(f);
        break;
    case 6:
    case 7:
        expect(f, tk_freeze(core, what == 6), TK_OK);
        break;
    case 8:
        f->fail_alloc = true;
        break;
    default:
        take_effects(f);
        break;
    }
}

/* Its local time is the sum of its parts, and what is read is what is there. */
static void look_at(const fuzzed *f, unsigned index)
{
    tk_vcpu_info info;
    const int result = tk_vcpu_get(f->core, index, &info);

    REQUIRE(result == (index < tk_vcpu_count(f->core) ? TK_OK : TK_EINVAL));
    if (result == TK_OK) {
        REQUIRE(rate_is_legal(info.insn_per_second));
        REQUIRE(!info.kicked || info.state == TK_RUNNING);
        REQUIRE((info.state == TK_PAUSED) == (info.pause != TK_PAUSE_NONE));
        REQUIRE(info.local_ps >= info.idle_ps && info.local_ps >= info.annotated_ps);
    }
    REQUIRE(tk_systemc_limit(f->core) <= tk_global_time(f->core));
    REQUIRE(tk_holder(f->core) < (int)tk_vcpu_count(f->core));
    REQUIRE(tk_accepted(f->core) <= tk_vcpu_count(f->core));
    REQUIRE(!tk_frozen(f->core) || !tk_all_idle(f->core));
    REQUIRE(tk_cap(f->core) <= tk_next_deadline(f->core));
}

static bool anybody_executes(const fuzzed *f)
{
    bool any = false;

    for (unsigned i = 0; f->core->deterministic && i < f->core->vcpu_count; i++) {
        any = any || (f->core->vcpus[i].running && !f->core->vcpus[i].blocked);
    }
    return any;
}

static void make_crossing(fuzzed *f, uint64_t at_ps)
{
    const bool late = at_ps < tk_systemc_limit(f->core);

    expect(f, tk_crossing_made(f->core, at_ps), late || at_ps == TK_NEVER ? TK_EINVAL : TK_OK);
}

static void take_crossing(fuzzed *f, uint64_t next_ps)
{
    expect(f, tk_crossing_taken(f->core, next_ps), next_ps < f->core->crossing_ps ? TK_EINVAL : TK_OK);
}

static void any_event(fuzzed *f)
{
    const unsigned what = (unsigned)take(&f->in, 1);
    const uint8_t index = (uint8_t)take(&f->in, 1);

    remember(f);
    if (what % 28 <= EXECUTE) {
        event_of_vcpu(f, what % 28, index);
    } else if (what % 28 == 22) {
        event_of_vcpu(f, KICK, index);
    } else if (what % 28 == 23) {
        event_of_vcpu(f, READY, index);
    } else if (what % 28 == 24) {
        expect(f, tk_systemc_request(f->core), TK_OK);
    } else if (what % 28 == 25) {
        expect(f, tk_systemc_leave(f->core), anybody_executes(f) ? TK_ESTATE : TK_OK);
    } else if (what % 28 == 26) {
        make_crossing(f, take_value(f, index));
    } else if (what % 28 == 27) {
        take_crossing(f, take_value(f, index));
    } else {
        event_of_others(f, what % 28 - EXECUTE - 1, index);
    }
    look_at(f, index);
}

static void without_a_core(void)
{
    unsigned index;

    REQUIRE(tk_new(NULL, NULL) == TK_EINVAL);
    REQUIRE(tk_vcpu_add(NULL, 1, &index) == TK_EINVAL);
    REQUIRE(tk_vcpu_report(NULL, 0, 1) == TK_EINVAL);
    REQUIRE(tk_vcpu_get(NULL, 0, NULL) == TK_EINVAL);
    REQUIRE(tk_vcpu_budget(NULL, 0) == 0);
    REQUIRE(tk_window_set(NULL, 0) == TK_EINVAL);
    REQUIRE(tk_systemc_parked(NULL, 0) == TK_EINVAL);
    REQUIRE(tk_systemc_request(NULL) == TK_EINVAL);
    REQUIRE(tk_systemc_leave(NULL) == TK_EINVAL);
    REQUIRE(tk_crossing_made(NULL, 0) == TK_EINVAL);
    REQUIRE(tk_crossing_taken(NULL, 0) == TK_EINVAL);
    REQUIRE(tk_source_add(NULL, &index) == TK_EINVAL);
    REQUIRE(tk_deadline_set(NULL, 0, 0) == TK_EINVAL);
    REQUIRE(tk_idle_advance(NULL, 0) == TK_EINVAL);
    REQUIRE(tk_freeze(NULL, true) == TK_EINVAL);
    tk_free(NULL);
}

static int make_core(fuzzed *f)
{
    tk_config config = {.alloc = unreliable_alloc, .alloc_opaque = f};

    config.quantum_ps = take_value(f, 0);
    config.reports = (uint32_t)take(&f->in, 2);
    f->fail_alloc = config.reports & 0x8000;
    config.deterministic = config.reports & 0x4000;
    config.reports &= 0x3fff;
    if (config.quantum_ps == 0 || config.quantum_ps == TK_NEVER || config.reports < 1 ||
        config.reports > 1024) {
        REQUIRE(tk_new(&config, &f->core) == TK_EINVAL);
    } else {
        const int answer = f->fail_alloc ? TK_ENOMEM : TK_OK;

        REQUIRE(tk_new(&config, &f->core) == answer);
        return answer;
    }
    return TK_EINVAL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzzed f = {.in = {data, size}};

    without_a_core();
    if (make_core(&f) == TK_OK) {
        while (f.in.left > 0) {
            any_event(&f);
        }
        tk_free(f.core);
    }
    return 0;
}
