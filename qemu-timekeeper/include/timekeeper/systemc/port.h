// SPDX-License-Identifier: MIT
//
// A port is one named end of a binding: what `bind = "&uart.irq"` in a platform file refers to.
//
//   tlm_initiator_port   a TLM-2.0 initiator socket of any width (simple, multi, passthrough: any)
//   tlm_target_port      a TLM-2.0 target socket of any width
//   signal_out_port      an sc_out<bool>, or what else drives a signal: interrupt, reset, general-purpose
//   line signal_in_port       an sc_in<bool>, or what else reads one stream_port          a byte stream both
//   ways: a UART and its back end
//
// A port is a member of its module, declared beside the socket that it names. Which end is which is deduced.
// Ports may also be made on demand: override module::find_port().
//
// Thread: SystemC's. Binding happens in elaboration, after all constructors and before module::configured().
#ifndef TIMEKEEPER_SYSTEMC_PORT_H
#define TIMEKEEPER_SYSTEMC_PORT_H

#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/line.h"
#include "timekeeper/systemc/width_adapter.h"

#include <systemc>
#include <tlm>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tk
{

class elaboration_scope;
class module;

class port
{
  public:
    // What a port is.
    enum class kind { tlm_initiator, tlm_target, signal_out, signal_in, stream };

    // Declares it at `owner`, whose member it is. Elaboration only.
    port(module &owner, std::string name, kind what, std::string help);
    virtual ~port();
    port(const port &) = delete;
    port &operator=(const port &) = delete;

    // Whose it is.
    module &owner() const { return m_owner; }
    // "irq".
    const std::string &name() const { return m_name; }
    std::string full_name() const; // "platform.uart.irq"
    // What it is.
    kind what() const { return m_kind; }
    static const char *kind_name(kind what); // "TLM initiator socket", ...
    // One line.
    const std::string &help() const { return m_help; }
    // How many other ports it is bound to.
    unsigned bindings() const { return m_bindings; }

    // Asked first, of both ends, `this` being the end that is asked: true means "we two are joined already by
    // our own means" and no SystemC object is made (two lines of devices inside one QEMU, say).
    virtual bool join(port &other);
    // Told to both ends after the binding. `attributes` is the table that held the `bind` (address, size,
    // priority, ...): who understands an entry reads it, and thereby marks it as used.
    virtual void bound(port &other, config_node &attributes);
    // True if the port may stay without a binding.
    virtual bool may_stay_open() const = 0;
    // True if nothing but other ports' own means holds it: no SystemC object is bound.
    bool open_in_systemc() const { return m_bindings == m_joined; }
    // Called once after all bindings when open_in_systemc(): ties off what SystemC insists on.
    virtual void tie_off() {}

    // Binds two ports. Throws config_error at `attributes` when the kinds do not fit, or one is taken
    // already.
    static void bind(port &a, port &b, config_node &attributes);

  private:
    module &m_owner;
    std::string m_name;
    kind m_kind;
    std::string m_help;
    unsigned m_bindings = 0;
    unsigned m_joined = 0; // of these, by their own means
};

// What any target socket 32 bits wide is.
using tlm_target_base = tlm::tlm_base_target_socket_b<32>;

class tlm_target_port : public port
{
  public:
    // For a socket of `owner` of that name. Elaboration only.
    template <unsigned WIDTH, int N, sc_core::sc_port_policy POL>
    tlm_target_port(module &owner, const std::string &name,
                    tlm::tlm_target_socket<WIDTH, tlm::tlm_base_protocol_types, N, POL> &socket,
                    const std::string &help)
        : port(owner, name, kind::tlm_target, help), m_width(WIDTH),
          m_socket(static_cast<target_base<WIDTH> *>(&socket)), m_adapt(&tlm_target_port::adapt<WIDTH>),
          m_limit(N <= 0 ? 0u : static_cast<unsigned>(N)), m_optional(POL == sc_core::SC_ZERO_OR_MORE_BOUND)
    {
        read_direct();
    }

    // Whether a vCPU's thread may call it (direct.h): no; its owner says so for each address; yes.
    enum class consent { no, asks, yes };

    // Its b_transport never calls wait() of its own accord, and honours the delay. If its owner has initiator
    // ports, what they are bound to has to agree, too. `direct` in the owner's Lua table overrides what the
    // owner declares. Elaboration only.
    void declare_direct();
    // The same; and it hands no transaction on to the owner's initiator ports.
    void declare_direct_end();
    // Its owner hands transactions on by address, and answers direct_extension. Elaboration only.
    void declare_asks() { m_asks = true; }
    // Of it and all that is behind it. When all is bound.
    consent direct() const;
    // True: it is `other`, or transactions come from it to `other` through ports only that are declared to be
    // direct.
    bool leads_to(const tlm_target_port &other) const;
    // The socket, for one more initiator 32 bits wide; if it has another width, that of an adapter of its
    // own. Elaboration only.
    tlm_target_base &socket() const { return *static_cast<tlm_target_base *>(socket_for<32>()); }
    // The same for an initiator of another width.
    template <unsigned WIDTH>
    tlm::tlm_base_target_socket_b<WIDTH> *socket_for() const
    {
        if (m_width == WIDTH && !m_at) {
            return static_cast<target_base<WIDTH> *>(m_socket);
        }
        if constexpr (WIDTH == 32) {
            tlm_target_base *const socket =
                m_width == WIDTH ? static_cast<tlm_target_base *>(m_socket) : (this->*m_adapt)();
            return m_at ? at_socket(*socket) : socket;
        } else {
            return adapted<WIDTH, 32>(socket_for<32>());
        }
    }
    // It has nb_transport_fw only: an adapter (at_adapter.h) calls it from now on. Elaboration only.
    void set_at() { m_at = true; }
    // How many initiators may bind to it; 0: any number.
    unsigned limit() const { return m_limit; }
    bool may_stay_open() const override { return m_optional; }

  private:
    template <unsigned WIDTH>
    using target_base = tlm::tlm_base_target_socket_b<WIDTH>;

    // The socket of an adapter before `target`.
    template <unsigned FROM, unsigned TO>
    target_base<FROM> *adapted(target_base<TO> *target) const
    {
        const adapter_scope inside(*this);
        auto made = std::make_unique<width_adapter<FROM, TO>>(inside.name().c_str());
        target_base<FROM> *const socket = &made->target;
        made->initiator.bind(*target);
        m_adapters.push_back(std::move(made));
        return socket;
    }
    // Of the socket, for an initiator 32 bits wide.
    template <unsigned WIDTH>
    tlm_target_base *adapt() const
    {
        return adapted<32, WIDTH>(static_cast<target_base<WIDTH> *>(m_socket));
    }
    // While it lives, new SystemC objects are the owner's.
    class adapter_scope
    {
      public:
        explicit adapter_scope(const tlm_target_port &port);
        ~adapter_scope();
        const std::string &name() const { return m_name; } // for one more adapter

      private:
        std::unique_ptr<elaboration_scope> m_scope;
        std::string m_name;
    };
    tlm_target_base *at_socket(tlm_target_base &target) const;
    void read_direct();
    consent direct_behind() const;

    unsigned m_width;
    bool m_at = false;
    void *m_socket; // a target_base<m_width>
    tlm_target_base *(tlm_target_port::*m_adapt)() const;
    mutable std::vector<std::unique_ptr<sc_core::sc_module>> m_adapters;
    unsigned m_limit;
    bool m_optional;
    bool m_direct = false;
    bool m_direct_given = false; // in Lua
    bool m_ends_here = false;
    bool m_asks = false;
    mutable bool m_visited = false; // ports may be bound in a circle
};

class tlm_initiator_port : public port
{
  public:
    // For a socket of `owner` of that name. Elaboration only.
    template <unsigned WIDTH, int N, sc_core::sc_port_policy POL>
    tlm_initiator_port(module &owner, const std::string &name,
                       tlm::tlm_initiator_socket<WIDTH, tlm::tlm_base_protocol_types, N, POL> &socket,
                       const std::string &help)
        : port(owner, name, kind::tlm_initiator, help),
          // Through the concrete class: the multi sockets override bind().
          m_bind([&socket](const tlm_target_port &target) { socket.bind(*target.socket_for<WIDTH>()); }),
          m_limit(N <= 0 ? 0u : static_cast<unsigned>(N)), m_optional(POL == sc_core::SC_ZERO_OR_MORE_BOUND)
    {
    }

    // Binds the socket to `target`. A module that makes one socket for each target overrides it.
    virtual void connect(tlm_target_port &target);
    // To how many targets it may be bound; 0: any number.
    unsigned limit() const { return m_limit; }
    // Those to which it is bound, in order.
    const std::vector<const tlm_target_port *> &targets() const { return m_targets; }
    bool may_stay_open() const override { return m_optional; }

  protected:
    // For those that override connect(): no socket of its own, any number of targets.
    tlm_initiator_port(module &owner, const std::string &name, const std::string &help, bool optional);

  private:
    friend class port;

    std::function<void(const tlm_target_port &)> m_bind;
    std::vector<const tlm_target_port *> m_targets;
    unsigned m_limit;
    bool m_optional;
};

// One output may feed several inputs; several outputs to one input is an error.
class signal_out_port : public port
{
  public:
    // For an output of `owner` of that name: an sc_out<bool>, or an sc_port<sc_signal_inout_if<bool>>.
    // Elaboration only.
    signal_out_port(module &owner, const std::string &name,
                    sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &out, const std::string &help);
    // For a signal that something else writes. Elaboration only.
    signal_out_port(module &owner, const std::string &name, sc_core::sc_signal_in_if<bool> &source,
                    const std::string &help);
    ~signal_out_port() override;

    // The signal behind the output; for a port made by the first call. Elaboration only.
    sc_core::sc_signal_in_if<bool> &signal();
    bool may_stay_open() const override { return true; }
    void tie_off() override { signal(); }

  private:
    sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> *m_out = nullptr;
    sc_core::sc_signal_in_if<bool> *m_source = nullptr;
    std::unique_ptr<line_signal> m_signal;
};

class signal_in_port : public port
{
  public:
    // For an input of `owner` of that name: an sc_in<bool>, or an sc_port<sc_signal_in_if<bool>>. Elaboration
    // only.
    signal_in_port(module &owner, const std::string &name,
                   sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> &in, const std::string &help);
    // For a signal that is to follow the output, a delta cycle later: it may insist on a single writer, and
    // an output has several. Elaboration only.
    signal_in_port(module &owner, const std::string &name, sc_core::sc_signal_inout_if<bool> &sink,
                   const std::string &help);
    ~signal_in_port() override;

    // Binds the input to `signal`. Elaboration only.
    void connect(sc_core::sc_signal_in_if<bool> &signal);
    bool may_stay_open() const override { return true; }
    void tie_off() override; // an input that has no output reads false; a signal is left alone

  private:
    class follower;

    sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> *m_in = nullptr;
    sc_core::sc_signal_inout_if<bool> *m_sink = nullptr;
    std::unique_ptr<line_signal> m_open;
    std::unique_ptr<follower> m_follower;
};

// One end of a byte stream. Both ends are the same class; one binding each. All calls on SystemC's thread.
// Nothing is lost between the ends: a receiver without room refuses a byte and says later when it has some.
class stream_port : public port
{
  public:
    // An end of `owner` of that name. Elaboration only.
    stream_port(module &owner, const std::string &name, const std::string &help);

    // `receive` gets each byte from the other end; false: no room, keep it and offer it again after the call
    // of announce_room(). `room` is called when the other end has room again.
    void on_receive(std::function<bool(uint8_t)> receive) { m_receive = std::move(receive); }
    // Is called when the other end has room again.
    void on_room(std::function<void()> room) { m_room = std::move(room); }

    // Sends a byte to the other end. False: it has no room. True when nothing is bound: the byte is gone.
    bool send(uint8_t byte);
    // Tells the other end that bytes can be received again.
    void announce_room();
    bool may_stay_open() const override { return true; }
    // True: there is another end.
    bool connected() const { return m_peer != nullptr; }

    // This end stands for the world outside of the platform: what it sends is input, not what a guest says.
    // In the constructor.
    void declare_outside() { m_outside = true; }
    // True: it has declared so.
    bool outside() const { return m_outside; }
    // `watch` is told each byte that has left this end, by whoever sends it: SystemC's thread, or a vCPU's
    // that has its baton. Elaboration only.
    void on_sent(std::function<void(uint8_t)> watch) { m_sent = std::move(watch); }

  private:
    friend class port;
    static void join_streams(stream_port &a, stream_port &b, const config_node &attributes);

    stream_port *m_peer = nullptr;
    std::function<bool(uint8_t)> m_receive;
    std::function<void()> m_room;
    std::function<void(uint8_t)> m_sent;
    bool m_outside = false;
};

// Families of ports are named by a pattern with a % for each number: "ppi_in_cpu_%_%". True if `name` fits
// it; then `numbers` are those at the places of the %.
bool match_ports(const std::string &pattern, const std::string &name, std::vector<uint64_t> &numbers);

} // namespace tk

#endif
