// SPDX-License-Identifier: MIT
//
// Bytes -> TLM-2.0 transactions of any kind into each component that has a target socket, twice: behind
// routers and alone. Between them lines, streams and resets change, and time goes on. Whatever comes: each
// b_transport is answered, and as bus_model.h says; nothing beside the data is touched, no disabled byte, no
// attribute; memories hold what was written; direct pointers point there; local time never goes back; no
// sanitizer complains.
//
// SystemC elaborates once in a process, so all inputs share one platform. Each begins with a cold reset of
// the whole system and at a multiple of 4 s, so that an input does by itself what it did among others. What
// is left of earlier ones: the absolute time (it ends after 4 million inputs, and says so), how often there
// were resets and dumps, dumps that were asked for at a later time, and that the exiters, whose word counts
// once in a process, have spoken. They would stop SystemC; here tk::request_exit() is our own, and only
// counts.
#include "bus_model.h"
#include "gs_memory.h"
#include "test_modules.h"
#include "test_platform.h"
#include "timekeeper/systemc/direct.h"
#include "timekeeper/systemc/reset.h"

extern "C" {
#include "fuzz.h"
}

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <pthread.h>
#include <string>
#include <vector>

#ifdef __has_feature
#define TELLS_SANITIZER __has_feature(address_sanitizer)
#else
#define TELLS_SANITIZER 0
#endif
#if TELLS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace tk
{

static unsigned s_exits;

void request_exit(int code, const std::string &)
{
    REQUIRE(code >= 0 && code <= 255 && s_exits < 2);
    s_exits++;
}

} // namespace tk

// SystemC's library has a main() that wants it; ours is another.
int sc_main(int, char *[])
{
    return 0;
}

