// SPDX-License-Identifier: MIT
//
// test_recorder: the guest writes what it has found out, and the file gets a line for each at the end of the
// run: "<SystemC's time of the last write in ps> <key> <value>".
//
//   0x0 KEY, 0x4 HIGH   w  of the next record
//   0x8 LOW             w  the value's lower half: makes the record
#include "register_target.h"

#include <fstream>

namespace test
{

class recorder : public components::register_target
{
  public:
    recorder(const sc_core::sc_module_name &name, tk::module_context &context)
        : register_target(name, context, 0xc, "what the guest records")
    {
    }

  private:
    bool read(uint32_t, uint32_t &, sc_core::sc_time &) override { return false; }
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override
    {
        if (offset == 0) {
            m_key = value;
        } else if (offset == 4) {
            m_high = value;
        } else {
            m_records.push_back({(sc_core::sc_time_stamp() + delay).value(), m_key,
                                 static_cast<uint64_t>(m_high) << 32 | value});
        }
        return true;
    }
    uint32_t peek(uint32_t) const override { return 0; }

    void end_of_simulation() override
    {
        std::ofstream out(m_file.get());
        for (const record &each : m_records) {
            out << each.time_ps << " " << each.key << " " << each.value << "\n";
        }
    }

    struct record {
        uint64_t time_ps;
        uint32_t key;
        uint64_t value;
    };
    tk::param<std::string> m_file{*this, "file", "records", "", "where the records go"};
    uint32_t m_key = 0, m_high = 0;
    std::vector<record> m_records;
};

TK_MODULE("test_recorder", recorder, "takes what the guest has found out");

} // namespace test
