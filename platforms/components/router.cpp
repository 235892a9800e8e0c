// SPDX-License-Identifier: MIT
#include "router.h"
#include "window.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <set>

namespace components
{

TK_MODULE("router", router, "hands transactions to targets by address");

// One initiator's way in: where an answer to nb_transport_fw goes.
class router::entry : public tlm::tlm_fw_transport_if<>
{
  public:
    entry(router &owner, size_t index)
        : m_router(owner), m_at(*this, [this, index]() -> tlm::tlm_bw_transport_if<> & {
              return m_router.initiator_of(index);
          })
    {
    }

    void b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay) override
    {
        m_router.route(transaction, delay);
    }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload &transaction, tlm::tlm_phase &phase,
                                       sc_core::sc_time &delay) override
    {
        return m_at.nb_transport_fw(transaction, phase, delay);
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi) override
    {
        return m_router.grant(transaction, dmi, *this);
    }
    unsigned transport_dbg(tlm::tlm_generic_payload &transaction) override
    {
        return m_router.transport_dbg(transaction);
    }

  private:
    router &m_router;
    at_queue m_at;
};

router::~router() = default;

router::router(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context),
      m_unknown(*this, [this]() -> tlm::tlm_bw_transport_if<> & { return initiator_of(0); })
{
    context.expect_args(0, 0);
    m_socket.bind(*this);
    m_initiator_side.declare_asks();
}

// --- binding -----------------------------------------------------------------------------------------

tlm::tlm_fw_transport_if<> &router::add_entry()
{
    m_entries.push_back(std::make_unique<entry>(*this, m_entries.size()));
    return *m_entries.back();
}

tlm::tlm_bw_transport_if<> &router::initiator_of(size_t index)
{
    return *m_socket[static_cast<int>(index)];
}

router::target_side::target_side(router &owner)
    : tlm_initiator_port(owner, "initiator_socket", "to any number of targets, each with an address window",
                         true),
      m_router(owner)
{
}

void router::target_side::connect(tk::tlm_target_port &target)
{
    m_router.add_target(target);
}

void router::target_side::bound(port &other, tk::config_node &attributes)
{
    m_router.read_windows(other, window_table(other, attributes));
}

void router::add_target(tk::tlm_target_port &target)
{
    const tk::elaboration_scope inside(*this);
    const int index = static_cast<int>(m_targets.size());
    auto added = std::make_unique<bound_target>();

    added->name = target.full_name();
    added->port = &target;
    added->socket = std::make_unique<target_socket>(("initiator_socket_" + std::to_string(index)).c_str());
    added->socket->register_invalidate_direct_mem_ptr(this, &router::invalidate, index);
    added->socket->bind(target.socket());
    m_targets.push_back(std::move(added));
    m_unplaced = m_targets.back().get();
}

// `first`: the target's first window, for an alias; nullptr for the first itself.
router::window router::read_window(tk::port &target, tk::config_node &attributes, const window *first)
{
    const tk::config_node *address = attributes.find("address");
    const tk::config_node *size = attributes.find("size");
    const tk::config_node *priority = attributes.find("priority");
    const tk::config_node *relative = attributes.find("relative_addresses");

    if (!address || (!size && !first)) {
        throw tk::config_error(attributes.where(), target.owner().full_name(),
                               "'" + target.name() + (first ? "', alias " + attributes.key() + "," : "'") +
                                   " has no " + (address ? "size" : "address"),
                               first ? "an alias needs address = ..."
                                     : "a target behind a router needs address = ..., size = ...");
    }
    const uint64_t bytes = size ? size->as_uint64() : first->last - first->first + 1;
    window added;
    added.target = m_unplaced;
    added.where = attributes.where();
    added.first = address->as_uint64();
    if (bytes == 0 || bytes - 1 > UINT64_MAX - added.first) {
        (size ? size : address)
            ->fail("'size' is " + std::to_string(bytes), "the window must hold a byte and end below 2^64");
    }
    added.last = added.first + (bytes - 1);
    added.priority = priority ? priority->as_int64() : first ? first->priority : 0;
    added.relative = relative ? relative->as_boolean() : first ? first->relative : true;
    return added;
}

