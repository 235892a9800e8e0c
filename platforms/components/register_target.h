// SPDX-License-Identifier: MIT
//
// The TLM side of a device with 32-bit registers: what is common to all of them, and only that.
//
// Accepted: reads and writes of 1, 2 or 4 bytes that begin at a register (offset a multiple of `stride`, 4 if
// nothing else is said) and are not longer than that; narrow ones reach the low bits, little endian, the rest
// of a written value being zero. Else:
//   byte enables                               TLM_BYTE_ENABLE_ERROR_RESPONSE
//   another length, or a streaming burst       TLM_BURST_ERROR_RESPONSE
//   not at a register, or beyond the last      TLM_ADDRESS_ERROR_RESPONSE
//   a register that refuses                    TLM_COMMAND_ERROR_RESPONSE
//   a local time at or beyond the end of time  TLM_GENERIC_ERROR_RESPONSE
// (SystemC's time ends 2^64 ps after it began: what a device arranged there would come out in the past.)
// No DMI. Debug reads have no side effect; debug writes reach nothing (0 bytes).
//
// A register_target may declare its registers by name: for people who look at the run. They are peeked at.
//
//   register_file     what the registers do; a device implements it
//   register_socket   one TLM target socket in front of a register_file
//   register_target   a module with one of each, and an input for its reset
#ifndef PLATFORMS_COMPONENTS_REGISTER_TARGET_H
#define PLATFORMS_COMPONENTS_REGISTER_TARGET_H

#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/reset.h"

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace components
{

class register_file
{
  public:
    virtual ~register_file() = default;
    // `delay`: the initiator's local time ahead of sc_time_stamp(). False: refused. SystemC's thread.
    virtual bool read(uint32_t offset, uint32_t &value, sc_core::sc_time &delay) = 0;
    // The same for a write; `value` has zeros where a narrow one says nothing.
    virtual bool write(uint32_t offset, uint32_t value, sc_core::sc_time &delay) = 0;
    // What read() would give now, without its side effects.
    virtual uint32_t peek(uint32_t offset) const = 0;
};

class register_socket
{
  public:
    // `span`: size of the register space in bytes. `optional`: it may stay unbound.
    register_socket(tk::module &owner, const std::string &name, register_file &registers, uint64_t span,
                    const std::string &help, bool optional = false);
    // `stride`: 1, 2 or 4 bytes from one register to the next. Elaboration only.
    void set_layout(uint64_t span, unsigned stride);
    // read() and write() never call wait(), and honour the delay. In the constructor.
    void declare_direct() { m_port.declare_direct_end(); }

  private:
    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction);
    tlm::tlm_response_status serve(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay);

    using socket_type = tlm_utils::simple_target_socket_optional<register_socket>;

    class end : public tk::tlm_target_port
    {
      public:
        end(tk::module &owner, const std::string &name, socket_type &socket, const std::string &help,
            bool optional)
            : tlm_target_port(owner, name, socket, help), m_optional(optional)
        {
        }
        bool may_stay_open() const override { return m_optional; }

      private:
        bool m_optional;
    };

    register_file &m_registers;
    uint64_t m_span;
    unsigned m_stride = 4;
    socket_type m_socket;
    end m_port;
};

struct register_name {
    const char *name;   // as its documentation has it
    uint32_t offset;    // bytes
    unsigned bits = 32; // its width
};

class register_target : public tk::module, protected register_file
{
  public:
    // What it has declared, in its order.
    const std::vector<register_name> &declared_registers() const { return m_names; }
    // What the guest would read, without side effects. SystemC's thread, or whoever has its baton.
    uint32_t peek_register(const register_name &which) const { return peek(which.offset); }

  protected:
    // Those that can be read back. In the constructor.
    void declare_registers(std::vector<register_name> names) { m_names = std::move(names); }
    // `span`: size of the registers in bytes; `reset_name`: of its reset input.
    register_target(const sc_core::sc_module_name &name, tk::module_context &context, uint64_t span,
                    const std::string &help, const std::string &reset_name = "reset");
    // As register_socket::set_layout().
    void set_layout(uint64_t span, unsigned stride) { m_registers.set_layout(span, stride); }
    // As register_socket::declare_direct().
    void declare_direct() { m_registers.declare_direct(); }

  private:
    register_socket m_registers;
    tk::reset_input m_reset_input;
    std::vector<register_name> m_names;
};

} // namespace components

#endif
