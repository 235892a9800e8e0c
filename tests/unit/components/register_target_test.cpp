// SPDX-License-Identifier: MIT
//
// What all devices with registers answer to transactions (seen at a Pl011, a timer and an exiter).
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

namespace
{

struct device {
    const char *type;
    uint64_t span;
    uint64_t readable; // a register that can be read
};

std::ostream &operator<<(std::ostream &out, const device &d)
{
    return out << d.type;
}

class RegisterTarget : public testing::TestWithParam<device>
{
  protected:
    RegisterTarget()
        : m_platform("platform = { d = { moduletype = '" + std::string(GetParam().type) +
                     "', target_socket = { bind = '&c.socket' } }, c = { moduletype = 'test_initiator' } }"),
          m_cpu(m_platform.get<test::initiator>("c"))
    {
        test::settle();
    }

    test::platform m_platform;
    test::initiator &m_cpu;
};

} // namespace

TEST_P(RegisterTarget, ByteEnablesAreRefused)
{
    unsigned char data[4] = {}, enables[4] = {TLM_BYTE_ENABLED, TLM_BYTE_ENABLED, 0, 0};
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_READ_COMMAND, 0, data, 4);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(4);
    EXPECT_EQ(m_cpu.transport(payload), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
}

TEST_P(RegisterTarget, OtherLengthsAndBurstsAreRefused)
{
    unsigned char data[16] = {};
    for (const unsigned length : {0u, 3u, 5u, 8u, 16u}) {
        tlm::tlm_generic_payload payload;
        test::fill(payload, tlm::TLM_READ_COMMAND, 0, data, length);
        EXPECT_EQ(m_cpu.transport(payload), tlm::TLM_BURST_ERROR_RESPONSE) << length;
    }
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_READ_COMMAND, 0, data, 4);
    payload.set_streaming_width(2);
    EXPECT_EQ(m_cpu.transport(payload), tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_P(RegisterTarget, BadAddressesAreRefused)
{
    for (const uint64_t address : {uint64_t(1), uint64_t(2), GetParam().span, UINT64_MAX - 3}) {
        m_cpu.read(address, 1);
        EXPECT_EQ(m_cpu.status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    }
}

TEST_P(RegisterTarget, NoDmi)
{
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(m_cpu.dmi(tlm::TLM_READ_COMMAND, 0, dmi));
    m_cpu.read(GetParam().readable);
    EXPECT_FALSE(m_cpu.dmi_hint);
}

TEST_P(RegisterTarget, IgnoreMovesNoData)
{
    unsigned char data[4] = {1, 2, 3, 4};
    tlm::tlm_generic_payload payload;
    test::fill(payload, tlm::TLM_IGNORE_COMMAND, 0, data, 4);
    EXPECT_EQ(m_cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(data[0], 1);
}

TEST_P(RegisterTarget, DebugReadsEndAtTheLastRegisterAndDebugWritesReachNothing)
{
    unsigned char data[8] = {};
    EXPECT_EQ(m_cpu.debug(tlm::TLM_READ_COMMAND, GetParam().span - 2, data, 8), 2u);
    EXPECT_EQ(m_cpu.debug(tlm::TLM_READ_COMMAND, GetParam().span, data, 4), 0u);
    EXPECT_EQ(m_cpu.debug(tlm::TLM_WRITE_COMMAND, 0, data, 4), 0u);
}

INSTANTIATE_TEST_SUITE_P(Devices, RegisterTarget,
                         testing::Values(device{"Pl011", 0x1000, 0x18}, device{"sc_timer", 0x20, 0x1c},
                                         device{"exiter", 4, 0}),
                         [](const auto &each) { return std::string(each.param.type); });

TEST(Exiter, EndsTheRunAtTheInitiatorsLocalTime)
{
    const test::platform p(
        "platform = { d = { moduletype = 'exiter', target_socket = { bind = '&c.socket' } },\n"
        " c = { moduletype = 'test_initiator' } }");
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    cpu.delay = sc_core::sc_time(30, sc_core::SC_NS);
    cpu.write(0, 0x107);
    cpu.write(0, 9);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    sc_core::sc_start();
    int code = -1;
    EXPECT_TRUE(tk::exit_requested(&code));
    EXPECT_EQ(code, 7);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(30, sc_core::SC_NS));
}

TEST(Exiter, ReadsAsZeroAndGoesOn)
{
    const test::platform p(
        "platform = { d = { moduletype = 'exiter', target_socket = { bind = '&c.socket' } },\n"
        " c = { moduletype = 'test_initiator' } }");
    test::settle();
    EXPECT_EQ(p.get<test::initiator>("c").read(0), 0u);
    EXPECT_EQ(p.get<test::initiator>("c").status, tlm::TLM_OK_RESPONSE);
    EXPECT_FALSE(tk::exit_requested(nullptr));
}

// What a device would arrange there comes before now, as SystemC adds: its kernel would go back in time.
TEST(Exiter, AnAccessBeyondTheEndOfTimeIsRefused)
{
    const test::platform p(
        "platform = { d = { moduletype = 'exiter', target_socket = { bind = '&c.socket' } },\n"
        " c = { moduletype = 'test_initiator' } }");
    auto &cpu = p.get<test::initiator>("c");
    test::settle();
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
    const uint64_t left = UINT64_MAX - sc_core::sc_time_stamp().value();
    for (const uint64_t ahead : {left, left + 1, UINT64_MAX}) {
        cpu.delay = sc_core::sc_time::from_value(ahead);
        cpu.write(0, 5);
        EXPECT_EQ(cpu.status, tlm::TLM_GENERIC_ERROR_RESPONSE) << ahead;
        EXPECT_EQ(cpu.delay.value(), ahead);
    }
    cpu.delay = sc_core::sc_time::from_value(left - 1);
    cpu.write(0, 5);
    EXPECT_EQ(cpu.status, tlm::TLM_OK_RESPONSE);
    EXPECT_FALSE(tk::exit_requested(nullptr));
}