namespace
{

using fuzz::bus_target;
using sc_core::sc_time;

// --- the platform ------------------------------------------------------------------------------------

// A device: one of it is behind the router, in a window of `window` bytes; another one is alone.
struct device {
    const char *name, *text; // the module's table, without its target sockets
    uint64_t span, window;
    unsigned stride = 4;
    std::vector<const char *> sockets = {"target_socket"};
    const char *reset = "reset"; // nullptr: it has none
    const char *irq = "irq";     // nullptr: it has none
};

const std::vector<device> devices = {
    {"pl011", "moduletype = 'Pl011'", 0x1000, 0x1000},
    {"uart", "moduletype = 'uart_16550', regshift = 0", 8, 8, 1},
    {"wide_uart", "moduletype = 'uart_16550'", 32, 64},
    {"rtc", "moduletype = 'pl031'", 0x1000, 0x1000},
    {"gpio", "moduletype = 'pl061'", 0x1000, 0x800},
    {"dual", "moduletype = 'sp804', clock_hz = 1000000000", 0x1000, 0x1000},
    {"dog", "moduletype = 'sp805', clock_hz = 1000000000", 0x1000, 0x1000, 4, {"target_socket"}, "reset_in"},
    {"timer", "moduletype = 'sc_timer'", 0x20, 0x40},
    {"intc", "moduletype = 'simple_intc'", 0x24, 0x24, 4, {"target_socket"}, "reset", nullptr},
    {"box",
     "moduletype = 'mailbox', depth = 3",
     0x18,
     0x18,
     4,
     {"target_socket_0", "target_socket_1"},
     "reset",
     "irq_0"},
    {"dma", "moduletype = 'dma', burst_bytes = 64, initiator_socket = { bind = '&r.target_socket' }", 0x38,
     0x38},
    {"exit", "moduletype = 'exiter'", 4, 8, 4, {"target_socket"}, "reset", nullptr},
    {"control",
     "moduletype = 'reset_controller', num_lines = 16",
     0x2c,
     0x30,
     4,
     {"target_socket"},
     "reset",
     nullptr},
    {"dumper",
     "moduletype = 'memory_dumper', at_end = false, { address = 0xff0, size = 40, file = 'dump' },\n"
     " initiator_socket = { bind = '&r.target_socket' }",
     0x0c,
     0x10,
     4,
     {"target_socket"},
     nullptr,
     nullptr},
};

const std::vector<const char *> inputs = {"pin", "pin_too", "trigger", "request", "warm", "cold", "intr"};
const std::vector<const char *> uarts = {"pl011", "uart", "wide_uart"};
constexpr uint64_t top_base = UINT64_MAX - 0xff, inner_base = 0x40000000,
                   one_second = UINT64_C(1000000000000);
constexpr uint64_t inputs_begin_at = 4 * one_second;

struct memory {
    const char *name, *text;
    bool read_only = false, dmi = true;
    uint64_t latency_ps = 0;
};

// Those of the name "..._alone" have no router before them, and nobody but us writes them.
const std::vector<memory> memories = {
    {"ram",
     "latency_ns = 3, target_socket = { address = 0, size = 0x1000, priority = 1,\n"
     " aliases = { { address = 0x8000, size = 0x800 } }, bind = '&r.initiator_socket' }",
     false, true, 3000},
    {"rom",
     "read_only = true, init_mem_val = 0xa5,\n"
     " target_socket = { address = 0x1000, size = 0x100, bind = '&r.initiator_socket' }",
     true},
    {"odd",
     "size = 37, dmi_allow = false, init_mem_val = 7,\n"
     " target_socket = { address = 0x2000, size = 0x40, bind = '&r.initiator_socket' }",
     false, false},
    {"absolute",
     "size = 0x3080, target_socket = { address = 0x3000, size = 0x100, relative_addresses = false,\n"
     " bind = '&r.initiator_socket' }"},
    {"top", "target_socket = { address = 0xffffffffffffff00, size = 0x100, bind = '&r.initiator_socket' }"},
    {"deep", "target_socket = { address = 0, size = 0x800, bind = '&inner.initiator_socket' }"},
    {"slow_alone", "size = 0x300, latency_ns = 1000000000, target_socket = { bind = '&i_slow.socket' }",
     false, true, one_second},
    {"rom_alone", "size = 77, read_only = true, init_mem_val = 1, target_socket = { bind = '&i_rom.socket' }",
     true},
};

std::string device_text(const device &each, const std::string &name, size_t line, const std::string &sockets)
{
    std::string text = " " + name + " = { " + each.text + sockets;
    if (each.reset) {
        text +=
            ", " + std::string(each.reset) + " = { bind = '&control.reset_" + std::to_string(line) + "' }";
    }
    return text + " },\n";
}

std::string device_sockets(const device &each, bool alone, size_t index)
{
    std::string text;
    for (size_t i = 0; i < each.sockets.size(); i++) {
        const std::string socket = std::string(", ") + each.sockets[i] + " = { bind = '&";
        text += alone ? socket + "i_" + each.name + std::to_string(i) + ".socket' }"
                      : socket + "r.initiator_socket', address = " +
                            std::to_string(0x10000 * (index + 1) + 0x1000 * i) +
                            ", size = " + std::to_string(each.window) + " }";
    }
    return text;
}

// The other ends: of lines and streams, and who accesses those that are alone.
std::string ends_text()
{
    std::string text =
        " c = { moduletype = 'test_initiator', socket = { bind = '&r.target_socket' } },\n"
        " i_slow = { moduletype = 'test_initiator' }, i_rom = { moduletype = 'test_initiator' },\n";
    const std::map<std::string, std::string> wires = {
        {"pin", "'&gpio.in_0', '&gpio_alone.in_0'"},
        {"pin_too", "'&gpio.in_5', '&gpio_alone.in_7'"},
        {"trigger", "'&dumper.trigger', '&dumper_alone.trigger'"},
        {"request", "'&control_alone.request'"},
        {"warm", "'&control.warm_reset', '&control_alone.warm_reset'"},
        {"cold", "'&control.cold_reset', '&ram.reset', '&slow_alone.reset'"},
        {"intr", "'&intc_alone.irq_in_31'"}};
    for (const auto &[name, ends] : wires) {
        text += " " + name + " = { moduletype = 'test_driver', out = { bind = { " + ends + " } } },\n";
    }
    for (const char *each : uarts) {
        for (const std::string &name : {std::string(each), std::string(each) + "_alone"}) {
            text += " s_" + name + " = { moduletype = 'test_stream', stream = { bind = '&" + name +
                    ".backend_socket' } },\n";
        }
    }
    for (const device &each : devices) {
        for (size_t i = 0; i < each.sockets.size(); i++) {
            text += std::string(" i_") + each.name + std::to_string(i) +
                    " = { moduletype = 'test_initiator' },\n";
        }
    }
    return text;
}

std::string platform_text()
{
    std::string text =
        "platform = {\n r = { moduletype = 'router' },\n"
        " inner = { moduletype = 'router', target_socket = { address = 0x40000000, size = 0x2000,\n"
        " bind = '&r.initiator_socket' } },\n"
        " inside = { moduletype = 'sc_timer', target_socket = { address = 0x800, size = 0x20,\n"
        " bind = '&r.initiator_socket' } },\n"
        " far = { moduletype = 'sc_timer', target_socket = { address = 0x1000, size = 0x20,\n"
        " bind = '&inner.initiator_socket' } },\n"
        " loader = { moduletype = 'loader', { data = { 0x12345678, 2 }, address = 0xffc },\n"
        " initiator_socket = { bind = '&r.target_socket' } },\n" +
        ends_text();
    std::string lines;
    size_t interrupts = 0;
    for (size_t i = 0; i < devices.size(); i++) {
        const device &each = devices[i];
        text += device_text(each, each.name, i, device_sockets(each, false, i));
        text += device_text(each, std::string(each.name) + "_alone", i, device_sockets(each, true, i));
        if (each.irq) {
            lines += "platform.intc.irq_in_" + std::to_string(interrupts++) + " = { bind = '&" + each.name +
                     "." + each.irq + "' }\n";
        }
    }
    for (const memory &each : memories) {
        text += std::string(" ") + each.name + " = { moduletype = 'gs_memory', " + each.text + " },\n";
    }
    return text + "}\nplatform.dog.reset = { bind = '&control.request' }\n" + lines;
}

// --- one end of it -----------------------------------------------------------------------------------

// An initiator, and what must be seen from there.
struct view {
    test::initiator *initiator;
    fuzz::bus_model model;
};

class bench
{
  public:
    bench();
    // Everything is as it was at the beginning of the input before, but time.
    void begin();
    // Of the initiators, by number.
    view &at(unsigned number) { return m_views[number % m_views.size()]; }
    // Goes on by `ps`, or until some things have happened.
    void advance(uint64_t ps);
    void drive(unsigned number, bool level);
    test::stream &stream(unsigned number) { return *m_streams[number % m_streams.size()]; }
    // Memories hold what they must.
    void check() const;

