// SPDX-License-Identifier: MIT
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

namespace
{

// An end that joins its own kind by its own means, made on demand.
class joiner : public tk::module
{
  public:
    joiner(const sc_core::sc_module_name &name, tk::module_context &context) : module(name, context) {}

    class out : public tk::signal_out_port
    {
      public:
        out(joiner &owner, const std::string &name, sc_core::sc_out<bool> &line)
            : signal_out_port(owner, name, line, "made on demand"), m_joiner(owner)
        {
        }
        bool join(port &other) override
        {
            m_joiner.asked++;
            return dynamic_cast<joiner *>(&other.owner()) != nullptr;
        }

      private:
        joiner &m_joiner;
    };

    tk::port *find_port(const std::string &port_name) override
    {
        if (tk::port *known = module::find_port(port_name)) {
            return known;
        }
        if (port_name == "out_7" && !m_out) {
            const tk::elaboration_scope inside(*this);
            m_line = std::make_unique<sc_core::sc_out<bool>>("out_7");
            m_out = std::make_unique<out>(*this, "out_7", *m_line);
            return m_out.get();
        }
        if (port_name == "in_7" && !m_in) {
            const tk::elaboration_scope inside(*this);
            m_in_line = std::make_unique<sc_core::sc_in<bool>>("in_7");
            m_in = std::make_unique<tk::signal_in_port>(*this, "in_7", *m_in_line, "made on demand");
            return m_in.get();
        }
        return nullptr;
    }

    void drive(bool level) { m_line->write(level); }
    const char *line_name() const { return m_line->name(); }
    bool level() const { return m_in_line->read(); }
    unsigned asked = 0;

  private:
    std::unique_ptr<sc_core::sc_out<bool>> m_line;
    std::unique_ptr<sc_core::sc_in<bool>> m_in_line;
    std::unique_ptr<out> m_out;
    std::unique_ptr<tk::signal_in_port> m_in;
};
TK_MODULE("test_joiner", joiner, "joins its own kind");

} // namespace

TEST(Port, OneOutputFeedsSeveralInputsWhicheverSideBinds)
{
    const test::platform p("platform = { d = { moduletype = 'test_driver', out = { bind = '&a.in' } },\n"
                           " a = { moduletype = 'test_line' },\n"
                           " b = { moduletype = 'test_line', ['in'] = { bind = '&d.out' } } }");
    test::settle();
    p.get<test::driver>("d").drive(true);
    test::settle();
    EXPECT_TRUE(p.get<test::line>("a").level());
    EXPECT_TRUE(p.get<test::line>("b").level());
}

TEST(Port, OneBindMayNameSeveral)
{
    const test::platform p(
        "platform = { d = { moduletype = 'test_driver', out = { bind = { '&a.in', '&b.in' } } },\n"
        " a = { moduletype = 'test_line' }, b = { moduletype = 'test_line' } }");
    test::settle();
    p.get<test::driver>("d").drive(true);
    test::settle();
    EXPECT_TRUE(p.get<test::line>("a").level());
    EXPECT_TRUE(p.get<test::line>("b").level());
}

TEST(Port, SeveralOutputsToOneInputAreRefused)
{
    EXPECT_EQ(test::build_error("platform = { a = { moduletype = 'test_line' },\n"
                                " d = { moduletype = 'test_driver', out = { bind = '&a.in' } },\n"
                                " e = { moduletype = 'test_driver', out = { bind = '&a.in' } } }"),
              "test.lua:3: platform.a: 'in' (signal input) is bound already; it takes one binding only");
}

TEST(Port, OpenSignalsAreTiedOff)
{
    const test::platform p(
        "platform = { a = { moduletype = 'test_line' }, d = { moduletype = 'test_driver' } }");
    test::settle();
    p.get<test::driver>("d").drive(true);
    test::settle();
    EXPECT_FALSE(p.get<test::line>("a").level());
}

TEST(Port, OpenSocketsAreErrors)
{
    EXPECT_EQ(
        test::build_error("platform = {\n c = { moduletype = 'test_initiator' } }"),
        "test.lua:2: platform.c: 'socket' (TLM initiator socket) is bound to nothing; add socket = { bind = "
        "\"&module.socket\" }");
}

TEST(Port, ASimpleTargetTakesOneInitiator)
{
    EXPECT_EQ(
        test::build_error("platform = { t = { moduletype = 'test_target' },\n"
                          " a = { moduletype = 'test_initiator', socket = { bind = '&t.socket' } },\n"
                          " b = { moduletype = 'test_initiator', socket = { bind = '&t.socket' } } }"),
        "test.lua:3: platform.t: 'socket' (TLM target socket) is bound already; it takes one binding only");
}

