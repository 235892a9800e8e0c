// SPDX-License-Identifier: MIT
//
// gs_memory: RAM or ROM behind a TLM-2.0 target socket.
//
// Accepted: any length, byte enables (IEEE 1666-2011, 14.13) and streaming (14.12). Refused: beyond the end
// with TLM_ADDRESS_ERROR_RESPONSE; a write to read_only memory with TLM_COMMAND_ERROR_RESPONSE; a length or
// streaming width of 0 with TLM_BURST_ERROR_RESPONSE. Debug accesses are cut at the end, and may write
// read_only memory: that is how a loader fills a ROM.
//
// What a transaction or a debug access has written is told to those with direct access (memory_watch.h).
// What they write themselves, past this module, nobody tells: a second QEMU that executes from memory that
// the first one writes needs dmi_allow = false here.
//
// DMI is granted for all of it (reading only when read_only). The storage is mapped in whole host pages,
// because QEMU maps the pointer that it is given into its guest.
#ifndef PLATFORMS_COMPONENTS_GS_MEMORY_H
#define PLATFORMS_COMPONENTS_GS_MEMORY_H

#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/reset.h"

#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <cstdint>

namespace components
{

class gs_memory : public tk::module
{
  public:
    gs_memory(const sc_core::sc_module_name &name, tk::module_context &context);
    ~gs_memory() override;
    void configured() override;
    void on_reset(tk::reset_kind kind) override;

    // Bytes. From configured() on.
    uint64_t size() const { return m_bytes; }
    // The storage, page-aligned; valid from configured() to destruction.
    unsigned char *data() const { return m_data; }

  private:
    class memory_port : public tk::tlm_target_port
    {
      public:
        memory_port(gs_memory &owner, tlm_utils::simple_target_socket<gs_memory> &socket);
        void bound(port &other, tk::config_node &attributes) override;

      private:
        gs_memory &m_memory;
    };

    void map_storage();
    void fill();
    void load_all();
    void load_file();
    void load_words();
    bool fits(uint64_t length) const;
    tlm::tlm_response_status serve(tlm::tlm_generic_payload &transaction);
    void move_bytes(tlm::tlm_generic_payload &transaction);
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi);
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction);

    tk::param<uint64_t> m_size{*this, "size", 0, "bytes",
                               "how much memory; 0: as much as its address window"};
    tk::param<bool> m_read_only{*this, "read_only", false, "",
                                "ROM: transactions cannot write it; load.* and the loader can"};
    tk::param<bool> m_dmi_allow{*this, "dmi_allow", true, "",
                                "grant direct memory access (DMI); false: each access is a transaction"};
    tk::param<bool> m_shared{*this, "shared_memory", false, "", "share the storage with child processes"};
    tk::param<bool> m_init{*this, "init_mem", true, "",
                           "fill it with init_mem_val at the start; false: zeros"};
    tk::param<uint64_t> m_fill{*this, "init_mem_val", 0, "", "every byte's value at the start", {0, 255}};
    tk::param<uint64_t> m_latency_ns{
        *this, "latency_ns", 0, "ns", "added to each transaction's delay", {0, 1000000000}};
    tk::path_param m_bin_file{*this, "load.bin_file", "a file that is copied into it at the start"};
    tk::param<std::vector<uint64_t>> m_words{
        *this, "load.data", {}, "", "32-bit words, little endian, that are copied into it at the start"};
    tk::param<uint64_t> m_load_offset{*this, "load.offset", 0, "bytes",
                                      "where in the memory the file or the words begin"};

    tlm_utils::simple_target_socket<gs_memory> m_socket{"target_socket"};
    memory_port m_port;
    tk::reset_input m_reset_input{*this, "reset", tk::reset_kind::cold,
                                  "a rising edge makes its content what it was at the start"};
    uint64_t m_window = 0; // size of the address window that it is bound with; 0: none given
    uint64_t m_bytes = 0;
    size_t m_mapped = 0; // m_bytes, rounded up to pages
    unsigned char *m_data = nullptr;
};

} // namespace components

#endif