  private:
    bus_target &add_memory(const memory &each);
    void follow_all();

    test::platform m_platform;
    std::map<std::string, bus_target> m_targets;
    std::vector<view> m_views;
    std::vector<test::stream *> m_streams;
};

bus_target &add_registers(std::map<std::string, bus_target> &targets, const std::string &name, uint64_t span,
                          unsigned stride)
{
    bus_target &added = targets[name];
    added.span = span;
    added.stride = stride;
    return added;
}

bus_target &bench::add_memory(const memory &each)
{
    const auto &module = m_platform.get<components::gs_memory>(each.name);
    bus_target &added = m_targets[each.name];
    added.span = module.size();
    added.read_only = each.read_only;
    added.dmi = each.dmi;
    added.latency_ps = each.latency_ps;
    added.storage = module.data();
    added.shadow.assign(added.storage, added.storage + added.span);
    return added;
}

bench::bench() : m_platform(platform_text())
{
    // That nothing was left to do is no news here.
    sc_core::sc_report_handler::set_actions("no activity or clock movement for sc_start() invocation",
                                            sc_core::SC_DO_NOTHING);
    for (const memory &each : memories) {
        add_memory(each);
    }
    bus_target &inside = add_registers(m_targets, "inside", 0x20, 4);
    bus_target &far = add_registers(m_targets, "far", 0x20, 4);
    std::vector<fuzz::bus_window> map = {
        {0, 0xfff, 1, 0, &m_targets["ram"]},
        {0x800, 0x81f, 0, 0x800, &inside},
        {0x8000, 0x87ff, 1, 0x8000, &m_targets["ram"]},
        {0x1000, 0x10ff, 0, 0x1000, &m_targets["rom"]},
        {0x2000, 0x203f, 0, 0x2000, &m_targets["odd"]},
        {0x3000, 0x30ff, 0, 0, &m_targets["absolute"]},
        {top_base, UINT64_MAX, 0, top_base, &m_targets["top"]},
        {inner_base, inner_base + 0x7ff, 0, inner_base, &m_targets["deep"]},
        {inner_base + 0x1000, inner_base + 0x101f, 0, inner_base + 0x1000, &far}};
    const auto alone = [this](const std::string &initiator, bus_target &target) {
        m_views.push_back(
            {&m_platform.get<test::initiator>(initiator), fuzz::bus_model({{0, UINT64_MAX, 0, 0, &target}})});
    };
    for (size_t i = 0; i < devices.size(); i++) {
        const device &each = devices[i];
        bus_target &target = add_registers(m_targets, each.name, each.span, each.stride);
        for (size_t j = 0; j < each.sockets.size(); j++) {
            const uint64_t base = 0x10000 * (i + 1) + 0x1000 * j;
            map.push_back({base, base + each.window - 1, 0, base, &target});
            alone(std::string("i_") + each.name + std::to_string(j), target);
        }
    }
    alone("i_slow", m_targets["slow_alone"]);
    alone("i_rom", m_targets["rom_alone"]);
    m_views.insert(m_views.begin(), {&m_platform.get<test::initiator>("c"), fuzz::bus_model(map)});
    for (const char *each : uarts) {
        m_streams.push_back(&m_platform.get<test::stream>(std::string("s_") + each));
        m_streams.push_back(&m_platform.get<test::stream>(std::string("s_") + each + "_alone"));
    }
    test::settle();
}

void bench::drive(unsigned number, bool level)
{
    m_platform.get<test::driver>(inputs[number % inputs.size()]).drive(level);
}

void bench::begin()
{
    for (unsigned i = 0; i < inputs.size(); i++) {
        drive(i, false);
    }
    test::settle();
    tk::system_reset::instance()->request(tk::reset_kind::cold);
    test::settle();
    const uint64_t now = sc_core::sc_time_stamp().value();
    REQUIRE(now < UINT64_MAX - 3 * inputs_begin_at); // so many inputs do not fit into a process
    sc_core::sc_start(sc_time::from_value(inputs_begin_at - now % inputs_begin_at));
    for (view &each : m_views) {
        each.initiator->delay = sc_core::SC_ZERO_TIME;
    }
    // What a reset leaves: the clocks' time, and the causes of resets.
    for (const char *name : {"i_rtc0", "i_control0"}) {
        m_platform.get<test::initiator>(name).write(strcmp(name, "i_rtc0") == 0 ? 0x08 : 0x18, UINT32_MAX);
    }
    m_views[0].initiator->write(0x40008, UINT32_MAX); // the clock behind the router
    m_views[0].initiator->write(0xd0018, UINT32_MAX);
    for (test::stream *each : m_streams) {
        each->received.clear();
        each->make_room(SIZE_MAX);
    }
    follow_all();
}

// Somebody else may have written: copies, loads, resets.
void bench::follow_all()
{
    for (auto &[name, target] : m_targets) {
        if (target.storage) {
            target.shadow.assign(target.storage, target.storage + target.span);
        }
    }
}

// A timer of a nanosecond may make any number of events; an input does not wait for all.
void bench::advance(uint64_t ps)
{
    const uint32_t resets = tk::system_reset::instance()->count();
    for (unsigned events = 0; ps > 0 && events < 100; events++) {
        const uint64_t next = sc_core::sc_time_to_pending_activity().value();
        const uint64_t step = std::min<uint64_t>(ps, std::max<uint64_t>(next, 1));
        sc_core::sc_start(sc_time::from_value(step));
        ps -= step;
    }
    test::settle();
    const bus_target &rom = m_targets.at("rom_alone"); // resets fill it, and nobody else reaches it but us
    REQUIRE(tk::system_reset::instance()->count() != resets ||
            memcmp(rom.storage, rom.shadow.data(), rom.span) == 0);
    follow_all();
}

void bench::check() const
{
    for (const auto &[name, target] : m_targets) {
        REQUIRE(!target.storage || memcmp(target.storage, target.shadow.data(), target.span) == 0);
    }
}

// --- the input ---------------------------------------------------------------------------------------

class reader
{
  public:
    reader(const uint8_t *data, size_t size) : m_at(data), m_end(data + size) {}
    bool empty() const { return m_at == m_end; }
    uint8_t byte() { return empty() ? uint8_t(0) : *m_at++; }
    uint64_t number(unsigned bytes)
    {
        uint64_t value = 0;
        for (unsigned i = 0; i < bytes; i++) {
            value |= uint64_t(byte()) << (8 * i);
        }
        return value;
    }

