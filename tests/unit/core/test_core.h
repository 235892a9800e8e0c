// SPDX-License-Identifier: MIT
//
// A core with short names for what tests do all the time.
#ifndef TIMEKEEPER_TESTS_TEST_CORE_H
#define TIMEKEEPER_TESTS_TEST_CORE_H

#include "timekeeper/timekeeper.h"

#include <gtest/gtest.h>

constexpr uint64_t ns = 1000, us = 1000 * ns, ms = 1000 * us;
constexpr uint64_t ghz = 1000000000; // one instruction takes 1 ns

// A quantum of 1 us is 1000 instructions at 1 GHz, and with 4 reports a vCPU that others depend on gets 250.
class test_core
{
  public:
    explicit test_core(uint64_t quantum_ps = us, uint32_t reports = 4, bool deterministic = false)
    {
        tk_config config{};
        config.quantum_ps = quantum_ps;
        config.reports = reports;
        config.deterministic = deterministic;
        EXPECT_EQ(tk_new(&config, &m_core), TK_OK);
        EXPECT_EQ(tk_freeze(m_core, false), TK_OK);
    }
    ~test_core() { tk_free(m_core); }
    test_core(const test_core &) = delete;
    test_core &operator=(const test_core &) = delete;

    operator tk_core *() const { return m_core; }

    unsigned add(uint64_t rate = ghz)
    {
        unsigned index = TK_VCPUS_MAX;
        EXPECT_EQ(tk_vcpu_add(m_core, rate, &index), TK_OK);
        return index;
    }
    unsigned add_active(uint64_t rate = ghz)
    {
        const unsigned index = add(rate);
        EXPECT_EQ(tk_vcpu_resume(m_core, index, 0), TK_OK);
        return index;
    }
    unsigned add_source()
    {
        unsigned source = TK_SOURCES_MAX;
        EXPECT_EQ(tk_source_add(m_core, &source), TK_OK);
        return source;
    }
    // It asks for a budget and executes all of it; returns how much that was.
    uint64_t execute(unsigned index)
    {
        const uint64_t n = tk_vcpu_budget(m_core, index);
        EXPECT_EQ(tk_vcpu_report(m_core, index, n), TK_OK);
        return n;
    }
    // It executes until it is held back.
    void exhaust(unsigned index)
    {
        while (execute(index) > 0) {
        }
    }
    void accept_transaction(unsigned index)
    {
        EXPECT_EQ(tk_vcpu_suspend(m_core, index), TK_OK);
        EXPECT_EQ(tk_vcpu_accept(m_core, index), TK_OK);
    }
    tk_vcpu_info info(unsigned index) const
    {
        tk_vcpu_info result{};
        EXPECT_EQ(tk_vcpu_get(m_core, index, &result), TK_OK);
        return result;
    }
    uint64_t local(unsigned index) const { return info(index).local_ps; }
    uint64_t global() const { return tk_global_time(m_core); }
    uint64_t limit() const { return tk_systemc_limit(m_core); }
    int holder() const { return tk_holder(m_core); }
    tk_effects take()
    {
        tk_effects result{};
        tk_effects_take(m_core, &result);
        return result;
    }
    tk_stats stats() const
    {
        tk_stats result{};
        tk_stats_get(m_core, &result);
        return result;
    }

  private:
    tk_core *m_core = nullptr;
};

inline bool has(const uint64_t *words, unsigned bit)
{
    return words[bit / 64] >> (bit % 64) & 1;
}

#endif
