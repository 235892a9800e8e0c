// SPDX-License-Identifier: MIT
//
// What the core refuses, with which code, and that a refusal changes nothing.
#include "test_core.h"

#include <climits>
#include <cstdlib>
#include <set>
#include <string>

// --- codes
// ---------------------------------------------------------------------------------------------------

TEST(errors, each_code_has_a_text_of_its_own)
{
    std::set<std::string> texts;
    for (int code : {TK_OK, TK_EINVAL, TK_ENOMEM, TK_EOVERFLOW, TK_ESTATE, TK_EFULL}) {
        EXPECT_TRUE(texts.insert(tk_strerror(code)).second) << code;
    }
    EXPECT_TRUE(texts.insert(tk_strerror(1)).second);
    EXPECT_STREQ(tk_strerror(-1000), tk_strerror(1));
}

// --- arguments
// -----------------------------------------------------------------------------------------------

TEST(refusals, of_a_configuration)
{
    tk_core *core = nullptr;
    const auto make = [&](uint64_t quantum, uint32_t reports) {
        tk_config config{};
        config.quantum_ps = quantum;
        config.reports = reports;
        return tk_new(&config, &core);
    };
    EXPECT_EQ(make(0, 4), TK_EINVAL);
    EXPECT_EQ(make(TK_NEVER, 4), TK_EINVAL);
    EXPECT_EQ(make(us, 0), TK_EINVAL);
    EXPECT_EQ(make(us, 1025), TK_EINVAL);
    EXPECT_EQ(tk_new(nullptr, &core), TK_EINVAL);
    tk_config config{};
    config.quantum_ps = us;
    config.reports = 1;
    EXPECT_EQ(tk_new(&config, nullptr), TK_EINVAL);
    EXPECT_EQ(core, nullptr);
    for (uint64_t quantum : {UINT64_C(1), TK_NEVER - 1}) {
        ASSERT_EQ(make(quantum, 1024), TK_OK);
        tk_free(core);
    }
    tk_free(nullptr);
}

TEST(refusals, of_a_rate)
{
    test_core core;
    unsigned index = 77;
    for (uint64_t rate : {UINT64_C(0), TK_RATE_MAX + 1, UINT64_MAX}) {
        EXPECT_EQ(tk_vcpu_add(core, rate, &index), TK_EINVAL);
    }
    EXPECT_EQ(tk_vcpu_add(core, ghz, nullptr), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_add(nullptr, ghz, &index), TK_EINVAL);
    EXPECT_EQ(index, 77u);
    EXPECT_EQ(tk_vcpu_count(core), 0u);
    const unsigned cpu = core.add();
    EXPECT_EQ(tk_vcpu_set_rate(core, cpu, 0), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_set_rate(core, cpu, TK_RATE_MAX + 1), TK_EINVAL);
    EXPECT_EQ(core.info(cpu).insn_per_second, ghz);
    EXPECT_EQ(tk_vcpu_set_rate(core, cpu, TK_RATE_MAX), TK_OK);
}

TEST(refusals, of_a_vcpu_that_is_not_there)
{
    test_core core;
    const unsigned none = core.add() + 1;
    tk_vcpu_info info{};
    for (unsigned index : {none, UINT_MAX}) {
        EXPECT_EQ(tk_vcpu_remove(core, index), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_set_rate(core, index, ghz), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_get(core, index, &info), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_report(core, index, 1), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_idle(core, index), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_resume(core, index, 0), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_delay(core, index, 1), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_suspend(core, index), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_accept(core, index), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_restart(core, index, 1), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_block(core, index, true), TK_EINVAL);
        EXPECT_EQ(tk_vcpu_budget(core, index), 0u);
    }
    EXPECT_EQ(tk_vcpu_get(core, 0, nullptr), TK_EINVAL);
}

TEST(refusals, of_no_core)
{
    unsigned source;
    tk_vcpu_info info{};
    EXPECT_EQ(tk_vcpu_report(nullptr, 0, 1), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_get(nullptr, 0, &info), TK_EINVAL);
    EXPECT_EQ(tk_window_set(nullptr, 1), TK_EINVAL);
    EXPECT_EQ(tk_systemc_parked(nullptr, 1), TK_EINVAL);
    EXPECT_EQ(tk_source_add(nullptr, &source), TK_EINVAL);
    EXPECT_EQ(tk_deadline_set(nullptr, 0, 1), TK_EINVAL);
    EXPECT_EQ(tk_idle_advance(nullptr, 1), TK_EINVAL);
    EXPECT_EQ(tk_freeze(nullptr, true), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_budget(nullptr, 0), 0u);
}