  private:
    const uint8_t *m_at, *m_end;
};

// At the edges of a window, in it, or anywhere.
uint64_t address(reader &in, const fuzz::bus_model &model)
{
    const uint8_t how = in.byte();
    const fuzz::bus_window &window = model.windows()[in.byte() % model.windows().size()];
    switch (how % 6) {
    case 0:
        return window.first + 4 * uint64_t(in.byte());
    case 1:
        return window.first + in.number(2);
    case 2:
        return window.first + window.target->span - in.byte();
    case 3:
        return window.last + 8 - in.byte();
    case 4:
        return window.first - in.byte();
    default:
        return in.number(8);
    }
}

unsigned length(reader &in)
{
    static const unsigned usual[] = {4, 1, 2, 0, 3, 8, 16, 64, 5, 256};
    const uint8_t how = in.byte();
    return how < 200 ? usual[how % 10] : static_cast<unsigned>(in.number(2) % 700);
}

// Of the local time before SystemC's: none, a little, or nearly all that there is.
uint64_t local_ps(reader &in)
{
    const uint64_t left = UINT64_MAX - sc_core::sc_time_stamp().value();
    const uint8_t how = in.byte();
    switch (how % 8) {
    case 1:
        return in.number(2);
    case 2:
        return in.number(3) * 1000;
    case 3:
        return in.byte() * one_second / 16;
    case 4:
        return in.number(8);
    case 5:
        return left + 2 - how / 8 % 8;
    case 6:
        return UINT64_MAX - in.byte();
    default:
        return 0;
    }
}

struct unknown_extension : tlm::tlm_extension<unknown_extension> {
    tlm::tlm_extension_base *clone() const override { return new unknown_extension(*this); }
    void copy_from(const tlm::tlm_extension_base &) override {}
};

// A transaction with data of its own: an allocation each, so that the sanitizer sees the first byte too many.
struct request {
    request(reader &in, const fuzz::bus_model &model);

