// SPDX-License-Identifier: MIT
//
// A memory, 64 bits wide, to which initiators may have direct access.
#ifndef MEMORY_H
#define MEMORY_H

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <systemc>
#include <tlm_utils/simple_target_socket.h>

class memory : public sc_core::sc_module
{
  public:
    // `size`: bytes, a multiple of a page.
    memory(const sc_core::sc_module_name &name, uint64_t size);

    // Copies the segments of a 64-bit ELF file; offset 0 is address `base`. Throws std::runtime_error.
    void load(const std::string &file, uint64_t base);

    tlm_utils::simple_target_socket<memory, 64> socket{"socket"};

  private:
    struct deleter {
        void operator()(unsigned char *bytes) const { free(bytes); }
    };

    bool copy(tlm::tlm_generic_payload &transaction);
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi);

    const uint64_t m_size;
    const std::unique_ptr<unsigned char, deleter> m_bytes;
};

#endif
