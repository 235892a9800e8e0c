// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/bus_master.h"

#include "timekeeper/systemc/access_extension.h"
#include "timekeeper/systemc/direct.h"
#include "timekeeper/systemc/qemu/instance.h"
#include "timekeeper/systemc/qemu/region.h"

#include <algorithm>
#include <cstring>
#include <iostream>

namespace tk
{

// The whole address space; below what is mapped directly.
static constexpr uint64_t everything = UINT64_MAX;
static constexpr int callback_priority = -1;
static constexpr uint64_t page_mask = 4095;
static constexpr unsigned most_answers = 1000; // of windows and gaps between them, in map_ahead()

qemu_bus_master::qemu_bus_master(qemu_instance &instance, module &owner, initiator_socket &socket,
                                 const std::string &help)
    : sc_module(sc_core::sc_module_name((std::string(socket.basename()) + "_master").c_str())),
      m_instance(instance), m_owner(owner), m_socket(socket), m_port(owner, socket.basename(), socket, help),
      m_client(*keeper::instance()), m_timeline(keeper::instance()->timeline())
{
    m_socket.register_invalidate_direct_mem_ptr(this, &qemu_bus_master::invalidate);
    m_payload.set_extension(new access_extension); // the payload's from now on
    m_work_payload.set_extension(new access_extension);
    // Not as soon as a transaction is over: the target, or a process that it wakes, may have arranged
    // something for soon, and the vCPU must not run past it before the window says so.
    m_client.on_settled([this] { answer_served(); });
    m_client.on_look([this] { show(); });
    SC_METHOD(accept);
    sensitive << m_client.event();
    dont_initialize();
    SC_THREAD(serve);
    sensitive << m_work;
}

std::string qemu_bus_master::full_name() const
{
    return m_owner.full_name() + "." + m_port.name();
}

libqemu_memory *qemu_bus_master::create(libqemu_memory *space)
{
    const libqemu_api &api = m_instance.api();

    m_root = space ? space : api.memory_container((full_name() + ".root").c_str(), everything);
    libqemu_memory *callback =
        api.memory_callback(full_name().c_str(), everything, &qemu_bus_master::on_access, this);
    // cppcheck takes the call for a list of members that keep its arguments; QEMU copies names.
    // cppcheck-suppress danglingTemporaryLifetime
    if (api.memory_add(m_root, callback, 0, callback_priority) < 0) {
        m_owner.fail("QEMU cannot give '" + m_port.name() + "' an address space");
    }
    m_direct = std::make_unique<direct_map>(api, full_name(), m_root, &qemu_bus_master::on_access, this);
    return m_root;
}

// --- queues ------------------------------------------------------------------------------------------

void qemu_bus_master::queue::push(request &last)
{
    last.next = nullptr;
    (m_first ? m_last->next : m_first) = &last;
    m_last = &last;
}

qemu_bus_master::request *qemu_bus_master::queue::pop()
{
    request *const first = m_first;

    if (first) {
        m_first = first->next;
    }
    return first;
}

void qemu_bus_master::queue::append(queue &others)
{
    if (!others.m_first) {
        return;
    }
    (m_first ? m_last->next : m_first) = others.m_first;
    m_last = others.m_last;
    others.m_first = nullptr;
}

// --- the accessing thread ----------------------------------------------------------------------------

// Tells the trace of a vCPU's transaction, in whichever lane.
class qemu_bus_master::traced
{
  public:
    traced(tk_timeline *timeline, const libqemu_access &access, unsigned vcpu)
        : m_access(access), m_vcpu(vcpu)
    {
        m_timeline = tk_timeline_traced(timeline, &m_since) ? timeline : nullptr;
    }
    // Somebody who looks meanwhile should see it.
    void may_take_long() const { note(TK_TRACE_ACCESS, 0, 0); }
    void over(const outcome &end) const
    {
        note(TK_TRACE_ACCESSED, end.result == LIBQEMU_ACCESS_OK ? 0 : TK_TRACE_ERROR,
             end.end_ps > end.time_ps ? end.end_ps - end.time_ps : 0);
    }