// The windows of the target that add_target() has just taken. (One that joined by its own means has none.)
void router::read_windows(tk::port &target, tk::config_node &attributes)
{
    if (!m_unplaced) {
        return;
    }
    const window first = read_window(target, attributes, nullptr);
    m_windows.push_back(first);
    if (tk::config_node *aliases = attributes.find("aliases")) {
        aliases->use();
        for (const auto &each : aliases->children()) {
            if (!each->is_table()) {
                each->fail("alias " + each->key() + " is " + each->kind_name(),
                           "write aliases = { { address = ..., size = ... }, ... }");
            }
            each->use();
            m_windows.push_back(read_window(target, *each, &first));
        }
    }
    m_unplaced = nullptr;
}

// --- the map -----------------------------------------------------------------------------------------

static std::string range_text(uint64_t first, uint64_t last)
{
    char text[48];
    snprintf(text, sizeof(text), "0x%" PRIx64 "..0x%" PRIx64, first, last);
    return text;
}

void router::refuse_overlaps() const
{
    for (size_t j = 1; j < m_windows.size(); j++) {
        for (size_t i = 0; i < j; i++) {
            const window &a = m_windows[i], &b = m_windows[j];
            if (a.priority == b.priority && a.first <= b.last && b.first <= a.last) {
                throw tk::config_error(b.where, b.target->name,
                                       "its window " + range_text(b.first, b.last) + " overlaps that of " +
                                           a.target->name + ", " + range_text(a.first, a.last) + ", at " +
                                           full_name(),
                                       "move one, or give one of them a lower priority value to win");
            }
        }
    }
}

const router::window *router::winner_at(uint64_t address) const
{
    const window *best = nullptr;
    for (const window &each : m_windows) {
        if (address >= each.first && address <= each.last && (!best || each.priority < best->priority)) {
            best = &each;
        }
    }
    return best;
}

// Between two neighbouring edges of windows nothing changes: one look at each such place makes the map.
void router::lay_out()
{
    std::set<uint64_t> edges;
    for (const window &each : m_windows) {
        edges.insert(each.first);
        if (each.last < UINT64_MAX) {
            edges.insert(each.last + 1);
        }
    }
    for (auto at = edges.begin(); at != edges.end(); ++at) {
        const auto next = std::next(at);
        const uint64_t last = next == edges.end() ? UINT64_MAX : *next - 1;
        const window *owner = winner_at(*at);
        if (owner && !m_map.empty() && m_map.back().owner == owner && m_map.back().last + 1 == *at) {
            m_map.back().last = last;
        } else if (owner) {
            m_map.push_back({*at, last, owner});
        }
    }
}

void router::configured()
{
    refuse_overlaps();
    lay_out();
}

const router::stretch *router::find(uint64_t address) const
{
    const stretch *recent = m_recent.load(std::memory_order_relaxed);
    if (recent && address >= recent->first && address <= recent->last) {
        return recent;
    }
    const auto after = std::upper_bound(m_map.begin(), m_map.end(), address,
                                        [](uint64_t a, const stretch &each) { return a < each.first; });
    if (after == m_map.begin() || address > std::prev(after)->last) {
        return nullptr;
    }
    const stretch *found = &*std::prev(after);
    m_recent.store(found, std::memory_order_relaxed);
    return found;
}

// --- TLM-2.0 -----------------------------------------------------------------------------------------

// How many bytes the transaction covers beyond its first; a streaming burst comes back to its beginning.
static uint64_t reach(const tlm::tlm_generic_payload &transaction)
{
    const uint64_t length = std::min(transaction.get_data_length(), transaction.get_streaming_width());
    return length > 0 ? length - 1 : 0;
}

