// SPDX-License-Identifier: MIT
//
// TLM-2.0 sockets that bind to sockets of any BUSWIDTH. Ours are 32 bits wide; between one of them and a
// socket of another width comes a width_adapter.
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_ANY_WIDTH_H
#define TIMEKEEPER_SYSTEMC_ANY_WIDTH_H

#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/width_adapter.h"

#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <string>
#include <vector>

namespace tk
{

// The adapters of one socket.
class width_adapters
{
  public:
    // Makes one more, beside `socket`.
    template <unsigned FROM, unsigned TO>
    width_adapter<FROM, TO> &make(const sc_core::sc_object &socket)
    {
        auto *owner = dynamic_cast<sc_core::sc_module *>(socket.get_parent_object());
        const auto beside =
            owner ? std::make_unique<elaboration_scope>(*owner) : std::make_unique<elaboration_scope>();
        const std::string name =
            std::string(socket.basename()) + "_width_" + std::to_string(m_adapters.size());
        auto made = std::make_unique<width_adapter<FROM, TO>>(name.c_str());
        width_adapter<FROM, TO> &adapter = *made;
        m_adapters.push_back(std::move(made));
        return adapter;
    }

  private:
    std::vector<std::unique_ptr<sc_core::sc_module>> m_adapters;
};

// A simple initiator socket of MODULE's: cpu.mem.bind(bus.target), target.bind(cpu.mem).
template <typename MODULE>
class any_initiator_socket : public tlm_utils::simple_initiator_socket<MODULE>
{
    using base = tlm_utils::simple_initiator_socket<MODULE>;

  public:
    // Elaboration only.
    explicit any_initiator_socket(const char *name) : base(name) {}

    using base::bind;
    using base::operator();

    // To a target of another width.
    template <unsigned W>
    void bind(tlm::tlm_base_target_socket_b<W> &target)
    {
        auto &adapter = m_adapters.template make<32, W>(*this);
        bind(static_cast<tlm::tlm_base_target_socket_b<32> &>(adapter.target));
        adapter.initiator.bind(target);
    }
    // To a parent's socket of another width.
    template <unsigned W>
    void bind(tlm::tlm_base_initiator_socket_b<W> &parent)
    {
        auto &adapter = m_adapters.template make<32, W>(*this);
        bind(static_cast<tlm::tlm_base_target_socket_b<32> &>(adapter.target));
        adapter.initiator.bind(parent);
    }
    // The same as bind().
    template <typename SOCKET>
    void operator()(SOCKET &other)
    {
        bind(other);
    }
    // What a target of another width binds to.
    template <unsigned W>
    operator tlm::tlm_base_initiator_socket_b<W> &()
    {
        auto &adapter = m_adapters.template make<32, W>(*this);
        bind(static_cast<tlm::tlm_base_target_socket_b<32> &>(adapter.target));
        return adapter.initiator;
    }

  private:
    width_adapters m_adapters;
};

// A target socket for initiators of any width: bus.initiator.bind(device.mmio(0)),
// device.mmio(0).bind(bus.initiator).
class any_target_socket
{
  public:
    // `socket` lives as long.
    template <int N, sc_core::sc_port_policy POL>
    explicit any_target_socket(tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, N, POL> &socket)
        : m_socket(socket), m_object(socket)
    {
    }

    // The socket itself, 32 bits wide.
    tlm::tlm_base_target_socket_b<32> &socket() const { return m_socket; }

    // To an initiator of any width.
    template <unsigned W, typename FW, typename BW, int N, sc_core::sc_port_policy POL>
    void bind(tlm::tlm_base_initiator_socket<W, FW, BW, N, POL> &initiator)
    {
        initiator.bind(static_cast<tlm::tlm_base_target_socket_b<W> &>(*this));
    }
    // The same as bind().
    template <typename SOCKET>
    void operator()(SOCKET &initiator)
    {
        bind(initiator);
    }
    // What an initiator binds to.
    template <unsigned W>
    operator tlm::tlm_base_target_socket_b<W> &()
    {
        if constexpr (W == 32) {
            return m_socket;
        } else {
            auto &adapter = m_adapters.make<W, 32>(m_object);
            adapter.initiator.bind(m_socket);
            return adapter.target;
        }
    }

  private:
    tlm::tlm_base_target_socket_b<32> &m_socket;
    const sc_core::sc_object &m_object;
    width_adapters m_adapters;
};

} // namespace tk

#endif
