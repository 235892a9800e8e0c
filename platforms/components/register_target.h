// SPDX-License-Identifier: MIT
//
// The TLM side of a device with 32-bit registers: what is common to all of them, and only that.
//
// Accepted: reads and writes of 1, 2 or 4 bytes that begin at a register (offset a multiple of 4); narrow
// ones reach the low bits, little endian, the rest of a written value being zero. Else:
//   byte enables                               TLM_BYTE_ENABLE_ERROR_RESPONSE
//   another length, or a streaming burst       TLM_BURST_ERROR_RESPONSE
//   not at a register, or beyond the last      TLM_ADDRESS_ERROR_RESPONSE
//   a register that refuses                    TLM_COMMAND_ERROR_RESPONSE
// No DMI. Debug reads have no side effect; debug writes reach nothing (0 bytes).
#ifndef PLATFORMS_COMPONENTS_REGISTER_TARGET_H
#define PLATFORMS_COMPONENTS_REGISTER_TARGET_H

#include "timekeeper/systemc/module.h"

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>

namespace components
{

class register_target : public tk::module
{
  protected:
    // `span`: size of the register space in bytes.
    register_target(const sc_core::sc_module_name &name, tk::module_context &context, uint64_t span,
                    const std::string &help);

    // `delay`: the initiator's local time ahead of sc_time_stamp(). False: refused. SystemC's thread.
    virtual bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) = 0;
    virtual bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) = 0;
    // What read() would give now, without its side effects.
    virtual uint32_t peek(uint32_t offset) const = 0;
    // read() and write() never call wait(), and honour the delay. In the constructor.
    void declare_direct() { m_port.declare_direct(); }

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction);
    tlm::tlm_response_status serve(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);

    uint64_t m_span;
    tlm_utils::simple_target_socket<register_target> m_socket{"target_socket"};
    tk::tlm_target_port m_port;
};

} // namespace components

#endif
