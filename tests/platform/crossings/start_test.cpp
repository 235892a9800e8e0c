// SPDX-License-Identifier: MIT
//
// sc_start(T) returns when SystemC stands at T, whatever the CPUs do, and no CPU is past T by more than a block.
#include "stores.h"

#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/keeper.h"

#include <gtest/gtest.h>

using namespace crossings;

namespace
{

constexpr uint64_t block_ps = 512 * ns;

uint64_t now_ps()
{
    return sc_core::sc_time_stamp().value();
}

uint64_t global_ps()
{
    return tk_timeline_now(tk::keeper::instance()->timeline());
}

void start_for(uint64_t ps, sc_core::sc_starvation_policy policy = sc_core::SC_RUN_TO_TIME)
{
    sc_core::sc_start(sc_core::sc_time::from_value(ps), policy);
}

core computes()
{
    core cpu;
    cpu.does.store(0x7fffffff, exiter_base, 0); // for 4 s
    return cpu;
}

core sleeps()
{
    return {};
}

class start : public testing::Test
{
  protected:
    start() { tk::register_installed_models(); }
};

} // namespace

TEST_F(start, returns_at_its_time_while_a_cpu_computes)
{
    const auto s = soc({computes()}, {{"quantum_ns", 100000}, {"idle", "warp"}});
    for (uint64_t i = 1; i <= 3; i++) {
        start_for(ms);
        EXPECT_EQ(now_ps(), i * ms);
        EXPECT_GE(global_ps(), i * ms);
        EXPECT_LE(global_ps(), i * ms + block_ps);
        EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    }
}

TEST_F(start, returns_at_its_time_while_a_cpu_sleeps)
{
    const auto s = soc({sleeps()}, {{"quantum_ns", 100000}, {"idle", "warp"}});
    for (uint64_t i = 1; i <= 3; i++) {
        start_for(ms);
        EXPECT_EQ(now_ps(), i * ms);
        EXPECT_EQ(global_ps(), i * ms);
        EXPECT_EQ(sc_core::sc_get_status(), sc_core::SC_PAUSED);
    }
}
