// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/port.h"
#include "timekeeper/systemc/at_adapter.h"
#include "timekeeper/systemc/module.h"

#include <algorithm>
#include <utility>

namespace tk
{

port::port(module &owner, std::string name, kind what, std::string help)
    : m_owner(owner), m_name(std::move(name)), m_kind(what), m_help(std::move(help))
{
    m_owner.add_port(*this);
}

port::~port()
{
    m_owner.remove_port(*this);
}

std::string port::full_name() const
{
    return m_owner.full_name() + "." + m_name;
}

const char *port::kind_name(kind what)
{
    switch (what) {
    case kind::tlm_initiator:
        return "TLM initiator socket";
    case kind::tlm_target:
        return "TLM target socket";
    case kind::signal_out:
        return "signal output";
    case kind::signal_in:
        return "signal input";
    case kind::stream:
        return "byte stream";
    }
    return "port";
}

bool port::join(port &)
{
    return false;
}

void port::bound(port &, config_node &) {}

// --- binding -----------------------------------------------------------------------------------------

static void refuse_second(const port &taken, const config_node &attributes)
{
    throw config_error(attributes.where(), taken.owner().full_name(),
                       "'" + taken.name() + "' (" + port::kind_name(taken.what()) + ") is bound already",
                       "it takes one binding only");
}

static void bind_tlm(tlm_initiator_port &initiator, tlm_target_port &target, config_node &attributes)
{
    if (initiator.limit() > 0 && initiator.bindings() >= initiator.limit()) {
        refuse_second(initiator, attributes);
    }
    if (target.limit() > 0 && target.bindings() >= target.limit()) {
        refuse_second(target, attributes);
    }
    if (const config_node *protocol = attributes.find("protocol")) {
        const std::string which = protocol->as_string();
        if (which != "lt" && which != "at") {
            protocol->fail("'protocol' is '" + which + "'", "write lt, or at for a target that has only "
                                                            "nb_transport_fw");
        }
        if (which == "at") {
            target.set_at();
        }
    }
    initiator.connect(target);
}

void port::bind(port &a, port &b, config_node &attributes)
{
    const auto pair = std::make_pair(a.what(), b.what());
    // Whichever end the platform file wrote, the driving one comes first from here on.
    const bool swapped = pair == std::make_pair(kind::tlm_target, kind::tlm_initiator) ||
                         pair == std::make_pair(kind::signal_in, kind::signal_out);
    port &from = swapped ? b : a;
    port &to = swapped ? a : b;
    const bool tlm = from.what() == kind::tlm_initiator && to.what() == kind::tlm_target;
    const bool signal = from.what() == kind::signal_out && to.what() == kind::signal_in;
    const bool stream = from.what() == kind::stream && to.what() == kind::stream;

    if (!tlm && !signal && !stream) {
        throw config_error(attributes.where(), a.owner().full_name(),
                           "cannot bind '" + a.name() + "' (" + kind_name(a.what()) + ") to " +
                               b.full_name() + " (" + kind_name(b.what()) + ")",
                           "an output or initiator goes with an input or target of the same sort");
    }
    if (signal && to.bindings() > 0) {
        refuse_second(to, attributes);
    }
    if (from.join(to) || to.join(from)) {
        from.m_joined++;
        to.m_joined++;
    } else if (tlm) {
        auto &initiator = static_cast<tlm_initiator_port &>(from);
        auto &target = static_cast<tlm_target_port &>(to);
        bind_tlm(initiator, target, attributes);
        initiator.m_targets.push_back(&target);
    } else if (signal) {
        static_cast<signal_in_port &>(to).connect(static_cast<signal_out_port &>(from).signal());
    } else {
        stream_port::join_streams(static_cast<stream_port &>(from), static_cast<stream_port &>(to),
                                  attributes);
    }
    from.m_bindings++;
    to.m_bindings++;
    from.bound(to, attributes);
    to.bound(from, attributes);
}

// --- TLM ---------------------------------------------------------------------------------------------

tlm_initiator_port::tlm_initiator_port(module &owner, const std::string &name, const std::string &help,
                                       bool optional)
    : port(owner, name, kind::tlm_initiator, help), m_limit(0), m_optional(optional)
{
}

void tlm_initiator_port::connect(tlm_target_port &target)
{
    m_bind(target);
}

tlm_target_port::adapter_scope::adapter_scope(const tlm_target_port &port)
    : m_scope(std::make_unique<elaboration_scope>(port.owner())),
      m_name(port.name() + "_adapter_" + std::to_string(port.m_adapters.size()))
{
}

tlm_target_port::adapter_scope::~adapter_scope() = default;

tlm_target_base *tlm_target_port::at_socket(tlm_target_base &socket) const
{
    const adapter_scope inside(*this);
    auto made = std::make_unique<at_adapter>(inside.name().c_str());
    tlm_target_base *const result = &made->target;

    made->initiator.bind(socket);
    m_adapters.push_back(std::move(made));
    return result;
}

void tlm_target_port::read_direct()
{
    const config_node *given = owner().config().find("direct");

    if (given) {
        m_direct = given->as_boolean();
        m_direct_given = true;
    }
}

void tlm_target_port::declare_direct()
{
    m_direct = m_direct_given ? m_direct : true;
}

void tlm_target_port::declare_direct_end()
{
    declare_direct();
    m_ends_here = true;
}

tlm_target_port::consent tlm_target_port::direct() const
{
    if (m_direct_given && !m_direct) {
        return consent::no;
    }
    if (m_asks && !m_at) {
        return consent::asks;
    }
    if (!m_direct || m_at) {
        return consent::no;
    }
    return m_ends_here ? consent::yes : direct_behind();
}

// What the owner's initiator ports are bound to, wherever it hands transactions on to: the least of them.
tlm_target_port::consent tlm_target_port::direct_behind() const
{
    consent least = consent::yes;

    if (m_visited) {
        return least; // of a circle: the others say
    }
    m_visited = true;
    for (const port *each : owner().ports()) {
        if (each->what() == kind::tlm_initiator) {
            for (const tlm_target_port *next : static_cast<const tlm_initiator_port *>(each)->targets()) {
                least = std::min(least, next->direct());
            }
        }
    }
    m_visited = false;
    return least;
}

bool tlm_target_port::leads_to(const tlm_target_port &other) const
{
    bool found = this == &other;

    if (found || m_visited || m_asks || m_ends_here || direct() == consent::no) {
        return found;
    }
    m_visited = true;
    for (const port *each : owner().ports()) {
        if (each->what() == kind::tlm_initiator) {
            for (const tlm_target_port *next : static_cast<const tlm_initiator_port *>(each)->targets()) {
                found = found || next->leads_to(other);
            }
        }
    }
    m_visited = false;
    return found;
}

// --- signals -----------------------------------------------------------------------------------------

signal_out_port::signal_out_port(module &owner, const std::string &name,
                                 sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &out,
                                 const std::string &help)
    : port(owner, name, kind::signal_out, help), m_out(&out)
{
}

signal_out_port::signal_out_port(module &owner, const std::string &name,
                                 sc_core::sc_signal_in_if<bool> &source, const std::string &help)
    : port(owner, name, kind::signal_out, help), m_source(&source)
{
}

signal_out_port::~signal_out_port() = default;

sc_core::sc_signal_in_if<bool> &signal_out_port::signal()
{
    if (!m_source) {
        elaboration_scope scope(owner());
        m_signal = std::make_unique<line_signal>((name() + "_line").c_str());
        m_out->bind(*m_signal);
        m_source = m_signal.get();
    }
    return *m_source;
}

// Writes what it reads, from the beginning on.
class signal_in_port::follower : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(follower);
    follower(const sc_core::sc_module_name &name, const sc_core::sc_signal_in_if<bool> &source,
             sc_core::sc_signal_inout_if<bool> &sink)
        : sc_module(name), m_source(source), m_sink(sink)
    {
        SC_METHOD(follow);
        sensitive << source.value_changed_event();
    }

