// SPDX-License-Identifier: MIT
//
// A SoC whose CPUs store words at known instructions (firmware/stores.S), with a GPIO of QEMU's whose lines
// go to modules of SystemC.
#ifndef TESTS_CROSSINGS_STORES_H
#define TESTS_CROSSINGS_STORES_H

#include "timekeeper/systemc/subsystem.h"

#include <systemc>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace crossings
{

constexpr uint64_t ns = 1000, us = 1000 * ns, ms = 1000 * us;
constexpr uint64_t gpio_base = 0x0a500000, timer_base = 0x0a600000, exiter_base = 0x0a200000;

// What a CPU does next, and when it has done that.
class program
{
  public:
    // One instruction takes `insn_ps`.
    program() = default;
    explicit program(uint64_t insn_ps) : m_insn_ps(insn_ps) {}
    // Stores a word after `turns` of a loop. Returns its time.
    uint64_t store(uint32_t turns, uint64_t address, uint32_t value);
    // Stores value, 0, value, 0 in a row. Returns their times.
    std::vector<uint64_t> burst(uint64_t address, uint32_t value);
    // In memory.
    std::vector<uint32_t> words() const;

  private:
    uint64_t m_insn_ps = ns;
    uint64_t m_instructions = 4;
    std::vector<uint32_t> m_words;
};

// One CPU's part of the SoC.
struct core {
    program does;
    uint64_t insn_per_second = 1000000000;
};

// The subsystem "s", with a "gpio" (pl061) at gpio_base and a "timer" (sp804) at timer_base, both QEMU's, and
// an "exiter". `values` are the top table's, `qemu` those of the QEMU instance.
std::unique_ptr<tk::subsystem> soc(const std::vector<core> &cpus, const tk::settings &values,
                                   const tk::settings &qemu = {});

// A change of a line as a module of SystemC has seen it.
struct edge {
    uint64_t at_ps;
    bool level;
    bool operator==(const edge &other) const { return at_ps == other.at_ps && level == other.level; }
};
std::ostream &operator<<(std::ostream &out, const edge &each);

// Notes each change of its input.
class probe : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(probe);
    explicit probe(const sc_core::sc_module_name &name) : sc_module(name)
    {
        SC_METHOD(changed);
        sensitive << line;
        dont_initialize();
    }
    sc_core::sc_in<bool> line{"line"};
    std::vector<edge> edges;

  private:
    void changed() { edges.push_back({sc_core::sc_time_stamp().value(), line.read()}); }
};

} // namespace crossings

#endif
