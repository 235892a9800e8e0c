// SPDX-License-Identifier: MIT
#include "views.h"
#include "waits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace
{

using test::ms;
using test::two_cpus;

std::string of_vcpu(const run_view &view, unsigned i)
{
    waits what;
    waits_of_vcpu(&view, i, &what);
    return std::string(what.state) + "|" + waits_word(what.whom) + "|" + std::to_string(what.vcpu) + "|" +
           what.why;
}

std::string of_systemc(const run_view &view)
{
    waits what;
    waits_of_systemc(&view, &what);
    return std::string(what.state) + "|" + waits_word(what.whom) + "|" + std::to_string(what.vcpu) + "|" +
           what.why;
}

std::string paused(enum tk_pause why, int turn = TK_NOBODY)
{
    auto view = two_cpus();
    view->time.vcpus[1].info.state = TK_PAUSED;
    view->time.vcpus[1].info.pause = why;
    view->time.deadline_ps = 6 * ms;
    view->time.turn = turn;
    return of_vcpu(*view, 1);
}

TEST(waits, who_executes_waits_for_nobody)
{
    EXPECT_EQ(of_vcpu(*two_cpus(), 0), "active|nobody|-1|");
}

TEST(waits, each_pause_names_its_reason)
{
    EXPECT_EQ(paused(TK_PAUSE_SKEW),
              "paused|vcpu|0|platform.cpu_0, the slowest active vCPU, a quantum behind");
    EXPECT_EQ(paused(TK_PAUSE_WINDOW),
              "paused|systemc|-1|SystemC's next window; it is at the end of the present one");
    EXPECT_EQ(paused(TK_PAUSE_DEADLINE), "paused|timers|-1|QEMU's timers that are due at 6000000000 ps");
    EXPECT_EQ(paused(TK_PAUSE_TURN, 0), "paused|vcpu|0|its turn: platform.cpu_0 has it");
    EXPECT_EQ(paused(TK_PAUSE_TURN, TK_SYSTEMC), "paused|systemc|-1|its turn: SystemC has it");
    EXPECT_EQ(paused(TK_PAUSE_TURN), "paused|vcpu|-1|its turn: nobody has it before all threads rest");
}

TEST(waits, a_stop_names_who_stopped)
{
    auto view = two_cpus();
    view->time.frozen = true;
    view->time.pauses = 1;
    view->time.vcpus[0].info.state = TK_PAUSED;
    view->time.vcpus[0].info.pause = TK_PAUSE_FROZEN;
    EXPECT_EQ(of_vcpu(*view, 0), "paused|continue|-1|the end of the pause");
    view->time.sources[0].running = false;
    EXPECT_EQ(of_vcpu(*view, 0),
              "paused|continue|-1|platform.qemu to go on: its QEMU is stopped (a debugger, or "
              "QEMU's monitor)");
}

TEST(waits, the_other_states)
{
    auto view = two_cpus();
    tk_vcpu_info &info = view->time.vcpus[0].info;
    info.kicked = true;
    EXPECT_EQ(of_vcpu(*view, 0), "active|itself|-1|its own thread: it was kicked, and has not looked yet");
    info.kicked = false;
    info.blocked = true;
    EXPECT_EQ(of_vcpu(*view, 0).substr(0, 12), "active|vcpu|");
    info.state = TK_IDLE;
    EXPECT_EQ(of_vcpu(*view, 0), "idle|event|-1|an interrupt; or it is halted, in reset or off");
    info.state = TK_SUSPENDED;
    EXPECT_EQ(of_vcpu(*view, 0), "in a transaction|systemc|-1|SystemC to answer its transaction");
}

TEST(waits, systemc_waits_for_the_slowest)
{
    auto view = two_cpus();
    EXPECT_EQ(
        of_systemc(*view),
        "parked|vcpu|0|platform.cpu_0, the slowest active vCPU, to reach its next event at 8000000000 ps");
    view->time.vcpus[0].info.state = TK_IDLE;
    EXPECT_EQ(
        of_systemc(*view),
        "parked|vcpu|1|platform.cpu_1, the slowest active vCPU, to reach its next event at 8000000000 ps");
    view->time.keeper = TK_KEEPER_RUNS;
    EXPECT_EQ(of_systemc(*view), "runs|nobody|-1|");
    view->throttled = true;
    view->speed = 0.5;
    EXPECT_EQ(of_systemc(*view), "parked|host|-1|the host's clock: speed is 0.5");
}

TEST(waits, all_idle_systemc_waits_for_what_is_next)
{
    auto view = two_cpus();
    view->time.keeper = TK_KEEPER_AWAITS_ANY;
    view->time.all_idle = true;
    EXPECT_EQ(of_systemc(*view), "parked|event|-1|what is due at 8000000000 ps; all vCPUs are idle");
    view->time.idle = TK_IDLE_WALLCLOCK;
    view->time.deadline_ps = 7 * ms;
    EXPECT_EQ(of_systemc(*view), "parked|host|-1|the host's clock, until 7000000000 ps; all vCPUs are idle");
    view->time.keeper_next_ps = view->time.deadline_ps = TK_NEVER;
    view->outside = true;
    EXPECT_EQ(of_systemc(*view).substr(0, 18), "parked|outside|-1|");
    EXPECT_STREQ(run_view_state(view.get()), "waiting");
}

TEST(waits, the_screen_has_all_of_it)
{
    auto view = two_cpus();
    char *text = waits_screen(view.get());
    const std::string screen = text;
    free(text);
    for (const char *line :
         {"The simulation is running.\n", "global time     0.006000000000 s\n",
          "SystemC's time  0.005000000000 s\n", "its next event  0.008000000000 s\n",
          "QEMU's timer    none\n", "active token    platform.cpu_1\n", "platform.cpu_0           active\n",
          "local time 5000000000 ps, 5000000 instructions\n", "platform.qemu            runs\n"}) {
        EXPECT_NE(screen.find(line), std::string::npos) << line << screen;
    }
}

} // namespace
