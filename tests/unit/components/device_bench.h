// SPDX-License-Identifier: MIT
//
// A device with registers on a bench: an initiator at its sockets, something at each of its lines.
#ifndef TESTS_UNIT_COMPONENTS_DEVICE_BENCH_H
#define TESTS_UNIT_COMPONENTS_DEVICE_BENCH_H

#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace test
{

using edges = std::vector<std::pair<sc_core::sc_time, bool>>;

class device_bench
{
  public:
    // `module`: the device's table without braces, its name is t. `sockets`: initiators are named like them.
    device_bench(const std::string &module, const std::vector<std::string> &outputs,
                 const std::vector<std::string> &inputs = {},
                 const std::vector<std::string> &sockets = {"target_socket"})
        : p(text(module, outputs, inputs, sockets)), cpu(p.get<initiator>(sockets[0]))
    {
        settle();
    }

    line &out(const std::string &name) const { return p.get<line>("of_" + name); }
    void drive(const std::string &name, bool level) const
    {
        p.get<driver>("to_" + name).drive(level);
        settle();
    }
    // The level after everything that is due now.
    bool level(const std::string &name) const
    {
        settle();
        return out(name).level();
    }
    static void run_ns(uint64_t ns) { sc_core::sc_start(sc_core::sc_time::from_value(ns * 1000)); }
    // How far the initiator is ahead of SystemC.
    void ahead_ns(uint64_t ns) const { cpu.delay = sc_core::sc_time::from_value(ns * 1000); }
    static sc_core::sc_time ns(uint64_t value) { return sc_core::sc_time::from_value(value * 1000); }

    platform p;
    initiator &cpu;

  private:
    static std::string text(const std::string &module, const std::vector<std::string> &outputs,
                            const std::vector<std::string> &inputs, const std::vector<std::string> &sockets)
    {
        std::string all = "platform = {", ends;
        const auto add = [&](const std::string &end, const char *prefix, const char *type, const char *far) {
            all.append(prefix).append(end).append(" = { moduletype = '").append(type).append("' },\n");
            ends.append(", ").append(end).append(" = { bind = '&").append(prefix).append(end).append(far);
            ends.append("' }");
        };
        for (const std::string &each : sockets) {
            add(each, "", "test_initiator", ".socket");
        }
        for (const std::string &each : outputs) {
            add(each, "of_", "test_line", ".in");
        }
        for (const std::string &each : inputs) {
            add(each, "to_", "test_driver", ".out");
        }
        return all + "t = { " + module + ends + " } }";
    }
};

// What every register device must answer. `last`: the offset of the last register; `stride`: from one to the
// next.
inline void expect_register_edges(initiator &cpu, uint64_t last, unsigned stride = 4)
{
    unsigned char data[8] = {}, enables[4] = {0xff, 0, 0xff, 0};
    tlm::tlm_generic_payload payload;

    for (const unsigned length : {3u, 8u, stride * 2u, 0u}) {
        fill(payload, tlm::TLM_READ_COMMAND, 0, data, length);
        EXPECT_EQ(cpu.transport(payload), tlm::TLM_BURST_ERROR_RESPONSE) << length;
    }
    for (const uint64_t address : {uint64_t(1), uint64_t(stride + 1), last + stride, UINT64_MAX}) {
        if (address % stride == 0 && address <= last) {
            continue; // with a stride of 1 every byte is a register
        }
        fill(payload, tlm::TLM_WRITE_COMMAND, address, data, 1);
        EXPECT_EQ(cpu.transport(payload), tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    }
    fill(payload, tlm::TLM_READ_COMMAND, 0, data, 1);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(1);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    fill(payload, tlm::TLM_READ_COMMAND, last, data, 1);
    EXPECT_EQ(cpu.transport(payload), tlm::TLM_OK_RESPONSE);
    EXPECT_FALSE(payload.is_dmi_allowed());
    EXPECT_EQ(cpu.debug(tlm::TLM_WRITE_COMMAND, 0, data, 4), 0u);
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, last + stride, data, 4), 0u);
    EXPECT_EQ(cpu.debug(tlm::TLM_READ_COMMAND, last, data, 8), stride); // cut at the end
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(cpu.dmi(tlm::TLM_READ_COMMAND, 0, dmi));
}

inline void expect_identification(initiator &cpu, const std::vector<uint32_t> &bytes)
{
    for (size_t i = 0; i < bytes.size(); i++) {
        EXPECT_EQ(cpu.read(0xfe0 + 4 * i), bytes[i]) << i;
    }
}

} // namespace test

#endif
