// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/instance.h"
#include "timekeeper/systemc/sandbox.h"

#include "timekeeper/systemc/qemu/bus_master.h"
#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/library.h"

#include <algorithm>
#include <cctype>
#include <climits>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace tk
{

qemu_instance_manager::qemu_instance_manager(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context)
{
}

TK_MODULE("QemuInstanceManager", qemu_instance_manager,
          "accepted for other platforms' files: QEMU instances need no manager here");
TK_MODULE("QemuInstance", qemu_instance, "a QEMU in this process; args: {\"&manager\", \"AARCH64\"}");

// The target is the last argument: the manager before it may be left out.
static std::string target_of(module_context &context)
{
    context.expect_args(1, 2);
    std::string target = context.arg_string(context.arg_count() - 1, "a target, like \"AARCH64\"");
    std::transform(target.begin(), target.end(), target.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return target;
}

// How many there are in the platform. SystemC's thread.
static unsigned s_instances;

qemu_instance::qemu_instance(const sc_core::sc_module_name &name, module_context &context)
    : module(name, context)
{
    describe_ports("mem", port::kind::tlm_initiator,
                   "what devices access that have no address space of their own: most with DMA");
    for (const char *const kind : {"chardev", "netdev", "drive"}) {
        describe_param(
            {std::string(kind) + "s", "table", "{}", "", "",
             std::string("back ends for devices, { id = \"what stands behind QEMU's -") + kind + "\" }"});
    }
    if (context.describing()) {
        return;
    }
    m_target = target_of(context);
    if (has_own_table()) {
        m_services = shared_services::get(config().where());
    }
    s_instances++;
    m_given_up = std::make_unique<async_event>("given_up");
    SC_METHOD(end_run);
    sensitive << m_given_up->event();
    dont_initialize();
    // Heard of when SystemC has nothing else to do: in the middle of that, it would depend on the host.
    m_all_stopped = std::make_unique<keeper::client>(*keeper::instance());
    SC_METHOD(take_stop);
    sensitive << m_all_stopped->event();
    dont_initialize();
    SC_METHOD(begin);
    try {
        m_api = &load_libqemu(m_target);
    } catch (const std::runtime_error &error) {
        fail(error.what(), "targets are named like \"AARCH64\"");
    }
}

qemu_instance::qemu_instance(const sc_core::sc_module_name &name, const std::string &target, const char *file,
                             int line)
    : qemu_instance(
          name, module_context("QemuInstance", {}, {file, line}, {{nullptr, target, {file, line}}}).self())
{
}

qemu_instance::~qemu_instance()
{
    shutdown();
    for (qemu_object *each : m_objects) {
        each->lose_instance();
    }
    s_instances -= m_target.empty() ? 0 : 1;
}

void qemu_instance::add(qemu_object &object)
{
    m_objects.push_back(&object);
}

void qemu_instance::add(qemu_cpu &cpu)
{
    m_cpus.push_back(&cpu);
}

void qemu_instance::remove(qemu_object &object)
{
    const auto is_it = [&object](const qemu_object *each) { return each == &object; };

    m_objects.erase(std::remove_if(m_objects.begin(), m_objects.end(), is_it), m_objects.end());
    m_cpus.erase(std::remove_if(m_cpus.begin(), m_cpus.end(), is_it), m_cpus.end());
}

void qemu_instance::check(const module &where, const std::string &doing, int code, char *message)
{
    check(where, where.config().where(), doing, code, message);
}

void qemu_instance::check(const module &of, const source_location &where, const std::string &doing, int code,
                          char *message)
{
    if (code >= 0) {
        return;
    }
    std::string text = message ? message : "error " + std::to_string(code);
    free(message);
    std::replace(text.begin(), text.end(), '\n', ' ');
    throw config_error(where, of.full_name(), doing + ": QEMU says: " + text);
}

int qemu_instance::vcpu(int cpu_index) const
{
    return cpu_index >= 0 && static_cast<size_t>(cpu_index) < m_vcpus.size()
               ? m_vcpus[static_cast<size_t>(cpu_index)]
               : -1;
}

void qemu_instance::set_vcpu(unsigned cpu_index, int vcpu)
{
    m_vcpus.at(cpu_index) = vcpu;
}

port *qemu_instance::find_port(const std::string &port_name)
{
    port *known = module::find_port(port_name);
    if (known || port_name != "mem") {
        return known;
    }
    elaboration_scope scope(*this);
    m_mem_socket = std::make_unique<initiator_socket>("mem");
    m_mem = std::make_unique<qemu_bus_master>(*this, *this, *m_mem_socket, "what devices with DMA access");
    return &m_mem->end();
}

initiator_socket &qemu_instance::dma()
{
    find_port("mem");
    return *m_mem_socket;
}

qemu_instance &qemu_instance::backend(const std::string &kind, const std::string &id,
                                      const std::string &options, const char *file, int line)
{
    const source_location where = {file, line};

    expect_own_table(where);
    if (kind != "chardev" && kind != "netdev" && kind != "drive") {
        throw config_error(where, full_name(), "there is no back end of kind '" + kind + "'",
                           "it must be 'chardev', 'netdev' or 'drive'");
    }
    config_node &entry = config().get_or_make(kind + "s").get_or_make(id);
    entry.set_where(where);
    entry.set_string(options);
    return *this;
}

std::string qemu_instance::add_backend(const std::string &kind, const module &owner,
                                       const param<std::string> &options)
{
    const std::string id = owner.full_name() + "." + kind;
    m_backends.make(owner, *m_api, kind, id, options.get(), options.where());
    return id;
}

void qemu_instance::on_memory_written(const void *host, uint64_t size)
{
    if (m_started) {
        m_api->memory_written(host, size);
    }
}

// --- starting ----------------------------------------------------------------------------------------

std::string qemu_instance::plugin_argument() const
{
    std::string text = find_library("libicount.so") + ",timeline=" + keeper::instance()->timeline_name() +
                       ",source=" + full_name() + ",counting=" + keeper::instance()->counting();
    for (size_t i = 0; i < m_cpus.size(); i++) {
        text += ",insn_per_second." + std::to_string(i) + "=" + std::to_string(m_cpus[i]->insn_per_second());
    }
    return text;
}

// Existing files write one string with spaces between the arguments; an array holds them as they are.
static std::vector<std::string> split_arguments(const config_node *written,
                                                const std::vector<std::string> &given)
{
    if (!written || written->is_table() || given.size() != 1) {
        return given;
    }
    std::istringstream text(given[0]);
    return {std::istream_iterator<std::string>(text), std::istream_iterator<std::string>()};
}

std::vector<std::string> qemu_instance::command_line() const
{
    std::vector<std::string> all = {"-M",   "none",     "-nodefaults", "-accel",         "tcg,thread=multi",
                                    "-rtc", "clock=vm", "-plugin",     plugin_argument()};
    if (!m_cpus.empty()) {
        // A QEMU that can have one CPU only takes atomic instructions apart. CPUs of another one may share
        // its memory.
        const size_t most = std::max<size_t>(m_cpus.size(), s_instances > 1 ? 2 : 1);
        all.insert(all.end(), {"-smp", std::to_string(m_cpus.size()) + ",maxcpus=" + std::to_string(most)});
    }
    if (!m_args.get().empty()) {
        check_host_access(m_args.where(), full_name(), "'qemu_args' is anything that QEMU can do");
    }
    const std::vector<std::string> further = split_arguments(config().find("qemu_args"), m_args.get());
    all.insert(all.end(), further.begin(), further.end());
    return all;
}

// QEMU's CPUs share one size of pages, which is set before any of them is made.
unsigned qemu_instance::smallest_page_bits() const
{
    unsigned least = m_page_bits ? static_cast<unsigned>(m_page_bits.get()) : UINT_MAX;

    for (size_t i = 0; i < m_cpus.size() && !m_page_bits; i++) {
        least = std::min(least, m_cpus[i]->page_bits());
    }
    return least == UINT_MAX ? 0 : least;
}

void qemu_instance::start()
{
    std::vector<std::string> words;
    try {
        words = command_line();
    } catch (const std::runtime_error &error) {
        fail(error.what());
    }
    std::vector<const char *> argv;
    argv.reserve(words.size());
    for (const std::string &word : words) {
        argv.push_back(word.c_str());
    }
    libqemu_config config{};
    config.argv = argv.data();
    config.argc = static_cast<int>(argv.size());
    config.page_bits = smallest_page_bits();
    config.log = on_log;
    config.fatal = on_fatal;
    config.guest_request = on_guest_request;
    config.opaque = this;
    char *message = nullptr;
    const int code = m_api->start(&config, &message);
    check(*this, "cannot start", code, message);
    const int source = tk_timeline_source_find(keeper::instance()->timeline(), full_name().c_str());
    if (source < 0) {
        fail("QEMU did not join the timeline");
    }
    m_source = static_cast<unsigned>(source);
    m_started = true;
    m_quiet = false;
}

// The C++ form has no call of configured() before: only now all modules and their bindings are there.
void qemu_instance::end_of_elaboration()
{
    if (!has_own_table()) {
        return;
    }
    configured();
    std::vector<std::string> unknown = config().unused();
    for (const qemu_object *each : m_objects) {
        const std::vector<std::string> its = each->config().unused();
        unknown.insert(unknown.end(), its.begin(), its.end());
    }
    if (!unknown.empty()) {
        throw config_error(unknown);
    }
}

void qemu_instance::configured()
{
    if (!keeper::instance()) {
        fail("there is no keeper", "construct tk::keeper before");
    }
    start();
    m_backends.make_all(*this, *m_api);
    m_vcpus.assign(m_cpus.size(), -1);
    if (m_mem) {
        m_mem->create(m_api->memory_system());
    }
    // CPUs first: an interrupt controller looks for them.
    std::stable_partition(m_objects.begin(), m_objects.end(),
                          [](const qemu_object *each) { return each->model().is_cpu; });
    for (qemu_object *each : m_objects) {
        each->bring_up();
    }
    for (qemu_object *each : m_objects) {
        each->wire();
    }
    serve_debugger();
}

// QEMU has one server for all its CPUs: a CPU's parameter is another place to write the instance's.
void qemu_instance::serve_debugger()
{
    const param<uint64_t> *chosen = m_gdb_port ? &m_gdb_port : nullptr;
    for (const qemu_cpu *each : m_cpus) {
        if (each->gdb_port() != 0 && chosen) {
            each->gdb_port().fail("another port for gdb: " + chosen->full_name() +
                                      " is one for all CPUs of this QEMU",
                                  "leave this one out; gdb shows each CPU as a thread");
        }
        if (each->gdb_port() != 0) {
            chosen = &each->gdb_port();
        }
    }
    if (!chosen) {
        if (m_gdb_wait) {
            m_gdb_wait.fail("there is no port for gdb to wait at", "give gdb_port = 1234, say");
        }
        return;
    }
    const std::string place = "127.0.0.1:" + chosen->value_text();
    char *message = nullptr;
    m_quiet = true;
    const int code = m_api->gdb_start(static_cast<uint16_t>(chosen->get()), m_gdb_wait, &message);
    m_quiet = false;
    if (code < 0) {
        const std::string why = message ? message : "error " + std::to_string(code);
        free(message);
        chosen->fail("cannot wait for gdb at " + place + ": QEMU says: " + why, "choose a port that is free");
    }
    std::cerr << full_name() << ": gdb may connect to " << place
              << (m_gdb_wait ? "; time begins when it says continue" : "") << std::endl;
}

// A process of time 0, so that all modules have started: QEMU's reset reads a Cortex-M's vectors, which a
// loader has written by now.
void qemu_instance::begin()
{
    if (m_mem) {
        m_mem->map_ahead();
    }
    const int code = m_api->run();
    if (code < 0) {
        throw std::runtime_error(full_name() + ": QEMU does not start to run: error " + std::to_string(code));
    }
    for (qemu_object *each : m_objects) {
        each->started();
        each->after_reset(); // a signal may have been high from the beginning on
    }
}

// --- ending ------------------------------------------------------------------------------------------

void qemu_instance::end_of_simulation()
{
    shutdown();
}

void qemu_instance::shutdown()
{
    if (!m_started) {
        return;
    }
    m_started = false;
    for (qemu_object *each : m_objects) {
        each->close();
    }
    if (m_mem) {
        m_mem->close();
    }
    m_backends.close();
    m_api->shutdown();
}

void qemu_instance::end_run()
{
    request_exit(3, full_name() + ": QEMU gave up");
}

void qemu_instance::on_log(void *opaque, const char *message)
{
    if (!static_cast<qemu_instance *>(opaque)->m_quiet) {
        std::cerr << message << std::endl;
    }
}

void qemu_instance::on_fatal(void *opaque, int, const char *message)
{
    auto *self = static_cast<qemu_instance *>(opaque);
    std::cerr << self->full_name() << ": QEMU gave up: " << (message ? message : "no reason given")
              << std::endl;
    self->m_given_up->notify();
}

void qemu_instance::on_guest_request(void *opaque, libqemu_request request)
{
    auto *self = static_cast<qemu_instance *>(opaque);
    switch (request) {
    case LIBQEMU_REQUEST_POWER_OFF:
    case LIBQEMU_REQUEST_RESET:
        self->cross(self->source(), request);
        break;
    case LIBQEMU_RESET_READY:
        self->m_all_stopped->post();
        break;
    }
}

// What the guest has asked for, at the time at which it has.
void qemu_instance::crossed(uint64_t request)
{
    request == LIBQEMU_REQUEST_RESET ? take_request() : request_exit(0);
}

// --- a system reset ----------------------------------------------------------------------------------

void qemu_instance::take_request()
{
    if (!system_reset::instance()) {
        std::cerr << full_name() << ": the guest asks for a system reset, and there is no tk::system_reset"
                  << std::endl;
        request_exit(3, "the guest asks for a system reset, and there is none");
        return;
    }
    system_reset::instance()->request(m_guest_reset.get() == "warm" ? reset_kind::warm : reset_kind::cold);
}

void qemu_instance::hold()
{
    m_holding = true;
    // A QEMU that has given up has no CPU that would stop; the run is about to end.
    m_gone = !m_started || m_api->reset_begin() < 0;
    m_stopped = m_gone;
}

void qemu_instance::take_stop()
{
    m_stopped = m_holding;
    if (system_reset::instance()) {
        system_reset::instance()->holder_stopped();
    }
}

bool qemu_instance::reset_held()
{
    if (m_gone) {
        return true;
    }
    const int code = m_api->system_reset();
    if (code == LIBQEMU_ESTATE) {
        return false;
    }
    if (code < 0) {
        throw std::runtime_error(full_name() + ": QEMU cannot be reset: error " + std::to_string(code));
    }
    return true;
}

void qemu_instance::let_go_of_cpus()
{
    m_holding = false;
    if (!m_started) {
        return;
    }
    for (qemu_object *each : m_objects) {
        each->after_reset();
    }
    for (qemu_cpu *each : m_cpus) {
        each->start_again();
    }
}

} // namespace tk