    tlm::tlm_generic_payload payload;
    std::vector<unsigned char> before; // the data
    std::unique_ptr<unsigned char[]> data, enables;
    unknown_extension stranger;
    uint64_t where;
    unsigned width;
};

request::request(reader &in, const fuzz::bus_model &model)
{
    static const tlm::tlm_command commands[] = {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND,
                                                tlm::TLM_WRITE_COMMAND, tlm::TLM_IGNORE_COMMAND};
    const uint8_t what = in.byte();
    where = address(in, model);
    const unsigned bytes = length(in);
    data.reset(new unsigned char[bytes]);
    uint8_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        value = i < 8 ? in.byte() : static_cast<uint8_t>(value * 5 + 1);
        data[i] = value;
    }
    before.assign(data.get(), data.get() + bytes);
    const bool no_data = bytes == 0 && (what & 4); // whoever moves none need not have any
    test::fill(payload, commands[what % 4], where, no_data ? nullptr : data.get(), bytes);
    payload.set_byte_enable_length(0);
    if (what & 8) {
        payload.set_streaming_width(static_cast<unsigned>(in.number(what & 4 ? 1 : 4)));
    }
    width = payload.get_streaming_width();
    if (what & 16) {
        const unsigned count = what & 32 ? in.byte() : in.byte() % 8;
        enables.reset(new unsigned char[count]);
        for (unsigned i = 0; i < count; i++) {
            enables[i] = in.byte() & 1 ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
        }
        payload.set_byte_enable_ptr(enables.get());
        payload.set_byte_enable_length(count);
    } else if (what & 32) {
        payload.set_byte_enable_length(5); // of none
    }
    if (what & 64) {
        payload.set_extension(&stranger);
    }
}