  private:
    void note(tk_trace_kind kind, uint32_t detail, uint64_t length_ps) const
    {
        if (m_timeline) {
            tk_timeline_note_since(m_timeline, kind, m_vcpu,
                                   detail | m_access.size | (m_access.is_write ? TK_TRACE_WRITE : 0),
                                   m_access.address, length_ps, m_since);
        }
    }

    tk_timeline *m_timeline; // nullptr: nobody is told
    uint64_t m_since = 0;
    const libqemu_access &m_access;
    const unsigned m_vcpu;
};

// Thread: the accessor's, mostly the vCPU's; without QEMU's big lock.
libqemu_access_result qemu_bus_master::on_access(void *opaque, libqemu_access *access)
{
    auto *self = static_cast<qemu_bus_master *>(opaque);
    if (std::this_thread::get_id() == self->m_kernel) {
        return self->look(*access);
    }
    const int vcpu = access->debug ? -1 : self->m_instance.vcpu(access->cpu);
    return vcpu >= 0 ? self->go(*access, static_cast<unsigned>(vcpu)) : self->go_without_clock(*access);
}

libqemu_access_result qemu_bus_master::go(libqemu_access &access, unsigned vcpu)
{
    const traced told(m_timeline, access, vcpu);
    request &work = request_of(vcpu);
    const outcome *end = &work.so_far;

    work.access = access;
    work.transacted = false;
    if (!go_directly(work)) {
        told.may_take_long();
        hand_over_time(work);
        await(work, work.answered);
        end = &work.end;
        if (!end->resumed) {
            tk_timeline_resync(m_timeline, vcpu);
        }
    }
    told.over(*end);
    access.data = end->data;
    return end->result;
}

libqemu_access_result qemu_bus_master::go_without_clock(libqemu_access &access)
{
    request work(*this, -1);

    work.access = access;
    work.begin(0);
    hand_over(work);
    await(work, m_answered);
    access.data = work.end.data;
    return work.end.result;
}

// Ends: SystemC's kernel does not stop for a posted request, and serves them in order; close() answers all
// when there is no kernel any more.
void qemu_bus_master::await(const request &work, tk_gate &answered)
{
    for (uint32_t ticket = tk_gate_ticket(&answered); !work.done; ticket = tk_gate_ticket(&answered)) {
        tk_gate_wait(&answered, ticket, TK_GATE_FOREVER);
    }
}

// The thread of that vCPU, and no other, looks there.
qemu_bus_master::request &qemu_bus_master::request_of(unsigned vcpu)
{
    std::unique_ptr<request> &place = m_requests[vcpu];

    if (!place) {
        place = std::make_unique<request>(*this, static_cast<int>(vcpu));
    }
    return *place;
}

// --- the direct lane, on a vCPU's thread --------------------------------------------------------------

// Transactions of the direct lane that have left SystemC an event which the keeper has not looked at yet:
// windows still end where the next event was before. Nobody else may come in between, because who finds the
// next event as it left it goes on, and would run past it. Whoever has the baton.
static unsigned s_left_open;

static uint64_t next_event_ps()
{
    return sc_core::sc_pending_activity()
               ? to_ps(sc_core::sc_time_stamp()) + to_ps(sc_core::sc_time_to_pending_activity())
               : UINT64_MAX;
}

// Of a target that is not direct. Another thread may change the two meanwhile: the thread lane is never
// wrong.
bool qemu_bus_master::is_known_to_wait(uint64_t address) const
{
    return address >= m_waiting_first.load(std::memory_order_relaxed) &&
           address <= m_waiting_last.load(std::memory_order_relaxed);
}

// False: the thread lane has to do it, or the rest of it.
bool qemu_bus_master::go_directly(request &work)
{
    const auto vcpu = static_cast<unsigned>(work.vcpu);
    uint64_t local_ps;

    if (!m_any_direct.load(std::memory_order_relaxed) || is_known_to_wait(work.access.address) ||
        !tk_timeline_direct_begin(m_timeline, vcpu, &local_ps)) {
        return false;
    }
    const lane *known = find_lane(work.access.address);
    if (!known || !known->direct || s_left_open > 0) {
        if (known && !known->direct) {
            m_waiting_first = known->first;
            m_waiting_last = known->last;
        }
        tk_timeline_direct_end(m_timeline);
        return false;
    }
    const uint64_t next_ps = next_event_ps();
    work.begin(local_ps);
    transact_directly(work, local_ps);
    const bool over = !work.failure && next_event_ps() == next_ps;
    s_left_open += over ? 0 : 1;
    tk_timeline_direct_end(m_timeline);
    work.transacted = true;
    if (over && work.so_far.end_ps > local_ps) {
        tk_timeline_delay(m_timeline, vcpu, work.so_far.end_ps - local_ps);
    }
    return over;
}

void qemu_bus_master::transact_directly(request &work, uint64_t local_ps)
{
    const uint64_t now_ps = to_ps(sc_core::sc_time_stamp());
    sc_core::sc_time delay = from_ps(local_ps > now_ps ? local_ps - now_ps : 0);

    wait_finder::forget();
    try {
        call(work.access, m_payload, delay, work.so_far);
    } catch (...) {
        work.failure = std::current_exception(); // reported on SystemC's thread
        work.waited = wait_finder::waited();
    }
    work.so_far.end_ps = now_ps + to_ps(delay);
}

const qemu_bus_master::lane *qemu_bus_master::find_lane(uint64_t address) const
{
    for (const lane &each : m_lanes) {
        if (address >= each.first && address <= each.last) {
            return &each;
        }
    }
    return nullptr;
}

// Thread: SystemC's. A debugger looks at memory; and a reset that we caused makes QEMU look at a Cortex-M's
// vectors, when nobody could serve a transaction meanwhile. Before the simulation has started there is
// nothing to look at; what QEMU then reads is read again when its machine is complete.
libqemu_access_result qemu_bus_master::look(libqemu_access &access)
{
    if (!sc_core::sc_start_of_simulation_invoked()) {
        access.data = 0;
        return LIBQEMU_ACCESS_OK;
    }
    unsigned char data[8];
    tlm::tlm_generic_payload payload;

    memcpy(data, &access.data, sizeof(data));
    payload.set_command(access.is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(access.address);
    payload.set_data_ptr(data);
    payload.set_data_length(access.size);
    payload.set_streaming_width(access.size);
    if (m_socket->transport_dbg(payload) < access.size) {
        return LIBQEMU_ACCESS_DECODE_ERROR;
    }
    access.data = 0;
    memcpy(&access.data, data, access.size);
    return LIBQEMU_ACCESS_OK;
}

void qemu_bus_master::hand_over_time(request &work)
{
    const auto vcpu = static_cast<unsigned>(work.vcpu);

    work.done.store(false, std::memory_order_relaxed);
    work.ask(m_timeline, vcpu);
    // Either close() finds the request, or it has begun, and we see that.
    if (m_closed && tk_timeline_withdraw(m_timeline, vcpu)) {
        if (!work.transacted) {
            work.begin(0); // what is there is the last one's
        }
        answer(work);
    }
}

// Of somebody who has no clock that has to wait.
void qemu_bus_master::hand_over(request &work)
{
    bool closed;
    {
        std::lock_guard<std::mutex> hold(m_lock);
        closed = m_closed;
        if (!closed) {
            (work.access.debug ? m_looks : m_posted).push(work);
        }
    }
    if (closed) {
        answer(work);
    } else if (work.access.debug) {
        m_client.look();
    } else {
        m_client.post();
    }
}

// Any thread; the request may be gone, or be another one, when it returns.
void qemu_bus_master::answer(request &work)
{
    tk_gate &answered = work.vcpu >= 0 ? work.answered : m_answered;

    if (work.goes_on) {
        tk_timeline_go_on(m_timeline, false);
    }
    work.end = work.so_far;
    work.done = true;
    tk_gate_open(&answered);
}

void qemu_bus_master::close()
{
    queue left;
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_closed = true;
        left.append(m_posted);
        left.append(m_looks);
    }
    keeper::instance()->take_all();
    left.append(m_accepted);
    left.append(m_served);
    if (m_in_work) {
        left.push(*m_in_work);
    }
    while (request *each = left.pop()) {
        restart(*each);
    }
}

void qemu_bus_master::restart(request &work)
{
    if (work.vcpu >= 0) {
        work.so_far.resumed =
            tk_timeline_restart(m_timeline, static_cast<unsigned>(work.vcpu), work.so_far.end_ps);
    }
    answer(work);
}

void qemu_bus_master::answer_served()
{
    while (request *each = m_served.pop()) {
        if (each->vcpu >= 0) {
            each->so_far.resumed =
                keeper::instance()->answer(static_cast<unsigned>(each->vcpu), each->so_far.end_ps);
        }
        answer(*each);
    }
}

// A debugger looks. Time stands, so a transaction would not come to its turn, and a target that waits would
// have it wait for ever.
void qemu_bus_master::show()
{
    queue all;
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        all.append(m_looks);
    }
    while (request *each = all.pop()) {
        each->so_far.result = look(each->access);
        each->so_far.data = each->access.data;
        answer(*each);
    }
}