TEST(refusals, of_a_source_that_is_not_there)
{
    test_core core;
    EXPECT_EQ(tk_source_add(core, nullptr), TK_EINVAL);
    EXPECT_EQ(tk_deadline_set(core, 0, 5), TK_EINVAL);
    EXPECT_EQ(tk_next_deadline(core), TK_NEVER);
}

TEST(refusals, of_never_as_a_time_to_go_to)
{
    test_core core;
    const unsigned cpu = core.add();
    EXPECT_EQ(tk_idle_advance(core, TK_NEVER), TK_EINVAL);
    EXPECT_EQ(tk_vcpu_resume(core, cpu, TK_NEVER), TK_EINVAL);
    EXPECT_EQ(core.info(cpu).state, TK_IDLE);
    ASSERT_EQ(tk_vcpu_resume(core, cpu, 0), TK_OK);
    core.accept_transaction(cpu);
    EXPECT_EQ(tk_vcpu_restart(core, cpu, TK_NEVER), TK_EINVAL);
    EXPECT_EQ(core.info(cpu).state, TK_SUSPENDED);
    EXPECT_EQ(core.global(), 0u);
}

TEST(refusals, of_one_too_many)
{
    test_core core;
    for (int i = 0; i < TK_VCPUS_MAX; i++) {
        core.add();
    }
    unsigned index = 7;
    EXPECT_EQ(tk_vcpu_add(core, ghz, &index), TK_EFULL);
    ASSERT_EQ(tk_vcpu_remove(core, 0), TK_OK);
    EXPECT_EQ(tk_vcpu_add(core, ghz, &index), TK_EFULL) << "indices are not used again";
    for (int i = 0; i < TK_SOURCES_MAX; i++) {
        core.add_source();
    }
    EXPECT_EQ(tk_source_add(core, &index), TK_EFULL);
    EXPECT_EQ(index, 7u);
}

// --- time that does not fit
// ------------------------------------------------------------------------------------

static void expect_same(const tk_vcpu_info &a, const tk_vcpu_info &b)
{
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.instructions, b.instructions);
    EXPECT_EQ(a.local_ps, b.local_ps);
    EXPECT_EQ(a.idle_ps, b.idle_ps);
    EXPECT_EQ(a.annotated_ps, b.annotated_ps);
}

TEST(overflow, of_executed_time)
{
    test_core core;
    const unsigned cpu = core.add_active(1);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 18446744), TK_OK); // seconds; the last that fits
    const tk_vcpu_info before = core.info(cpu);
    EXPECT_EQ(before.local_ps, UINT64_C(18446744000000000000));
    for (uint64_t n : {UINT64_C(1), UINT64_C(1) << 32, UINT64_MAX - 18446744, UINT64_MAX}) {
        EXPECT_EQ(tk_vcpu_report(core, cpu, n), TK_EOVERFLOW) << n;
        expect_same(core.info(cpu), before);
    }
    EXPECT_EQ(core.global(), before.local_ps);
}

TEST(overflow, at_the_highest_rate_never_itself_is_not_reached)
{
    test_core core;
    const unsigned cpu = core.add_active(TK_RATE_MAX);
    EXPECT_EQ(tk_vcpu_report(core, cpu, UINT64_MAX), TK_EOVERFLOW);
    EXPECT_EQ(core.local(cpu), 0u);
    EXPECT_EQ(tk_vcpu_report(core, cpu, UINT64_MAX - 1), TK_OK);
    EXPECT_EQ(core.local(cpu), TK_NEVER - 1);
    EXPECT_EQ(tk_vcpu_report(core, cpu, 1), TK_EOVERFLOW);
}

TEST(overflow, of_executed_time_on_top_of_annotated_time)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_delay(core, cpu, TK_NEVER - 1001), TK_OK);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    const tk_vcpu_info before = core.info(cpu);
    EXPECT_EQ(before.local_ps, TK_NEVER - 1);
    EXPECT_EQ(tk_vcpu_report(core, cpu, 1), TK_EOVERFLOW);
    EXPECT_EQ(tk_vcpu_report(core, cpu, 1000), TK_EOVERFLOW);
    expect_same(core.info(cpu), before);
    EXPECT_EQ(core.global(), TK_NEVER - 1);
}

TEST(overflow, of_executed_time_on_top_of_idle_time)
{
    test_core core;
    ASSERT_EQ(tk_idle_advance(core, TK_NEVER - 500), TK_OK);
    const unsigned cpu = core.add_active();
    EXPECT_EQ(core.local(cpu), TK_NEVER - 500);
    EXPECT_EQ(tk_vcpu_report(core, cpu, 1), TK_EOVERFLOW);
    EXPECT_EQ(core.local(cpu), TK_NEVER - 500);
    EXPECT_EQ(core.info(cpu).instructions, 0u);
}