// Nothing of the payload has changed but what it is there for.
void check_payload(const request &asked)
{
    REQUIRE(asked.payload.get_address() == asked.where);
    REQUIRE(asked.payload.get_data_length() == asked.before.size());
    REQUIRE(asked.payload.get_streaming_width() == asked.width);
    REQUIRE(asked.payload.get_byte_enable_ptr() == asked.enables.get());
}

void transport(bench &on, view &from, reader &in)
{
    request asked(in, from.model);
    const uint64_t before = local_ps(in);
    const bool in_time = before < UINT64_MAX - sc_core::sc_time_stamp().value();
    std::vector<unsigned char> expected = asked.before;
    const fuzz::bus_window *window = from.model.at(asked.where);
    from.initiator->delay = sc_time::from_value(before);
    const tlm::tlm_response_status status = from.model.transport(asked.payload, in_time, expected);
    REQUIRE(from.initiator->transport(asked.payload) == status);
    asked.payload.clear_extension(&asked.stranger);

    const uint64_t after = from.initiator->delay.value();
    REQUIRE(after >= before);
    const bool arrived = window && status != tlm::TLM_ADDRESS_ERROR_RESPONSE;
    REQUIRE(!arrived ||
            after - before == std::min<uint64_t>(window->target->latency_ps, UINT64_MAX - before));
    const bool read_register =
        window && window->target->stride > 0 && asked.payload.is_read() && status == tlm::TLM_OK_RESPONSE;
    REQUIRE(read_register || std::equal(expected.begin(), expected.end(), asked.data.get()));
    REQUIRE(!asked.payload.is_dmi_allowed() || (arrived && window->target->dmi));
    check_payload(asked);
    on.check();
}

void debug(bench &on, view &from, reader &in)
{
    request asked(in, from.model);
    std::vector<unsigned char> expected = asked.before;
    std::vector<bool> known(expected.size(), true);
    const unsigned count = from.model.debug(asked.payload, expected, known);
    REQUIRE(from.initiator->debug(asked.payload.get_command(), asked.where, asked.payload.get_data_ptr(),
                                  asked.payload.get_data_length()) == count);
    for (size_t i = 0; i < expected.size(); i++) {
        REQUIRE(!known[i] || expected[i] == asked.data[i]);
    }
    asked.payload.clear_extension(&asked.stranger);
    on.check();
}

