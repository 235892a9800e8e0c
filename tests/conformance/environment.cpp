// SPDX-License-Identifier: MIT
#include "environment.h"

#include "machine.h"
#include "reports.h"

#include "timekeeper/platform_file.h"
#include "timekeeper/systemc/installation.h"
#include "timekeeper/systemc/keeper.h"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <numeric>

namespace conformance
{

// --- without QEMU ------------------------------------------------------------------------------------

// Makes the accesses again. Each in a process of its own, because those of two CPUs may overlap.
class environment::replay : public sc_core::sc_module
{
  public:
    replay(const sc_core::sc_module_name &name, journal accesses)
        : sc_module(name), m_accesses(std::move(accesses))
    {
        SC_HAS_PROCESS(replay);
        SC_THREAD(begin);
    }

    tlm_utils::simple_initiator_socket<replay> socket{"socket"};

  private:
    void begin()
    {
        for (const event &each : m_accesses) {
            const sc_core::sc_time at = sc_core::sc_time::from_value(each.begin_ps);
            if (at > sc_core::sc_time_stamp()) {
                wait(at - sc_core::sc_time_stamp());
            }
            sc_core::sc_spawn([this, &each] { make(each); });
        }
    }

    void make(const event &access)
    {
        unsigned char data[8] = {};
        tlm::tlm_generic_payload payload;
        sc_core::sc_time delay;

        if (access.command == tlm::TLM_WRITE_COMMAND) {
            memcpy(data, &access.data, sizeof(data));
        }
        payload.set_command(static_cast<tlm::tlm_command>(access.command));
        payload.set_address(access.address);
        payload.set_data_ptr(data);
        payload.set_data_length(access.length);
        payload.set_streaming_width(access.length);
        socket->b_transport(payload, delay);
    }

    const journal m_accesses;
};

// In the place of the CPUs' subsystem behind a bus: what is there annotates nothing.
class environment::stub : public sc_core::sc_module
{
  public:
    explicit stub(const sc_core::sc_module_name &name) : sc_module(name)
    {
        socket.register_b_transport(this, &stub::b_transport);
    }

    tlm_utils::simple_target_socket<stub> socket{"socket"};