  private:
    void follow() { m_sink.write(m_source.read()); }

    const sc_core::sc_signal_in_if<bool> &m_source;
    sc_core::sc_signal_inout_if<bool> &m_sink;
};

signal_in_port::signal_in_port(module &owner, const std::string &name,
                               sc_core::sc_port_b<sc_core::sc_signal_in_if<bool>> &in,
                               const std::string &help)
    : port(owner, name, kind::signal_in, help), m_in(&in)
{
}

signal_in_port::signal_in_port(module &owner, const std::string &name,
                               sc_core::sc_signal_inout_if<bool> &sink, const std::string &help)
    : port(owner, name, kind::signal_in, help), m_sink(&sink)
{
}

signal_in_port::~signal_in_port() = default;

void signal_in_port::connect(sc_core::sc_signal_in_if<bool> &signal)
{
    if (m_in) {
        m_in->bind(signal);
        return;
    }
    elaboration_scope scope(owner());
    m_follower = std::make_unique<follower>((name() + "_follower").c_str(), signal, *m_sink);
}

void signal_in_port::tie_off()
{
    if (m_in) {
        elaboration_scope scope(owner());
        m_open = std::make_unique<line_signal>((name() + "_open").c_str());
        m_in->bind(*m_open);
    }
}

// --- byte streams ------------------------------------------------------------------------------------

stream_port::stream_port(module &owner, const std::string &name, const std::string &help)
    : port(owner, name, kind::stream, help)
{
}

void stream_port::join_streams(stream_port &a, stream_port &b, const config_node &attributes)
{
    if (a.m_peer || b.m_peer) {
        refuse_second(a.m_peer ? a : b, attributes);
    }
    a.m_peer = &b;
    b.m_peer = &a;
}

bool stream_port::send(uint8_t byte)
{
    const bool taken = !m_peer || !m_peer->m_receive || m_peer->m_receive(byte);
    if (taken && m_sent) {
        m_sent(byte);
    }
    return taken;
}

void stream_port::announce_room()
{
    if (m_peer && m_peer->m_room) {
        m_peer->m_room();
    }
}

// --- port names --------------------------------------------------------------------------------------

bool match_ports(const std::string &pattern, const std::string &name, std::vector<uint64_t> &numbers)
{
    size_t at = 0;

    numbers.clear();
    for (const char expected : pattern) {
        if (expected != '%') {
            if (at >= name.size() || name[at++] != expected) {
                return false;
            }
            continue;
        }
        const size_t begin = at;
        uint64_t number = 0;
        while (at < name.size() && name[at] >= '0' && name[at] <= '9' && at - begin < 9) {
            number = number * 10 + static_cast<uint64_t>(name[at++] - '0');
        }
        if (at == begin) {
            return false;
        }
        numbers.push_back(number);
    }
    return at == name.size();
}

} // namespace tk