inline void router::route(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    const uint64_t address = transaction.get_address();
    const stretch *at = find(address);

    transaction.set_dmi_allowed(false);
    if (!at || reach(transaction) > at->last - address) {
        transaction.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    transaction.set_address(address - at->owner->base());
    bound_target &target = *at->owner->target;
    tk::wait_finder::call(transaction, *target.port,
                          [&] { (*target.socket)->b_transport(transaction, delay); });
    transaction.set_address(address);
}

void router::b_transport(tlm::tlm_generic_payload &transaction, sc_core::sc_time &delay)
{
    route(transaction, delay);
}

tlm::tlm_sync_enum router::nb_transport_fw(tlm::tlm_generic_payload &transaction, tlm::tlm_phase &phase,
                                           sc_core::sc_time &delay)
{
    if (m_socket.size() != 1) {
        SC_REPORT_ERROR(name(),
                        "nb_transport_fw through the socket of another module comes from one of several "
                        "initiators; bind them to the router's own target_socket");
        transaction.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return tlm::TLM_COMPLETED;
    }
    return m_unknown.nb_transport_fw(transaction, phase, delay);
}

// False: the target has to be asked.
bool router::answer_direct(tk::direct_extension &ask, const stretch &at, tlm::tlm_dmi &dmi,
                           const tlm::tlm_fw_transport_if<> &called) const
{
    using consent = tk::tlm_target_port::consent;
    const bound_target &target = *at.owner->target;
    const consent agreed = ask.reaches(called, m_initiator_side) ? target.port->direct() : consent::no;

    if (agreed == consent::asks) {
        ask.calls = target.socket->operator->();
        ask.bound_to = target.port;
        return false;
    }
    ask.direct = agreed == consent::yes;
    ask.target = target.name;
    dmi.set_start_address(at.first);
    dmi.set_end_address(at.last);
    dmi.allow_none();
    return true;
}

bool router::get_direct_mem_ptr(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi)
{
    return grant(transaction, dmi, *this);
}

// `called`: the interface that the initiator has.
bool router::grant(tlm::tlm_generic_payload &transaction, tlm::tlm_dmi &dmi,
                   const tlm::tlm_fw_transport_if<> &called)
{
    const uint64_t address = transaction.get_address();
    const stretch *at = find(address);

    dmi.init();
    if (!at) {
        const auto after = std::upper_bound(m_map.begin(), m_map.end(), address,
                                            [](uint64_t a, const stretch &each) { return a < each.first; });
        dmi.allow_none();
        dmi.set_start_address(after == m_map.begin() ? 0 : std::prev(after)->last + 1);
        dmi.set_end_address(after == m_map.end() ? UINT64_MAX : after->first - 1);
        return false;
    }
    auto *ask = transaction.get_extension<tk::direct_extension>();
    if (ask && answer_direct(*ask, *at, dmi, called)) {
        return false;
    }
    const uint64_t base = at->owner->base();
    transaction.set_address(address - base);
    const bool granted = (*at->owner->target->socket)->get_direct_mem_ptr(transaction, dmi);
    transaction.set_address(address);

    // What the target says holds in its own addresses and for all of it; here only for this stretch.
    const uint64_t first = std::max<uint64_t>(dmi.get_start_address(), at->first - base);
    const uint64_t last = std::min<uint64_t>(dmi.get_end_address(), at->last - base);
    if (first > last) {
        dmi.allow_none();
        dmi.set_start_address(address);
        dmi.set_end_address(address);
        return false;
    }
    if (granted) {
        dmi.set_dmi_ptr(dmi.get_dmi_ptr() + (first - dmi.get_start_address()));
    }
    dmi.set_start_address(first + base);
    dmi.set_end_address(last + base);
    return granted;
}

// The target does not know where it is visible: each of its windows is concerned.
void router::invalidate(int index, sc_dt::uint64 first, sc_dt::uint64 last)
{
    const bound_target *from = m_targets[static_cast<size_t>(index)].get();

    for (const window &each : m_windows) {
        const uint64_t begin = std::max<uint64_t>(first, each.first - each.base());
        const uint64_t end = std::min<uint64_t>(last, each.last - each.base());
        for (int i = 0; each.target == from && begin <= end && i < m_socket.size(); i++) {
            m_socket[i]->invalidate_direct_mem_ptr(begin + each.base(), end + each.base());
        }
    }
}

unsigned router::transport_dbg(tlm::tlm_generic_payload &transaction)
{
    const uint64_t address = transaction.get_address();
    unsigned char *const data = transaction.get_data_ptr();
    const unsigned length = transaction.get_data_length();
    unsigned done = 0;

    while (done < length) {
        const stretch *at = find(address + done);
        if (!at || address + done < address) {
            break;
        }
        const auto part =
            static_cast<unsigned>(std::min<uint64_t>(length - done - 1u, at->last - (address + done)) + 1u);
        transaction.set_address(address + done - at->owner->base());
        transaction.set_data_ptr(data + done);
        transaction.set_data_length(part);
        const unsigned moved = (*at->owner->target->socket)->transport_dbg(transaction);
        done += moved;
        if (moved < part) {
            break;
        }
    }
    transaction.set_address(address);
    transaction.set_data_ptr(data);
    transaction.set_data_length(length);
    return done;
}

} // namespace components
