// SPDX-License-Identifier: MIT
//
// A look at all of a timeline, another quantum, and SystemC's baton for who looks.
#include "timekeeper/timeline.h"

#include <gtest/gtest.h>

#include <memory>

namespace
{

constexpr uint64_t ms = 1000000000;

int64_t no_deadline(void *)
{
    return -1;
}

void nothing(void *) {}

void leave(void *, unsigned) {}

const tk_source_ops ops = {nothing, no_deadline, leave};

class look : public testing::Test
{
  protected:
    look()
    {
        tk_timeline_config config{};
        config.quantum_ps = ms;
        config.deadlines = true;
        config.idle = TK_IDLE_WARP;
        tk_timeline_create(nullptr, &config, &m_timeline);
        tk_timeline_source_add(m_timeline, "qemu", &ops, nullptr, &m_source);
        tk_timeline_vcpu_add(m_timeline, m_source, 3, 1000000000, &m_counter, &m_vcpu);
    }
    ~look() override
    {
        tk_timeline_source_close(m_timeline, m_source);
        tk_timeline_release(m_timeline);
    }
    const tk_timeline_view &seen()
    {
        EXPECT_EQ(tk_timeline_look(m_timeline, m_view.get()), TK_OK);
        return *m_view;
    }

    tk_timeline *m_timeline = nullptr;
    unsigned m_source = 0, m_vcpu = 0;
    uint64_t m_counter = 0;
    std::unique_ptr<tk_timeline_view> m_view = std::make_unique<tk_timeline_view>();
};

TEST_F(look, sees_who_stands_and_why)
{
    EXPECT_TRUE(seen().frozen) << "its source does not run yet";
    EXPECT_FALSE(seen().sources[0].running);
    tk_timeline_source_running(m_timeline, m_source, true);
    EXPECT_FALSE(seen().frozen);
    EXPECT_EQ(seen().vcpu_count, 1u);
    EXPECT_EQ(seen().vcpus[0].qemu_index, 3u);
    EXPECT_STREQ(seen().vcpus[0].source, "qemu");
    EXPECT_TRUE(seen().vcpus[0].info.kicked);
    EXPECT_EQ(seen().keeper, TK_KEEPER_NONE);
    EXPECT_EQ(seen().deadline_ps, TK_NEVER);
    tk_timeline_pause(m_timeline);
    EXPECT_TRUE(seen().frozen);
    EXPECT_EQ(seen().pauses, 1u);
    EXPECT_EQ(tk_timeline_continue(m_timeline), TK_OK);
}

// What the holder has not reported yet is among what it has executed, but is told to no reader of the clock.
TEST_F(look, counts_what_is_not_reported_and_moves_no_clock)
{
    tk_timeline_source_running(m_timeline, m_source, true);
    ASSERT_TRUE(tk_timeline_may_run(m_timeline, m_vcpu));
    m_counter += 1234;
    EXPECT_EQ(seen().vcpus[0].executed, 1234u);
    EXPECT_EQ(seen().vcpus[0].info.instructions, 0u);
    EXPECT_EQ(seen().global_ps, 0u);
    m_counter -= 1234; // an exception takes them back
    EXPECT_EQ(tk_timeline_now(m_timeline), 0u);
}

TEST_F(look, another_quantum_is_seen)
{
    EXPECT_EQ(tk_timeline_set_quantum(m_timeline, 7 * ms, ms), TK_OK);
    EXPECT_EQ(seen().quantum_ps, 7 * ms);
    EXPECT_EQ(tk_timeline_set_quantum(m_timeline, 0, 0), TK_EINVAL);
    EXPECT_EQ(seen().quantum_ps, 7 * ms);
}

TEST_F(look, systemc_is_lent_only_while_it_waits)
{
    EXPECT_FALSE(tk_timeline_systemc_borrow(m_timeline)) << "nobody has offered it";
}

} // namespace