// --- SystemC's thread --------------------------------------------------------------------------------

// What somebody without a clock has posted.
void qemu_bus_master::accept()
{
    queue posted;
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        posted.append(m_posted);
    }
    m_accepted.append(posted);
    m_work.notify();
}

void qemu_bus_master::request::begin(uint64_t local_ps)
{
    so_far = {};
    so_far.time_ps = so_far.end_ps = local_ps;
    so_far.data = access.data;
    failure = nullptr;
}

void qemu_bus_master::request::taken(uint64_t local_ps, bool over)
{
    if (transacted) {
        so_far.end_ps = std::max(so_far.end_ps, local_ps);
    } else {
        begin(local_ps);
    }
    if (master.m_closed) {
        master.restart(*this);
    } else {
        master.m_accepted.push(*this);
        if (!over) {
            master.m_work.notify();
        }
    }
}

void qemu_bus_master::serve()
{
    for (;;) {
        m_in_work = m_accepted.pop();
        if (m_in_work) {
            transact(*m_in_work);
            m_served.push(*m_in_work);
        } else {
            wait();
        }
    }
}

static libqemu_access_result result_of(tlm::tlm_response_status status)
{
    switch (status) {
    case tlm::TLM_OK_RESPONSE:
        return LIBQEMU_ACCESS_OK;
    case tlm::TLM_ADDRESS_ERROR_RESPONSE:
        return LIBQEMU_ACCESS_DECODE_ERROR;
    default:
        return LIBQEMU_ACCESS_ERROR;
    }
}

