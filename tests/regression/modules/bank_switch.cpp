// SPDX-License-Identifier: MIT
//
// test_bank_switch: two banks of memory at one address, with direct access to the present one. A write to its
// register switches, and takes the direct access away.
//
//   0x0 BANK  rw  0 or 1
#include "register_target.h"

#include <cstdlib>
#include <cstring>

namespace test
{

class bank_switch : public components::register_target
{
  public:
    bank_switch(const sc_core::sc_module_name &name, tk::module_context &context)
        : register_target(name, context, 4, "which bank is there")
    {
        for (auto &each : m_banks) {
            // QEMU maps whole pages.
            each.reset(static_cast<unsigned char *>(std::aligned_alloc(bytes, bytes)));
            memset(each.get(), 0, bytes);
        }
        m_memory.register_b_transport(this, &bank_switch::b_transport);
        m_memory.register_get_direct_mem_ptr(this, &bank_switch::get_direct_mem_ptr);
    }

  private:
    static constexpr size_t bytes = 0x1000;

    bool read(uint32_t, uint32_t &value, sc_core::sc_time &) override
    {
        value = m_bank;
        return true;
    }

    bool write(uint32_t, uint32_t value, sc_core::sc_time &) override
    {
        m_bank = value & 1;
        m_memory->invalidate_direct_mem_ptr(0, bytes - 1);
        return true;
    }

    uint32_t peek(uint32_t) const override { return m_bank; }

    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &)
    {
        const uint64_t address = transaction.get_address();
        const unsigned length = transaction.get_data_length();
        if (address >= bytes || length > bytes - address) {
            transaction.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
            return;
        }
        unsigned char *const here = m_banks[m_bank].get() + address;
        if (transaction.is_write()) {
            memcpy(here, transaction.get_data_ptr(), length);
        } else {
            memcpy(transaction.get_data_ptr(), here, length);
        }
        transaction.set_dmi_allowed(true);
        transaction.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    bool get_direct_mem_ptr(tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
    {
        dmi.set_start_address(0);
        dmi.set_end_address(bytes - 1);
        dmi.set_dmi_ptr(m_banks[m_bank].get());
        dmi.allow_read_write();
        return true;
    }

    struct release {
        void operator()(unsigned char *memory) const { std::free(memory); }
    };
    std::unique_ptr<unsigned char, release> m_banks[2];
    uint32_t m_bank = 0;
    tlm_utils::simple_target_socket<bank_switch> m_memory{"memory_socket"};
    tk::tlm_target_port m_memory_port{*this, "memory_socket", m_memory, "the present bank"};
};

TK_MODULE("test_bank_switch", bank_switch, "two banks of memory at one address");

} // namespace test