// The pointer is good for all that is granted: the first byte, the last, and that of the address.
void use_pointer(bench &on, view &from, const tlm::tlm_dmi &dmi, uint64_t where, uint8_t value)
{
    for (const sc_dt::uint64 each : {dmi.get_start_address(), dmi.get_end_address(), sc_dt::uint64(where)}) {
        const fuzz::bus_window *window = from.model.at(each);
        REQUIRE(window && window->target->storage && window->target->dmi);
        const uint64_t offset = each - window->base;
        unsigned char *byte = dmi.get_dmi_ptr() + (each - dmi.get_start_address());
        REQUIRE(offset < window->target->span && byte == window->target->storage + offset);
        REQUIRE(*byte == window->target->shadow[offset]);
        if (dmi.is_write_allowed()) {
            REQUIRE(!window->target->read_only);
            *byte = window->target->shadow[offset] = value;
        }
    }
    on.check();
}

void ask_for_pointer(bench &on, view &from, reader &in)
{
    const uint8_t what = in.byte();
    const uint64_t where = address(in, from.model);
    tlm::tlm_dmi dmi;
    const bool granted =
        from.initiator->dmi(what & 1 ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, where, dmi);
    const uint64_t first = dmi.get_start_address(), last = dmi.get_end_address();
    REQUIRE(first <= where && where <= last);
    REQUIRE(last <= from.model.last_of(where) && from.model.at(first) == from.model.at(where));
    const fuzz::bus_window *window = from.model.at(where);
    const bool must = window && window->target->dmi && window->target->storage &&
                      where - window->base < window->target->span &&
                      !((what & 1) && window->target->read_only);
    REQUIRE(granted == must);
    if (granted) {
        use_pointer(on, from, dmi, where, in.byte());
    }
}

// --- what an input is made of ------------------------------------------------------------------------

void go_on(bench &on, reader &in)
{
    const uint8_t how = in.byte();
    on.advance(how % 4 == 0   ? 0
               : how % 4 == 1 ? in.number(2)
               : how % 4 == 2 ? in.number(3) * 100
                              : one_second / 4);
    on.advance(1);
}

void step(bench &on, reader &in)
{
    const uint8_t what = in.byte();
    view &from = on.at(what & 8 ? in.byte() : 0);
    switch (what % 8) {
    case 0:
    case 1:
    case 2:
        transport(on, from, in);
        break;
    case 3:
        debug(on, from, in);
        break;
    case 4:
        ask_for_pointer(on, from, in);
        break;
    case 5:
        on.drive(what >> 4, in.byte() & 1);
        break;
    case 6: {
        test::stream &stream = on.stream(what >> 4);
        const uint8_t count = in.byte();
        count & 1 ? stream.make_room(count / 2) : (void)stream.send(std::string(count / 8, 'x'));
        break;
    }
    default:
        go_on(on, in);
        break;
    }
}

} // namespace

// SystemC tells AddressSanitizer of each switch from one stack to another, and names none when it comes back
// to the main thread's. What is only known from there would count as leaked: libFuzzer's own objects.
static void tell_the_sanitizer_where_the_stack_is()
{
#if TELLS_SANITIZER
    pthread_attr_t attributes;
    void *lowest, *fake;
    size_t size;

    REQUIRE(pthread_getattr_np(pthread_self(), &attributes) == 0);
    REQUIRE(pthread_attr_getstack(&attributes, &lowest, &size) == 0);
    pthread_attr_destroy(&attributes);
    __sanitizer_start_switch_fiber(&fake, lowest, size);
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bench on;
    reader in(data, size);

    on.begin();
    for (unsigned steps = 0; !in.empty() && steps < 100; steps++) {
        step(on, in);
    }
    tell_the_sanitizer_where_the_stack_is();
    return 0;
}
