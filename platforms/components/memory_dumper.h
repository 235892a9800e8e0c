// SPDX-License-Identifier: MIT
//
// memory_dumper: writes ranges of memory into files, with TLM-2.0 debug reads: as they are, without side
// effects.
//
// Entries, in the order of their numbers: { address = a, size = n, file = "f" }. A file is written anew by
// each dump. Dumps happen
//   - at the end of the run, if at_end is true;
//   - at a write to DUMP (offset 0 of `target_socket`, 32 bits, any value), at the initiator's local time;
//   - at a rising edge of `trigger`.
//
//   0x00 DUMP   w   dumps
//   0x04 COUNT  r   dumps that were done
//   0x08 ERRORS r   ranges of the last dump that could not be written whole
//
// What is not there is left out: the file ends where the memory does, and a line on standard error says so.
#ifndef PLATFORMS_COMPONENTS_MEMORY_DUMPER_H
#define PLATFORMS_COMPONENTS_MEMORY_DUMPER_H

#include "register_target.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace components
{

class memory_dumper : public tk::module, private register_file
{
  public:
    memory_dumper(const sc_core::sc_module_name &name, tk::module_context &context);
    void configured() override;
    void end_of_simulation() override;

  private:
    struct range {
        uint64_t address, size;
        std::string file;
    };
    bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) override;
    bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) override;
    uint32_t peek(uint32_t offset) const override;

    void describe_entries();
    void read_entry(tk::config_node &node);
    void on_trigger();
    void dump();
    bool dump(const range &what);

    tk::param<bool> m_at_end{*this, "at_end", true, "", "dump at the end of the run, too"};
    tlm_utils::simple_initiator_socket<memory_dumper> m_memory{"initiator_socket"};
    tk::tlm_initiator_port m_memory_port{*this, "initiator_socket", m_memory, "what is dumped"};
    register_socket m_registers;
    sc_core::sc_in<bool> m_trigger{"trigger"};
    tk::signal_in_port m_trigger_port{*this, "trigger", m_trigger, "a rising edge dumps"};
    sc_core::sc_event_queue m_asked{"asked"}; // two writes to DUMP are two dumps, each at its time
    std::vector<range> m_ranges;
    uint32_t m_count = 0, m_errors = 0;
};

} // namespace components

#endif
