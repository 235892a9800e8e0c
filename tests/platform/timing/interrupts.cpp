// SPDX-License-Identifier: MIT
//
// test_interrupts: raises its line `count` times; it stays high until the guest acknowledges it.
//
//   0x0 ACKNOWLEDGE  r  1 if the line was high: it falls
//   0x4 TAKEN        w  the guest's counter in ns when it took the interrupt, modulo 2^32
//   0x8 START        w  begins
//
// Between one rise (or, with from_acknowledge, one acknowledgement) and the next: least_ns to most_ns, by a
// generator of pseudo-random numbers. The file gets a line for each rise at the end of the run, "<time of the
// rise in ps> <TAKEN>", and a last one, "<rises> <acknowledged> <times the line was high still>".
#include "register_target.h"

#include <fstream>

namespace test
{

class interrupts : public components::register_target
{
  public:
    interrupts(const sc_core::sc_module_name &name, tk::module_context &context)
        : register_target(name, context, 0xc, "interrupts at times that the test knows")
    {
        SC_HAS_PROCESS(interrupts);
        SC_METHOD(raise);
        dont_initialize();
        sensitive << m_due;
    }

  private:
    void raise()
    {
        m_rises.push_back({sc_core::sc_time_stamp().value(), 0});
        m_merged += m_high ? 1 : 0;
        m_high = true;
        m_irq.write(true);
        if (!m_from_acknowledge) {
            arm(sc_core::SC_ZERO_TIME);
        }
    }

    // Marsaglia, "Xorshift RNGs", 2003.
    uint64_t random()
    {
        m_random ^= m_random << 13;
        m_random ^= m_random >> 7;
        m_random ^= m_random << 17;
        return m_random;
    }

    void arm(const sc_core::sc_time &delay)
    {
        if (m_rises.size() < m_count) {
            const uint64_t ns = m_least_ns + random() % (m_most_ns - m_least_ns + 1);
            m_due.notify(delay + sc_core::sc_time::from_value(ns * 1000));
        }
    }

    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override
    {
        value = offset == 0 && m_high ? 1 : 0;
        if (value) {
            m_high = false;
            m_irq.write(false);
            m_acknowledged++;
            if (m_from_acknowledge) {
                arm(delay);
            }
        }
        return offset == 0;
    }

    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override
    {
        if (offset == 8) {
            m_random += m_seed;
            arm(delay);
        } else if (offset == 4 && !m_rises.empty()) {
            m_rises.back().taken = value;
        }
        return offset != 0;
    }

    uint32_t peek(uint32_t) const override { return m_high ? 1 : 0; }

    void end_of_simulation() override
    {
        std::ofstream out(m_file.get());
        for (const rise &each : m_rises) {
            out << each.time_ps << " " << each.taken << "\n";
        }
        out << m_rises.size() << " " << m_acknowledged << " " << m_merged << "\n";
    }

    struct rise {
        uint64_t time_ps;
        uint32_t taken;
    };
    tk::param<std::string> m_file{*this, "file", "interrupts", "", "where the rises go"};
    tk::param<uint64_t> m_count{*this, "count", 1, "", "how often"};
    tk::param<uint64_t> m_least_ns{*this, "least_ns", 1000, "ns", "shortest time between two"};
    tk::param<uint64_t> m_most_ns{*this, "most_ns", 1000, "ns", "longest time between two"};
    tk::param<uint64_t> m_seed{*this, "seed", 1, "", "of the times"};
    tk::param<bool> m_from_acknowledge{*this, "from_acknowledge", false, "",
                                       "the time counts from the last acknowledgement"};
    sc_core::sc_out<bool> m_irq{"irq"};
    tk::signal_out_port m_irq_port{*this, "irq", m_irq, "high until acknowledged"};
    sc_core::sc_event m_due{"due"};
    std::vector<rise> m_rises;
    uint64_t m_random = 0x9e3779b97f4a7c15;
    uint64_t m_acknowledged = 0, m_merged = 0;
    bool m_high = false;
};

TK_MODULE("test_interrupts", interrupts, "interrupts at times that the test knows");

} // namespace test
