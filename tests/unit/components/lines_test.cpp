// SPDX-License-Identifier: MIT
//
// Lines between a subsystem and what SystemC users have for a signal.
#include "test_modules.h"

#include "timekeeper/systemc/subsystem.h"

#include <gtest/gtest.h>

namespace
{

// A user's: ports that are no sc_in and sc_out, and exports.
struct outside : sc_core::sc_module {
    explicit outside(const sc_core::sc_module_name &name) : sc_module(name)
    {
        offered.bind(shown);
        taken.bind(written);
    }
    sc_core::sc_signal<bool> followed{"followed"}, driven{"driven"}, shown{"shown"}, written{"written"};
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>> reads{"reads"};
    sc_core::sc_port<sc_core::sc_signal_inout_if<bool>> writes{"writes"};
    sc_core::sc_export<sc_core::sc_signal_in_if<bool>> offered{"offered"};
    sc_core::sc_export<sc_core::sc_signal_inout_if<bool>> taken{"taken"};
};

struct top {
    top()
    {
        inside.add("driver", "test_driver");
        for (const char *line : {"a", "b", "c"}) {
            inside.add(line, "test_line");
        }
        inside.bind("driver.out", user.followed);
        inside.bind("driver.out", user.reads);
        inside.bind("driver.out", user.taken);
        inside.bind("a.in", user.driven);
        inside.bind("b.in", user.writes);
        inside.bind("c.in", user.offered);
    }
    template <typename T>
    T &get(const std::string &name)
    {
        for (const auto &each : inside.built().modules()) {
            T *const found = dynamic_cast<T *>(each.get());
            if (found && each->full_name() == "inside." + name) {
                return *found;
            }
        }
        throw std::logic_error("no module " + name);
    }

    outside user{"user"};
    tk::subsystem inside{"inside"};
};

} // namespace

TEST(Lines, OfASubsystemGoToSignalsPortsAndExports)
{
    top t;
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    t.get<test::driver>("driver").drive(true);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    EXPECT_TRUE(t.user.followed.read());
    EXPECT_TRUE(t.user.reads->read());
    EXPECT_TRUE(t.user.written.read());
    t.get<test::driver>("driver").drive(false);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    EXPECT_FALSE(t.user.followed.read());
    EXPECT_FALSE(t.user.reads->read());
    EXPECT_FALSE(t.user.written.read());
}

TEST(Lines, OfASubsystemComeFromSignalsPortsAndExports)
{
    top t;
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    EXPECT_FALSE(t.get<test::line>("a").level());
    t.user.driven.write(true);
    t.user.writes->write(true);
    t.user.shown.write(true);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    for (const char *line : {"a", "b", "c"}) {
        EXPECT_TRUE(t.get<test::line>(line).level()) << line;
    }
}