TEST(Port, WhatDoesNotFit)
{
    EXPECT_EQ(test::build_error("platform = { t = { moduletype = 'test_target' },\n"
                                " d = { moduletype = 'test_driver', out = { bind = '&t.socket' } } }"),
              "test.lua:2: platform.d: cannot bind 'out' (signal output) to platform.t.socket (TLM target "
              "socket); an "
              "output or initiator goes with an input or target of the same sort");
    EXPECT_NE(test::build_error("platform = { d = { moduletype = 'test_driver' },\n"
                                " e = { moduletype = 'test_driver', out = { bind = '&d.out' } } }"),
              "");
}

TEST(Port, WhatIsNotThere)
{
    EXPECT_EQ(test::build_error("platform = { t = { moduletype = 'test_target' },\n"
                                " c = { moduletype = 'test_initiator', socket = { bind = '&t.sockets' } } }"),
              "test.lua:2: platform.c: cannot bind to '&t.sockets': platform.t (test_target) has no socket "
              "'sockets'; "
              "did you mean 'socket'?");
    EXPECT_EQ(test::build_error("platform = { t = { moduletype = 'test_target' },\n"
                                " c = { moduletype = 'test_initiator', mem = { bind = '&t.socket' } } }"),
              "test.lua:2: platform.c: platform.c (test_initiator) has no socket 'mem'; it has socket");
    EXPECT_EQ(
        test::build_error("platform = {\n c = { moduletype = 'test_initiator', socket = { bind = 't' } } }"),
        "test.lua:2: platform.c: 'bind' is \"t\"; write \"&module.socket\"");
}

TEST(Port, UnknownAttributesOfABindingAreReported)
{
    EXPECT_EQ(test::build_error(
                  "platform = { t = { moduletype = 'test_target' },\n"
                  " c = { moduletype = 'test_initiator', socket = { bind = '&t.socket', odd = 1 } } }"),
              "test.lua:2: platform.c.socket.odd: unknown parameter 'odd' of platform.c.socket");
}

TEST(Port, PortsOnDemandBelongToTheirModule)
{
    const test::platform p("platform = { j = { moduletype = 'test_joiner', out_7 = { bind = '&a.in' } },\n"
                           " a = { moduletype = 'test_line' } }");
    EXPECT_STREQ(p.get<joiner>("j").line_name(), "platform.j.out_7");
    EXPECT_EQ(p.get<joiner>("j").asked, 1u);
    test::settle();
    p.get<joiner>("j").drive(true);
    test::settle();
    EXPECT_TRUE(p.get<test::line>("a").level());
}

TEST(Port, BothEndsAreAskedWhetherTheyJoinByTheirOwnMeans)
{
    const test::platform p("platform = { j = { moduletype = 'test_joiner', out_7 = { bind = '&k.in_7' } },\n"
                           " k = { moduletype = 'test_joiner' } }");
    EXPECT_EQ(p.get<joiner>("j").asked, 1u);
    test::settle(); // both lines are tied off, and not to each other
    p.get<joiner>("j").drive(true);
    test::settle();
    EXPECT_FALSE(p.get<joiner>("k").level());
}

TEST(Port, StreamsRefuseAndAnnounceRoom)
{
    const test::platform p(
        "platform = { a = { moduletype = 'test_stream', stream = { bind = '&b.stream' } },\n"
        " b = { moduletype = 'test_stream' } }");
    auto &a = p.get<test::stream>("a");
    auto &b = p.get<test::stream>("b");
    b.room = 2;
    EXPECT_EQ(a.send("abc"), 2u);
    EXPECT_EQ(b.received, "ab");
    b.make_room(1);
    EXPECT_EQ(a.room_calls, 1u);
    EXPECT_EQ(a.send("c"), 1u);
    EXPECT_EQ(b.send("x"), 1u);
    EXPECT_EQ(a.received, "x");
}

TEST(Port, AStreamWithoutPeerTakesEverything)
{
    const test::platform p("platform = { a = { moduletype = 'test_stream' } }");
    EXPECT_EQ(p.get<test::stream>("a").send("abc"), 3u);
}

TEST(Port, AStreamTakesOneBinding)
{
    EXPECT_EQ(test::build_error(
                  "platform = { a = { moduletype = 'test_stream', stream = { bind = '&b.stream' } },\n"
                  " b = { moduletype = 'test_stream' },\n"
                  " c = { moduletype = 'test_stream', stream = { bind = '&b.stream' } } }"),
              "test.lua:3: platform.b: 'stream' (byte stream) is bound already; it takes one binding only");
}
