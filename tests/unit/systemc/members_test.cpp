// SPDX-License-Identifier: MIT
//
// Parts of the C++ form that need no QEMU: the keeper as a member, inputs and outputs, sockets of any width.
#include "timekeeper/systemc/any_width.h"
#include "timekeeper/systemc/keeper.h"
#include "timekeeper/systemc/line.h"

#include <gtest/gtest.h>

#include <tlm_utils/simple_target_socket.h>

namespace
{

std::string error_of_keeper(const tk::settings &values)
{
    try {
        const tk::keeper made("keeper", values, "soc.cpp", 7);
    } catch (const tk::config_error &error) {
        return error.what();
    }
    return "no error";
}

// Drives a line, and hears another one.
struct device : sc_core::sc_module {
    sc_core::sc_out<bool> out{"out"};
    tk::line_input in{"in"};
    unsigned changes = 0;

    SC_HAS_PROCESS(device);
    explicit device(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(changed);
        sensitive << in;
        dont_initialize();
    }
    void changed() { changes++; }
};

struct open_ends : sc_core::sc_module {
    tk::line_input in{"in"};
    tk::line_output out{"out"};
    explicit open_ends(const sc_core::sc_module_name &name) : sc_module(name) {}
};

template <unsigned W>
struct target : sc_core::sc_module {
    tlm_utils::simple_target_socket<target, W> socket{"socket"};
    uint64_t last = 0;

    explicit target(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &target::b_transport);
    }
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &)
    {
        last = access.get_address();
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct initiator : sc_core::sc_module {
    tk::any_initiator_socket<initiator> socket{"socket"};

    explicit initiator(const sc_core::sc_module_name &name) : sc_module(name) {}
    void access(uint64_t address)
    {
        tlm::tlm_generic_payload payload;
        sc_core::sc_time delay;
        payload.set_address(address);
        socket->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok());
    }
};

} // namespace

TEST(Members, AKeeperTakesItsSettings)
{
    const tk::keeper made("time", {{"quantum_ns", 50000}, {"mode", "deterministic"}});
    EXPECT_EQ(tk::keeper::instance(), &made);
    EXPECT_TRUE(made.deterministic());
    EXPECT_EQ(made.stats().quantum_ps, UINT64_C(50000000));
}

TEST(Members, AKeeperWithAWrongSetting)
{
    EXPECT_EQ(error_of_keeper({{"quantm_ns", 5}}),
              "soc.cpp:7: keeper.quantm_ns: unknown parameter 'quantm_ns' of keeper; did you mean 'quantum_ns'?");
    EXPECT_EQ(error_of_keeper({{"quantum_ns", 0}}),
              "soc.cpp:7: keeper: 'quantum_ns' is 0; it must be from 1 to 3600000000000");
    EXPECT_EQ(error_of_keeper({{"mode", true}}),
              "soc.cpp:7: keeper: 'mode' is a boolean (true); it must be a string");
}

TEST(Members, ASecondKeeper)
{
    const tk::keeper first("first");
    EXPECT_EQ(error_of_keeper({}), "soc.cpp:7: there is a keeper already; declare the tk::keeper before the "
                                   "first tk::qemu_instance and tk::subsystem");
}

TEST(Members, InputsTakeOutputsSignalsAndPorts)
{
    device from("from"), to("to"), third("third"), parent("parent");
    sc_core::sc_signal<bool> line("line");

    from.out.bind(to.in); // the input brings the signal
    to.out.bind(line);
    third.in.bind(line);
    parent.in.bind(third.in);
    third.out.bind(from.in);
    sc_core::sc_signal<bool> open("open");
    parent.out.bind(open);

    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    EXPECT_FALSE(to.in.read());
    from.out = true;
    to.out = true;
    sc_core::sc_start(1, sc_core::SC_NS);
    EXPECT_TRUE(to.in.read());
    EXPECT_TRUE(third.in.read());
    EXPECT_TRUE(parent.in.read());
    EXPECT_EQ(to.changes, 1u);
    EXPECT_EQ(parent.changes, 1u);
}

TEST(Members, InputsAndOutputsNeedNotBeBound)
{
    open_ends all("all");

    sc_core::sc_start(1, sc_core::SC_NS);
    EXPECT_FALSE(all.in.read());
    EXPECT_NO_THROW(all.out.write(true));
}

TEST(Members, InitiatorsBindToTargetsOfAnyWidth)
{
    initiator a("a"), b("b"), c("c"), d("d");
    target<8> narrow("narrow");
    target<32> same("same");
    target<512> wide("wide");
    target<64> reverse("reverse");

    a.socket.bind(narrow.socket);
    b.socket.bind(same.socket);
    c.socket(wide.socket);
    reverse.socket.bind(d.socket);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    a.access(1);
    b.access(2);
    c.access(3);
    d.access(4);
    EXPECT_EQ(narrow.last, 1u);
    EXPECT_EQ(same.last, 2u);
    EXPECT_EQ(wide.last, 3u);
    EXPECT_EQ(reverse.last, 4u);
}
