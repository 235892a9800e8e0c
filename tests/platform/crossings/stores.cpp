// SPDX-License-Identifier: MIT
#include "stores.h"

namespace crossings
{

static constexpr uint64_t ram_base = 0x40000000, lists_base = 0x40010000, list_size = 0x1000;
static constexpr uint32_t burst_bit = UINT32_C(1) << 31;

uint64_t program::store(uint32_t turns, uint64_t address, uint32_t value)
{
    m_words.insert(m_words.end(), {turns, static_cast<uint32_t>(address), value});
    m_instructions += 7 + 2 * turns;
    const uint64_t at_ps = m_instructions * m_insn_ps;
    m_instructions += 1;
    return at_ps;
}

std::vector<uint64_t> program::burst(uint64_t address, uint32_t value)
{
    std::vector<uint64_t> times;
    m_words.insert(m_words.end(), {burst_bit, static_cast<uint32_t>(address), value});
    for (unsigned i = 0; i < 4; i++) {
        times.push_back((m_instructions + 6 + i) * m_insn_ps);
    }
    m_instructions += 10;
    return times;
}

std::vector<uint32_t> program::words() const
{
    std::vector<uint32_t> all = m_words;
    all.insert(all.end(), {0, 0, 0});
    return all;
}

static void place(tk::subsystem &s, const std::string &port, uint64_t base, uint64_t size)
{
    s.bind(port, "router.initiator_socket", {{"address", base}, {"size", size}});
}

std::unique_ptr<tk::subsystem> soc(const std::vector<core> &cpus, const tk::settings &values,
                                   const tk::settings &qemu)
{
    auto s = std::make_unique<tk::subsystem>("s", values);
    tk::settings loads = {{"1.elf_file", STORES_ELF}};
    unsigned entry = 2;

    for (size_t c = 0; c < cpus.size(); c++) {
        const std::string load = std::to_string(entry++);
        loads.emplace_back(load + ".address", lists_base + list_size * c);
        unsigned word = 1;
        for (const uint32_t each : cpus[c].does.words()) {
            loads.emplace_back(load + ".data." + std::to_string(word++), each);
        }
    }
    s->add("router", "router");
    s->add("ram", "gs_memory");
    s->add("loader", "loader", {}, loads);
    s->add("exiter", "exiter");
    s->add("qemu", "QemuInstance", {"AARCH64"}, qemu);
    s->add("gpio", "qemu_device", {"&qemu", "pl061"},
           {{"properties.pullups", 0}, {"properties.pulldowns", 255}});
    s->add("timer", "qemu_device", {"&qemu", "sp804"});
    for (size_t c = 0; c < cpus.size(); c++) {
        const std::string name = "cpu_" + std::to_string(c);
        s->add(name, "cpu_arm_cortexA53", {"&qemu"},
               {{"rvbar", ram_base},
                {"mp_affinity", c},
                {"has_el2", false},
                {"has_el3", false},
                {"insn_per_second", cpus[c].insn_per_second}});
        s->bind(name + ".mem", "router.target_socket");
    }
    s->bind("loader.initiator_socket", "router.target_socket");
    place(*s, "ram.target_socket", ram_base, 0x100000);
    place(*s, "exiter.target_socket", exiter_base, 0x1000);
    place(*s, "gpio.mmio_0", gpio_base, 0x1000);
    place(*s, "timer.mmio_0", timer_base, 0x1000);
    return s;
}

std::ostream &operator<<(std::ostream &out, const edge &each)
{
    return out << (each.level ? "up at " : "down at ") << each.at_ps << " ps";
}

} // namespace crossings