TEST(overflow, a_refused_report_does_not_change_the_fraction)
{
    test_core core;
    const unsigned cpu = core.add_active(3);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    EXPECT_EQ(tk_vcpu_report(core, cpu, UINT64_C(1) << 50), TK_EOVERFLOW);
    ASSERT_EQ(tk_vcpu_report(core, cpu, 2), TK_OK);
    EXPECT_EQ(core.local(cpu), TK_PS_PER_SECOND);
}

TEST(overflow, of_an_annotated_delay)
{
    test_core core;
    const unsigned cpu = core.add_active();
    ASSERT_EQ(tk_vcpu_report(core, cpu, 1), TK_OK);
    EXPECT_EQ(tk_vcpu_delay(core, cpu, TK_NEVER), TK_EOVERFLOW);
    EXPECT_EQ(tk_vcpu_delay(core, cpu, TK_NEVER - 1000), TK_EOVERFLOW);
    EXPECT_EQ(core.local(cpu), 1 * ns);
    EXPECT_EQ(tk_vcpu_delay(core, cpu, TK_NEVER - 1001), TK_OK);
    EXPECT_EQ(core.local(cpu), TK_NEVER - 1);
}

TEST(overflow, bounds_saturate_near_the_end_of_time)
{
    test_core core;
    ASSERT_EQ(tk_idle_advance(core, TK_NEVER - 10 * ns), TK_OK);
    const unsigned a = core.add_active(), b = core.add_active();
    EXPECT_GT(tk_vcpu_budget(core, a), 0u);
    EXPECT_GT(tk_vcpu_budget(core, b), 0u);
    ASSERT_EQ(tk_vcpu_report(core, a, 9), TK_OK);
    EXPECT_EQ(core.global(), TK_NEVER - 1 * ns);
}

// --- memory
// ----------------------------------------------------------------------------------------------------

namespace
{
// Counts blocks, and fails when told to.
struct heap {
    int until_failure = -1; // -1: never
    int blocks = 0;

    static void *alloc(void *opaque, void *block, size_t size)
    {
        auto *self = static_cast<heap *>(opaque);
        if (size == 0) {
            self->blocks--;
            free(block);
            return nullptr;
        }
        if (self->until_failure == 0) {
            return nullptr;
        }
        self->until_failure -= self->until_failure > 0;
        self->blocks += block == nullptr;
        return realloc(block, size);
    }
};
} // namespace

static tk_config config_with(heap &memory)
{
    tk_config config{};
    config.quantum_ps = us;
    config.reports = 4;
    config.alloc = heap::alloc;
    config.alloc_opaque = &memory;
    return config;
}

TEST(memory, none_for_a_core)
{
    heap memory;
    memory.until_failure = 0;
    const tk_config config = config_with(memory);
    tk_core *core = nullptr;
    EXPECT_EQ(tk_new(&config, &core), TK_ENOMEM);
    EXPECT_EQ(core, nullptr);
    EXPECT_EQ(memory.blocks, 0);
}

TEST(memory, none_for_a_vcpu_leaves_the_others_as_they_were)
{
    // wherever it fails
    for (int until = 1; until < 8; until++) {
        heap memory;
        memory.until_failure = until;
        const tk_config config = config_with(memory);
        tk_core *core = nullptr;
        ASSERT_EQ(tk_new(&config, &core), TK_OK);
        ASSERT_EQ(tk_freeze(core, false), TK_OK);
        unsigned added = 0, index = 0;
        int error;
        while ((error = tk_vcpu_add(core, ghz, &index)) == TK_OK) {
            ASSERT_EQ(tk_vcpu_resume(core, index, 0), TK_OK);
            ASSERT_EQ(tk_vcpu_report(core, index, index + 1), TK_OK);
            added++;
        }
        ASSERT_TRUE(error == TK_ENOMEM || (error == TK_EFULL && added == TK_VCPUS_MAX));
        EXPECT_EQ(tk_vcpu_count(core), added);
        for (unsigned i = 0; i < added; i++) {
            tk_vcpu_info info{};
            ASSERT_EQ(tk_vcpu_get(core, i, &info), TK_OK);
            EXPECT_EQ(info.instructions, i + 1);
        }
        memory.until_failure = -1;
        if (error == TK_ENOMEM) {
            EXPECT_EQ(tk_vcpu_add(core, ghz, &index), TK_OK) << "it can be tried again";
            EXPECT_EQ(index, added);
        }
        tk_free(core);
        EXPECT_EQ(memory.blocks, 0) << "all memory came back";
    }
}