void qemu_bus_master::describe(const libqemu_access &access, access_extension &into) const
{
    into.cpu = access.cpu >= 0 ? m_instance.vcpu(access.cpu) : -1;
    into.requester_id = access.requester_id;
    into.secure = access.secure;
    into.privileged = !access.user;
    into.fetch = access.fetch;
    into.exclusive = access.exclusive;
}

void qemu_bus_master::call(const libqemu_access &access, tlm::tlm_generic_payload &payload,
                           sc_core::sc_time &delay, outcome &result)
{
    unsigned char data[8];

    memcpy(data, &access.data, sizeof(data)); // hosts are little-endian, as the access is
    payload.set_command(access.is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(access.address);
    payload.set_data_ptr(data);
    payload.set_data_length(access.size);
    payload.set_streaming_width(access.size);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    describe(access, *payload.get_extension<access_extension>());
    m_socket->b_transport(payload, delay);
    if (payload.is_read()) {
        result.data = 0;
        memcpy(&result.data, data, access.size);
    }
    result.result = result_of(payload.get_response_status());
}

void qemu_bus_master::transact(request &work)
{
    if (work.transacted) {
        if (work.failure) {
            report(work);
        }
        s_left_open--;
    } else {
        const uint64_t now_ps = to_ps(sc_core::sc_time_stamp());
        sc_core::sc_time delay = from_ps(work.so_far.time_ps > now_ps ? work.so_far.time_ps - now_ps : 0);

        // It may be a part of work of QEMU's own, for which time stands; but the target may wait.
        work.goes_on = work.vcpu < 0;
        if (work.goes_on) {
            tk_timeline_go_on(m_timeline, true);
        }
        keeper::instance()->note_delivery();
        const sc_dt::uint64 deltas = sc_core::sc_delta_count();
        const lane *known = find_lane(work.access.address);
        if (!known || known->direct) {
            wait_finder::watch(&m_work_payload);
        }
        call(work.access, m_work_payload, delay, work.so_far);
        const tlm_target_port *const waited = wait_finder::waited();
        wait_finder::watch(nullptr);
        const bool has_waited = sc_core::sc_delta_count() != deltas;
        m_work_payload.set_address(work.access.address); // an interconnect may have left its own there
        if (m_work_payload.is_dmi_allowed()) {
            ask_for_dmi(m_work_payload);
        }
        known = find_lane(work.access.address);
        if (!known) {
            m_work_payload.set_address(work.access.address);
            known = learn_lane(m_work_payload);
        }
        if (has_waited && known && known->direct) {
            report_wait(waited, *known);
        }
        work.so_far.end_ps = to_ps(sc_core::sc_time_stamp() + delay);
    }
}

// nullptr: it is bound by SystemC's own means.
const tlm_target_port *qemu_bus_master::next_hop() const
{
    return m_port.targets().empty() ? nullptr : m_port.targets().front();
}

// nullptr: the target says nothing of this address.
const qemu_bus_master::lane *qemu_bus_master::learn_lane(tlm::tlm_generic_payload &payload)
{
    const uint64_t address = payload.get_address();
    const tlm_target_port *const next = next_hop();
    const tlm_target_port::consent agreed = next ? next->direct() : tlm_target_port::consent::asks;
    direct_extension ask;
    tlm::tlm_dmi dmi;

    if (agreed != tlm_target_port::consent::asks) {
        m_lanes.push_back({0, UINT64_MAX, agreed == tlm_target_port::consent::yes, next->full_name()});
        m_any_direct = m_any_direct || m_lanes.back().direct;
        return &m_lanes.back();
    }
    ask.calls = m_socket.operator->();
    ask.bound_to = next;
    payload.set_extension(&ask);
    m_socket->get_direct_mem_ptr(payload, dmi);
    payload.clear_extension(&ask);
    if (address < dmi.get_start_address() || address > dmi.get_end_address()) {
        return nullptr;
    }
    m_lanes.push_back({dmi.get_start_address(), dmi.get_end_address(), ask.direct, ask.target});
    m_any_direct = m_any_direct || ask.direct;
    return &m_lanes.back();
}

// What a target threw in the direct lane: a wait() is reported, and the rest goes the way that it goes in the
// thread lane.
void qemu_bus_master::report(const request &work)
{
    try {
        std::rethrow_exception(work.failure);
    } catch (const sc_core::sc_report &thrown) {
        if (strcmp(thrown.get_msg_type(), sc_core::SC_ID_WAIT_NOT_ALLOWED_) != 0) {
            throw;
        }
        const lane *known = find_lane(work.access.address);
        report_wait(work.waited, known ? *known : lane{0, 0, true, full_name()});
    }
}

// Its declaration is wrong. Which lane a transaction took depends on the host, so it is told in both.
void qemu_bus_master::report_wait(const tlm_target_port *waited, const lane &known) const
{
    const tlm_target_port *const hop = waited ? waited : next_hop();

    std::cerr << (hop ? hop->full_name() : known.target)
              << ": called wait(), although it is declared to be direct, which means that it never does: set "
                 "direct = false in its table\n"
              << std::flush;
    request_exit(3, "a direct target called wait()");
}

// --- direct access -----------------------------------------------------------------------------------

// Asks for what the transaction was; a grant for writing alone is of no use to QEMU before there is one for
// reading, too. Returns the last address that the answer, yes or no, is about.
uint64_t qemu_bus_master::ask_for_dmi(tlm::tlm_generic_payload &payload)
{
    const uint64_t address = payload.get_address();
    const uint64_t last = ask_to(payload.get_command(), payload);

    if (m_direct->writes(address) && !m_direct->reads(address)) {
        payload.set_address(address);
        return std::min(last, ask_to(tlm::TLM_READ_COMMAND, payload));
    }
    return last;
}

// A grant with a latency is not used for what takes it: a direct access takes no time of its own, and a
// transaction takes as long as the target says.
uint64_t qemu_bus_master::ask_to(tlm::tlm_command command, tlm::tlm_generic_payload &payload)
{
    qemu_region_extension region(m_instance);
    const uint64_t address = payload.get_address();
    tlm::tlm_dmi dmi;

    payload.set_command(command);
    payload.set_extension(&region);
    const bool granted = m_socket->get_direct_mem_ptr(payload, dmi);
    payload.clear_extension(&region);
    const uint64_t first = dmi.get_start_address(), last = dmi.get_end_address();
    if (address < first || address > last) {
        return address;
    }
    if (granted && region.region) {
        const uint64_t before = address - first;
        if (before <= region.address) {
            m_direct->grant(first, last, region.region, region.address - before);
        }
    } else if (granted) {
        m_direct->grant(first, last, dmi.get_dmi_ptr(),
                        dmi.is_read_allowed() && dmi.get_read_latency() == sc_core::SC_ZERO_TIME,
                        dmi.is_write_allowed() && dmi.get_write_latency() == sc_core::SC_ZERO_TIME);
    }
    return last;
}

// A device that makes a transaction in the middle of its work lets go of QEMU's lock meanwhile, and others
// find it half done; and virtio wants whole buffers at once. So what can be direct is, before anything runs.
void qemu_bus_master::map_ahead()
{
    uint64_t address = 0, last = 0;

    // Ends: the address grows by a page at least, and whoever has more answers is left to transactions.
    for (unsigned answers = 0; answers < most_answers; answers++) {
        tlm::tlm_generic_payload payload;
        payload.set_address(address);
        last = ask_to(tlm::TLM_READ_COMMAND, payload);
        if (m_direct->reads(address) && !m_direct->writes(address)) {
            payload.set_address(address);
            last = std::min(last, ask_to(tlm::TLM_WRITE_COMMAND, payload));
        }
        last = last == address ? address | page_mask : last; // an answer that says nothing of what is behind
        if (last == UINT64_MAX) {
            return;
        }
        address = last + 1;
    }
}

void qemu_bus_master::invalidate(sc_dt::uint64 first, sc_dt::uint64 last)
{
    if (m_direct) {
        m_direct->revoke(first, last);
    }
    m_waiting_first = UINT64_MAX;
    m_lanes.erase(std::remove_if(m_lanes.begin(), m_lanes.end(),
                                 [&](const lane &each) { return first <= each.last && each.first <= last; }),
                  m_lanes.end());
}

} // namespace tk