  private:
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &)
    {
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

// Ends a run in which the guest does not come to the end of its script.
class environment::watchdog : public sc_core::sc_module
{
  public:
    watchdog(const sc_core::sc_module_name &name, uint64_t limit_us) : sc_module(name)
    {
        SC_HAS_PROCESS(watchdog);
        SC_METHOD(bark);
        dont_initialize();
        sensitive << m_limit;
        m_limit.notify(sc_core::sc_time(static_cast<double>(limit_us), sc_core::SC_US));
    }

    bool barked() const { return m_barked; }

  private:
    void bark()
    {
        m_barked = true;
        sc_core::sc_stop();
    }

    sc_core::sc_event m_limit;
    bool m_barked = false;
};

environment::redirection::redirection(const std::string &input)
    : m_in(input), m_cin(std::cin.rdbuf(m_in.rdbuf())), m_cout(std::cout.rdbuf(m_out.rdbuf()))
{
    std::cin.clear();
}

environment::redirection::~redirection()
{
    std::cin.rdbuf(m_cin);
    std::cout.rdbuf(m_cout);
}

// --- construction ------------------------------------------------------------------------------------

environment::environment(const scenario &what, const outcome *given) : m_what(what), m_given(given)
{
    keep_reports();
    if (!m_what.input.empty()) {
        m_redirection = std::make_unique<redirection>(m_what.input);
    }
    if (!m_given) {
        make_subsystem();
        m_watchdog = &make<watchdog>("watchdog", m_what.limit_us);
    }
    m_what.build(*this);
}

environment::~environment() = default;

static std::string cpu_name(unsigned cpu)
{
    return "cpu_" + std::to_string(cpu);
}

void environment::make_subsystem()
{
    tk::register_installed_models();
    m_subsystem = std::make_unique<tk::subsystem>(
        "cpus", tk::settings{{"quantum_ns", m_what.quantum_ns}, {"idle", "warp"}, {"mode", m_what.mode}});
    tk::settings loads{{"1.elf_file", tk::firmware_dir() + "/script.elf"}};
    for (unsigned cpu = 0; cpu < m_what.cpus.size(); cpu++) {
        m_what.cpus[cpu].load(loads, std::to_string(2 + cpu), cpu);
    }
    m_subsystem->add("router", "router");
    m_subsystem->add("ram", "gs_memory");
    m_subsystem->add("exiter", "exiter");
    m_subsystem->add("loader", "loader", {}, loads);
    m_subsystem->add("qemu", "QemuInstance", {"AARCH64"});
    m_subsystem->bind("loader.initiator_socket", "router.target_socket");
    tk::settings ram{{"address", MACHINE_RAM_BASE}, {"size", 0x08000000}};
    if (m_what.system_behind_bus) {
        ram.emplace_back("aliases.1.address", 0);
    }
    m_subsystem->bind("ram.target_socket", "router.initiator_socket", ram);
    m_subsystem->bind("exiter.target_socket", "router.initiator_socket",
                      {{"address", MACHINE_EXIT_BASE}, {"size", 0x1000}});
    for (unsigned cpu = 0; cpu < m_what.cpus.size(); cpu++) {
        m_subsystem->add(cpu_name(cpu), "cpu_arm_cortexA53", {"&qemu"},
                         {{"rvbar", MACHINE_RAM_BASE},
                          {"has_el2", false},
                          {"has_el3", false},
                          {"insn_per_second", m_what.insn_per_second}});
        if (!m_what.system_behind_bus) {
            m_subsystem->bind(cpu_name(cpu) + ".mem", "router.target_socket");
        }
    }
}

probe &environment::make_probe(const std::string &name)
{
    m_probes.push_back(
        std::make_unique<probe>(("probe_" + name).c_str(), static_cast<uint32_t>(m_probes.size()), m_book));
    return *m_probes.back();
}

void environment::bind_router(probe &to, uint64_t address, uint64_t size)
{
    m_of_cpus.push_back(to.number());
    if (m_subsystem) {
        m_subsystem->bind("router.initiator_socket", to.target_socket,
                          {{"address", address}, {"size", size}});
    } else {
        replay_at(to);
    }
}

void environment::bind_cpu_to_probe(unsigned cpu, probe &to)
{
    m_of_cpus.push_back(to.number());
    if (m_subsystem) {
        m_subsystem->bind(cpu_name(cpu) + ".mem", to.target_socket);
    } else {
        replay_at(to);
    }
}

void environment::bind_stub(tlm::tlm_initiator_socket<> &initiator)
{
    stub &place = make<stub>(sc_core::sc_gen_unique_name("stub"));
    initiator.bind(place.socket);
}

void environment::replay_at(probe &to)
{
    replay &again = make<replay>(sc_core::sc_gen_unique_name("replay"), m_given->at(to.number()));
    again.socket.bind(to.target_socket);
}

// --- a run -------------------------------------------------------------------------------------------

void environment::take_stats(outcome &result) const
{
    for (const tk::vcpu_stats &each : tk::keeper::instance()->stats().vcpus) {
        result.instructions.push_back(each.instructions);
        result.annotated_ps.push_back(each.annotated_ps);
        result.local_ps.push_back(each.local_time_ps - each.idle_ps);
    }
}

outcome environment::run()
{
    outcome result;

    sc_core::sc_start();
    if (m_watchdog && m_watchdog->barked()) {
        result.reports = "the guest has not come to the end of its script\n";
    }
    result.calls = m_book;
    result.output = m_redirection ? m_redirection->output() : "";
    result.reports += unexpected_reports();
    result.expected_warnings = expected_warnings();
    result.end_ps = sc_core::sc_time_stamp().value();
    result.quantum_ps = tlm::tlm_global_quantum::instance().get().value();
    if (m_subsystem) {
        tk::exit_requested(&result.code);
        take_stats(result);
    }
    return result;
}

// --- QEMU's run in a process of its own ---------------------------------------------------------------

namespace
{

// What one process tells the other, through a file without a name.
class channel
{
  public:
    channel() : m_file(tmpfile()) {}
    ~channel()
    {
        if (m_file) {
            fclose(m_file);
        }
    }
    channel(const channel &) = delete;
    channel &operator=(const channel &) = delete;

    template <typename T>
    void put(const T &value)
    {
        fwrite(&value, sizeof(value), 1, m_file);
    }
    template <typename T>
    void get(T &value)
    {
        m_good = m_good && fread(&value, sizeof(value), 1, m_file) == 1;
    }
    template <typename List>
    void put_list(const List &list)
    {
        put(list.size());
        fwrite(list.data(), sizeof(list[0]), list.size(), m_file);
    }
    template <typename List>
    void get_list(List &list)
    {
        size_t size = 0;
        get(size);
        list.resize(m_good ? size : 0);
        m_good = m_good && fread(list.data(), sizeof(list[0]), size, m_file) == size;
    }
    void flush() { fflush(m_file); }
    void rewind() { ::rewind(m_file); }
    // False: something was missing.
    bool good() const { return m_file && m_good; }

  private:
    FILE *m_file;
    bool m_good = true;
};

void tell(channel &out, const outcome &what)
{
    out.put_list(what.calls);
    out.put_list(what.output);
    out.put_list(what.reports);
    out.put(what.code);
    out.put(what.end_ps);
    out.put(what.expected_warnings);
    out.put(what.quantum_ps);
    out.put_list(what.instructions);
    out.put_list(what.annotated_ps);
    out.put_list(what.local_ps);
    out.flush();
}

bool hear(channel &in, outcome &what)
{
    in.rewind();
    in.get_list(what.calls);
    in.get_list(what.output);
    in.get_list(what.reports);
    in.get(what.code);
    in.get(what.end_ps);
    in.get(what.expected_warnings);
    in.get(what.quantum_ps);
    in.get_list(what.instructions);
    in.get_list(what.annotated_ps);
    in.get_list(what.local_ps);
    return in.good();
}

// In the child. It leaves without the parent's own ends (GoogleTest's, SystemC's).
[[noreturn]] void be_the_guest(const scenario &what, channel &out)
{
    int code = 1;
    try {
        environment with_qemu(what, nullptr);
        const outcome result = with_qemu.run();
        tell(out, result);
        code = 0;
    } catch (const std::exception &error) {
        std::cerr << error.what() << std::endl;
    }
    std::cout.flush();
    _exit(code);
}

} // namespace

outcome run_guest(const scenario &what)
{
    channel between;
    outcome result;

    const pid_t child = fork();
    if (child == 0) {
        be_the_guest(what, between);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "wait status " << status;
    EXPECT_TRUE(hear(between, result)) << "the run with QEMU has not come to its end";
    return result;
}

// --- what is right for each ---------------------------------------------------------------------------

static void expect_sound(const scenario &what, const outcome &guest, const std::vector<uint32_t> &of_cpus)
{
    EXPECT_EQ(guest.reports, "");
    EXPECT_EQ(guest.code, 0) << script::differs << " is that a CPU has read something else";
    uint64_t annotated_ps = 0;
    for (const event &each : guest.calls) {
        EXPECT_FALSE(each.elsewhere) << each;
        for (const uint32_t probe : of_cpus) {
            annotated_ps += each.probe == probe ? each.took_ps() : 0;
        }
    }
    EXPECT_EQ(std::accumulate(guest.annotated_ps.begin(), guest.annotated_ps.end(), UINT64_C(0)),
              annotated_ps);
    for (size_t cpu = 0; cpu < guest.local_ps.size(); cpu++) {
        EXPECT_EQ(guest.local_ps[cpu],
                  guest.instructions[cpu] * (1000000000000 / what.insn_per_second) + guest.annotated_ps[cpu])
            << "CPU " << cpu;
    }
}

// Without QEMU nothing is known of what is in the CPUs' own RAM.
static journal comparable(const scenario &what, journal calls)
{
    for (event &each : calls) {
        if (what.system_behind_bus && each.address >= MACHINE_RAM_BASE) {
            each.data = 0;
        }
    }
    return calls;
}

outcome run(const scenario &what)
{
    outcome guest = run_guest(what);
    environment without(what, &guest);
    const outcome again = without.run();

    expect_sound(what, guest, without.of_cpus());
    EXPECT_EQ(again.reports, "");
    const journal expected = comparable(what, before(again.calls, guest.end_ps));
    const journal found = comparable(what, before(guest.calls, guest.end_ps));
    for (uint32_t probe = 0; probe < without.probes(); probe++) {
        const journal one = of_probe(expected, probe), other = of_probe(found, probe);
        EXPECT_EQ(one.size(), other.size()) << "probe " << probe;
        for (size_t i = 0; i < one.size() && i < other.size(); i++) {
            if (!(one[i] == other[i])) {
                ADD_FAILURE() << "call " << i << "\n  with QEMU:    " << other[i]
                              << "\n  without QEMU: " << one[i];
                break;
            }
        }
    }
    return guest;
}

} // namespace conformance
