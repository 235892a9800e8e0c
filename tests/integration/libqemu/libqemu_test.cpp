// SPDX-License-Identifier: MIT
//
// QEMU as a library: each call of timekeeper/libqemu.h, on a Cortex-A53 without SystemC.
#include "guest.h"
#include "support/scratch.h"
#include "timekeeper/libqemu.h"

#include <gtest/gtest.h>

#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace
{

constexpr uint64_t MAILBOX = 0x10000000;
constexpr uint64_t RAM_SIZE = 0x100000;
constexpr uint64_t RAM_AGAIN = 0x80000000;
constexpr uint64_t TIMER_CVAL = UINT64_C(1) << 52;

// Something that call-backs change and the test waits for. A hang is CTest's timeout.
class monitor
{
  public:
    void change(const std::function<void()> &how)
    {
        std::lock_guard<std::mutex> lock(m_mutex);
        how();
        m_changed.notify_all();
    }

    void wait(const std::function<bool()> &until)
    {
        std::unique_lock<std::mutex> lock(m_mutex);
        m_changed.wait(lock, until);
    }

  private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
};

// The call-back region: remembers accesses, and answers them.
class mailbox
{
  public:
    std::function<enum libqemu_access_result(libqemu_access &)> answer;

    static enum libqemu_access_result call(void *opaque, libqemu_access *access)
    {
        return static_cast<mailbox *>(opaque)->take(*access);
    }

    libqemu_access wait_for(size_t n) // the n-th access, from 1
    {
        libqemu_access found{};
        m_monitor.wait([&] {
            if (m_seen.size() < n) {
                return false;
            }
            found = m_seen[n - 1];
            return true;
        });
        return found;
    }

    size_t count()
    {
        size_t n = 0;
        m_monitor.change([&] { n = m_seen.size(); });
        return n;
    }

  private:
    enum libqemu_access_result take(libqemu_access &access)
    {
        enum libqemu_access_result result = answer ? answer(access) : LIBQEMU_ACCESS_OK;
        m_monitor.change([&] { m_seen.push_back(access); });
        return result;
    }

    monitor m_monitor;
    std::vector<libqemu_access> m_seen;
};

// A call's message, freed.
class message
{
  public:
    ~message() { free(m_text); }
    char **operator&() { return &m_text; }
    std::string text() const { return m_text ? m_text : ""; }

  private:
    char *m_text = nullptr;
};

std::string library_path()
{
    const char *path = getenv("LIBQEMU_AARCH64");
    return path ? path : LIBQEMU_AARCH64;
}

const libqemu_api *load(const std::string &path)
{
    void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library, nullptr) << dlerror();
    if (library == nullptr) {
        return nullptr;
    }
    auto get_api = reinterpret_cast<libqemu_get_api_fn>(dlsym(library, "libqemu_get_api"));
    EXPECT_NE(get_api, nullptr);
    return get_api != nullptr ? get_api(LIBQEMU_API_VERSION) : nullptr;
}

std::vector<std::string> threads_of_process()
{
    std::vector<std::string> names;
    DIR *tasks = opendir("/proc/self/task");
    while (dirent *task = readdir(tasks)) {
        std::ifstream comm(std::string("/proc/self/task/") + task->d_name + "/comm");
        std::string name;
        if (std::getline(comm, name)) {
            names.push_back(name);
        }
    }
    closedir(tasks);
    return names;
}

size_t threads_named(const std::string &prefix)
{
    size_t n = 0;
    for (const std::string &name : threads_of_process()) {
        n += name.compare(0, prefix.size(), prefix) == 0 ? 1 : 0;
    }
    return n;
}

// One instance: RAM at 0 and again at RAM_AGAIN, the mailbox, and Cortex-A53s.
class instance
{
  public:
    const libqemu_api *api;
    mailbox box;
    monitor events;
    std::vector<std::string> log;
    int power_offs = 0;
    int reset_requests = 0;
    int resets_ready = 0;
    int fatal_status = -1;
    std::string fatal_message;
    libqemu_memory *map = nullptr;
    uint8_t *ram = nullptr;

    explicit instance(const std::string &path = library_path()) : api(load(path)) {}

    instance(const instance &) = delete;
    instance &operator=(const instance &) = delete;

    int start(const std::vector<const char *> &arguments, char **error)
    {
        libqemu_config config{};
        config.argv = arguments.data();
        config.argc = static_cast<int>(arguments.size());
        config.opaque = this;
        config.log = [](void *self, const char *text) {
            instance &that = *static_cast<instance *>(self);
            that.events.change([&] { that.log.emplace_back(text); });
        };
        config.fatal = [](void *self, int status, const char *text) {
            instance &that = *static_cast<instance *>(self);
            that.events.change([&] {
                that.fatal_status = status;
                that.fatal_message = text;
            });
        };
        config.guest_request = [](void *self, libqemu_request request) {
            instance &that = *static_cast<instance *>(self);
            that.events.change([&] {
                that.power_offs += request == LIBQEMU_REQUEST_POWER_OFF;
                that.reset_requests += request == LIBQEMU_REQUEST_RESET;
                that.resets_ready += request == LIBQEMU_RESET_READY;
            });
        };
        return api->start(&config, error);
    }

    void start_machine(const char *cpus = "1", const std::vector<const char *> &more = {})
    {
        std::vector<const char *> arguments = {"-M", "none", "-accel", "tcg,thread=multi", "-smp", cpus};
        arguments.insert(arguments.end(), more.begin(), more.end());
        message error;
        ASSERT_EQ(start(arguments, &error), LIBQEMU_OK) << error.text();
        build_map();
    }

    void build_map()
    {
        void *host = mmap(nullptr, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ASSERT_NE(host, MAP_FAILED);
        ram = static_cast<uint8_t *>(host);
        map = api->memory_container("map", UINT64_MAX);
        ASSERT_NE(map, nullptr);
        add(api->memory_ram("ram", ram, RAM_SIZE, false), 0);
        add(api->memory_ram("ram-again", ram, RAM_SIZE, false), RAM_AGAIN);
        add(api->memory_callback("mailbox", 0x1000, mailbox::call, &box), MAILBOX);
    }

    void add(libqemu_memory *memory, uint64_t address)
    {
        ASSERT_NE(memory, nullptr);
        ASSERT_EQ(api->memory_add(map, memory, address, 0), LIBQEMU_OK);
    }

    void put(const guest::program &words, uint64_t address = 0)
    {
        memcpy(ram + address, words.data(), words.size() * sizeof(words[0]));
    }

    void set(libqemu_object *object, const char *property, const char *value)
    {
        message error;
        ASSERT_EQ(api->property_set(object, property, value, &error), LIBQEMU_OK) << error.text();
    }

    // A Cortex-A53 that starts at EL1; `prepare` sees it before it is realized.
    libqemu_object *add_cpu(const char *name = "cpu",
                            const std::function<void(libqemu_object *)> &prepare = {})
    {
        libqemu_object *cpu = nullptr;
        message error;
        EXPECT_EQ(api->object_new("cortex-a53-arm-cpu", name, &cpu, &error), LIBQEMU_OK) << error.text();
        set(cpu, "has_el3", "false");
        set(cpu, "has_el2", "false");
        EXPECT_EQ(api->link_memory(cpu, "memory", map, &error), LIBQEMU_OK) << error.text();
        if (prepare) {
            prepare(cpu);
        }
        EXPECT_EQ(api->realize(cpu, &error), LIBQEMU_OK) << error.text();
        return cpu;
    }
};

class libqemu : public testing::Test
{
  protected:
    instance qemu;

    void SetUp() override { ASSERT_NE(qemu.api, nullptr); }
};

// --- the table ---------------------------------------------------------------------------------

TEST_F(libqemu, says_what_it_is)
{
    EXPECT_EQ(qemu.api->version, LIBQEMU_API_VERSION);
    EXPECT_EQ(std::string(qemu.api->qemu_version).substr(0, 5), "10.0.");
    EXPECT_STREQ(qemu.api->target, "aarch64");
}

TEST_F(libqemu, speaks_no_other_version)
{
    void *library = dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
    auto get_api = reinterpret_cast<libqemu_get_api_fn>(dlsym(library, "libqemu_get_api"));
    EXPECT_EQ(get_api(LIBQEMU_API_VERSION + 1), nullptr);
}

TEST_F(libqemu, exports_nothing_but_its_api_and_the_plugins)
{
    void *library = dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
    EXPECT_EQ(dlsym(library, "qemu_init"), nullptr);
    EXPECT_EQ(dlsym(library, "error_report"), nullptr);
    EXPECT_NE(dlsym(library, "qemu_plugin_register_vcpu_init_cb"), nullptr);
}

// --- start -------------------------------------------------------------------------------------

TEST_F(libqemu, refuses_an_unknown_machine_and_lives)
{
    message error;
    EXPECT_EQ(qemu.start({"-M", "nosuch"}, &error), LIBQEMU_EQEMU);
    EXPECT_NE(error.text().find("unsupported machine type: \"nosuch\""), std::string::npos) << error.text();
    EXPECT_EQ(error.text().find('\n'), std::string::npos) << error.text();
    ASSERT_FALSE(qemu.log.empty());
    EXPECT_NE(qemu.log[0].find("nosuch"), std::string::npos);
    EXPECT_EQ(threads_named("qemu_main"), 0u);
}

TEST_F(libqemu, refuses_an_unknown_argument)
{
    message error;
    EXPECT_EQ(qemu.start({"-M", "none", "-nosuchoption"}, &error), LIBQEMU_EQEMU);
    EXPECT_NE(error.text().find("-nosuchoption: invalid option"), std::string::npos) << error.text();
}

TEST_F(libqemu, refuses_one_thread_for_all_vcpus)
{
    message error;
    EXPECT_EQ(qemu.start({"-M", "none", "-accel", "tcg,thread=single"}, &error), LIBQEMU_EQEMU);
    EXPECT_NE(error.text().find("thread"), std::string::npos) << error.text();
}

TEST_F(libqemu, refuses_to_fork)
{
    message error;
    EXPECT_EQ(qemu.start({"-M", "none", "-daemonize"}, &error), LIBQEMU_EINVAL);
    EXPECT_NE(error.text().find("-daemonize"), std::string::npos) << error.text();
}

TEST_F(libqemu, starts_once)
{
    qemu.start_machine();
    message error;
    EXPECT_EQ(qemu.start({"-M", "none"}, &error), LIBQEMU_ESTATE);
    EXPECT_NE(error.text().find("once"), std::string::npos) << error.text();
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    message after;
    EXPECT_EQ(qemu.start({"-M", "none"}, &after), LIBQEMU_ESTATE);
}

TEST_F(libqemu, refuses_calls_before_start)
{
    libqemu_object *object = nullptr;
    message error;
    EXPECT_EQ(qemu.api->run(), LIBQEMU_ESTATE);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_ESTATE);
    EXPECT_EQ(qemu.api->object_new("pl011", "uart", &object, &error), LIBQEMU_ESTATE);
    EXPECT_NE(error.text(), "");
    EXPECT_EQ(qemu.api->memory_container("map", 1), nullptr);
    EXPECT_EQ(qemu.api->timer_deadline_ns(), -1);
}

int host_signal;

void host_handler(int number)
{
    host_signal = number;
}

TEST_F(libqemu, leaves_the_host_programs_signals_alone)
{
    constexpr int NUMBERS[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGBUS, SIGUSR1, SIGALRM, SIGIO, SIGCHLD};
    struct sigaction action {
    };
    action.sa_handler = host_handler;
    for (int number : NUMBERS) {
        sigaction(number, &action, nullptr);
    }
    qemu.start_machine();
    qemu.put(guest::WHO);
    qemu.add_cpu();
    qemu.api->run();
    qemu.box.wait_for(1);
    for (int number : NUMBERS) {
        struct sigaction now {
        };
        sigaction(number, nullptr, &now);
        EXPECT_EQ(now.sa_handler, host_handler) << strsignal(number);
        host_signal = 0;
        kill(getpid(), number); // delivered here before it returns: only this thread lets it through
        EXPECT_EQ(host_signal, number);
    }
    EXPECT_EQ(qemu.power_offs, 0);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- a CPU and its accesses --------------------------------------------------------------------

TEST_F(libqemu, hands_out_accesses_of_every_size)
{
    qemu.start_machine();
    qemu.put(guest::SIZES);
    libqemu_object *cpu = qemu.add_cpu();
    EXPECT_EQ(qemu.api->cpu_index(cpu), 0);
    qemu.box.answer = [](libqemu_access &access) {
        if (!access.is_write) {
            access.data = UINT64_C(0xffffffffdeadbeef); // only the low 4 bytes may arrive
        }
        return LIBQEMU_ACCESS_OK;
    };
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);

    struct {
        uint64_t address;
        uint64_t data;
        uint32_t size;
        bool is_write;
    } expected[] = {
        {0, 0xab, 1, true},
        {2, 0x1234, 2, true},
        {4, 0x9abc5678, 4, true},
        {8, 0x012300000000cdef, 8, true},
        {16, 0xffffffffdeadbeef, 4, false},
        {20, 0xdeadbeef, 4, true},
    };
    size_t n = 0;
    for (const auto &want : expected) {
        libqemu_access got = qemu.box.wait_for(++n);
        EXPECT_EQ(got.address, want.address) << n;
        EXPECT_EQ(got.data, want.data) << n;
        EXPECT_EQ(got.size, want.size) << n;
        EXPECT_EQ(got.is_write, want.is_write) << n;
        EXPECT_EQ(got.cpu, 0) << n;
        EXPECT_FALSE(got.user) << n;
        EXPECT_FALSE(got.unspecified) << n;
    }
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, does_not_execute_before_run)
{
    std::atomic<bool> running{false};
    std::atomic<bool> early{false};
    qemu.start_machine();
    qemu.put(guest::WHO);
    qemu.box.answer = [&](libqemu_access &) {
        early = early || !running;
        return LIBQEMU_ACCESS_OK;
    };
    libqemu_object *cpu = qemu.add_cpu();
    qemu.api->cpu_kick(cpu);
    qemu.api->cpu_resume(cpu);
    running = true;
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(1);
    EXPECT_FALSE(early);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, shares_host_memory)
{
    qemu.start_machine();
    qemu.put(guest::SHARED);
    const uint32_t given = 41;
    memcpy(qemu.ram + 0x4000, &given, sizeof(given));
    qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 42u);
    uint32_t written = 0;
    memcpy(&written, qemu.ram + 0x4004, sizeof(written));
    EXPECT_EQ(written, 42u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, code_written_through_another_mapping_of_the_ram_is_executed)
{
    qemu.start_machine();
    qemu.put(guest::ALIAS);
    qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 1u);
    EXPECT_EQ(qemu.box.wait_for(2).data, 2u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// As a TLM initiator socket does: everything is a call-back, instructions too, until direct memory takes
// over, while the CPU waits in an access.
TEST_F(libqemu, code_moves_from_a_call_back_to_ram)
{
    constexpr int MAP_AT = 2, SETTLED_AT = 4, END_AT = 50;
    std::atomic<int> writes{0};
    std::atomic<int> fetches{0};
    std::atomic<int> late_fetches{0};
    qemu.start_machine();
    qemu.put(guest::FLOOD);
    libqemu_memory *bus = qemu.api->memory_container("bus", UINT64_MAX);
    libqemu_memory *all = qemu.api->memory_callback("all", UINT64_MAX, mailbox::call, &qemu.box);
    libqemu_memory *direct = qemu.api->memory_ram("direct", qemu.ram, RAM_SIZE, false);
    ASSERT_EQ(qemu.api->memory_add(bus, all, 0, -1), LIBQEMU_OK);
    qemu.box.answer = [&](libqemu_access &access) {
        if (access.address < RAM_SIZE) {
            memcpy(&access.data, qemu.ram + access.address, access.size);
            (writes < SETTLED_AT ? fetches : late_fetches)++;
        } else if (++writes == MAP_AT) {
            EXPECT_EQ(qemu.api->memory_add(bus, direct, 0, 0), LIBQEMU_OK);
        }
        return access.address == MAILBOX || access.address < RAM_SIZE ? LIBQEMU_ACCESS_OK
                                                                      : LIBQEMU_ACCESS_DECODE_ERROR;
    };
    qemu.add_cpu("cpu", [&](libqemu_object *cpu) {
        ASSERT_EQ(qemu.api->link_memory(cpu, "memory", bus, nullptr), LIBQEMU_OK);
    });
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(END_AT);
    EXPECT_GE(fetches, 3);
    EXPECT_EQ(late_fetches, 0);
    EXPECT_GE(writes, SETTLED_AT);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// Reads and code are direct, each write is a call.
TEST_F(libqemu, memory_that_may_only_be_read_is_written_by_calls)
{
    struct rom {
        unsigned char *bytes;
        std::atomic<unsigned> writes{0};
        std::atomic<uint64_t> written_at{0};
        static libqemu_access_result write(void *opaque, libqemu_access *access)
        {
            auto *self = static_cast<rom *>(opaque);
            EXPECT_TRUE(access->is_write);
            memcpy(self->bytes + access->address, &access->data, access->size);
            self->written_at = access->address;
            self->writes++;
            return LIBQEMU_ACCESS_OK;
        }
    };
    qemu.start_machine();
    rom written{qemu.ram, {}, {}};
    qemu.put(guest::SHARED);
    const uint32_t given = 41;
    memcpy(qemu.ram + 0x4000, &given, sizeof(given));
    libqemu_memory *bus = qemu.api->memory_container("bus", UINT64_MAX);
    libqemu_memory *all = qemu.api->memory_callback("all", UINT64_MAX, mailbox::call, &qemu.box);
    libqemu_memory *direct = qemu.api->memory_rom("rom", qemu.ram, RAM_SIZE, &rom::write, &written);
    ASSERT_EQ(qemu.api->memory_add(bus, all, 0, -1), LIBQEMU_OK);
    ASSERT_EQ(qemu.api->memory_add(bus, direct, 0, 0), LIBQEMU_OK);
    std::atomic<unsigned> elsewhere{0};
    qemu.box.answer = [&](libqemu_access &access) {
        elsewhere += access.address < RAM_SIZE;
        return LIBQEMU_ACCESS_OK;
    };
    qemu.add_cpu("cpu", [&](libqemu_object *cpu) {
        ASSERT_EQ(qemu.api->link_memory(cpu, "memory", bus, nullptr), LIBQEMU_OK);
    });
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 42u);
    EXPECT_EQ(written.writes, 1u);
    EXPECT_EQ(written.written_at, 0x4004u);
    EXPECT_EQ(elsewhere, 0u);
    EXPECT_EQ(qemu.api->memory_remove(bus, direct), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->memory_sync(), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// ESR_ELx, Arm Architecture Reference Manual (DDI 0487), D19.2.37: EC 0x25 is a data abort from the current
// level; the DFSC 0b010000 is a synchronous external abort.
void expect_abort(instance &qemu, enum libqemu_access_result answer)
{
    qemu.start_machine();
    qemu.put(guest::ABORT);
    qemu.put(guest::ABORT_HANDLER, 0x1200);
    qemu.box.answer = [answer](libqemu_access &access) {
        return access.address == 0xff0 ? answer : LIBQEMU_ACCESS_OK;
    };
    qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).address, 0xff0u);
    const uint64_t esr = qemu.box.wait_for(2).data;
    EXPECT_EQ(esr >> 26, 0x25u);
    EXPECT_EQ(esr & 0x3f, 0x10u);
    EXPECT_EQ(qemu.box.wait_for(3).data, MAILBOX + 0xff0);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, an_error_is_the_guests_data_abort)
{
    expect_abort(qemu, LIBQEMU_ACCESS_ERROR);
}

TEST_F(libqemu, a_decode_error_is_the_guests_data_abort)
{
    expect_abort(qemu, LIBQEMU_ACCESS_DECODE_ERROR);
}

TEST_F(libqemu, two_cpus_are_in_call_backs_at_once)
{
    monitor meeting;
    int arrived = 0;
    qemu.start_machine("2");
    qemu.put(guest::WHO);
    qemu.box.answer = [&](libqemu_access &) {
        meeting.change([&] { arrived++; });
        meeting.wait([&] { return arrived == 2; }); // neither holds what the other needs
        return LIBQEMU_ACCESS_OK;
    };
    libqemu_object *first =
        qemu.add_cpu("first", [&](libqemu_object *cpu) { qemu.set(cpu, "mp-affinity", "0"); });
    libqemu_object *second =
        qemu.add_cpu("second", [&](libqemu_object *cpu) { qemu.set(cpu, "mp-affinity", "0x101"); });
    EXPECT_EQ(qemu.api->cpu_index(first), 0);
    EXPECT_EQ(qemu.api->cpu_index(second), 1);
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    for (size_t n = 1; n <= 2; n++) {
        libqemu_access access = qemu.box.wait_for(n);
        EXPECT_EQ(access.data & 0xffffff, access.cpu == 0 ? 0u : 0x101u);
    }
    EXPECT_NE(qemu.box.wait_for(1).cpu, qemu.box.wait_for(2).cpu);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, refuses_more_cpus_than_it_was_started_for)
{
    qemu.start_machine("1");
    qemu.add_cpu("first");
    libqemu_object *second = nullptr;
    message error;
    ASSERT_EQ(qemu.api->object_new("cortex-a53-arm-cpu", "second", &second, &error), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->realize(second, &error), LIBQEMU_EINVAL);
    EXPECT_NE(error.text().find("-smp"), std::string::npos) << error.text();
    EXPECT_EQ(qemu.api->cpu_index(second), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- interrupts --------------------------------------------------------------------------------

TEST_F(libqemu, an_interrupt_wakes_a_waiting_cpu)
{
    qemu.start_machine();
    qemu.put(guest::SLEEPER);
    libqemu_object *cpu = qemu.add_cpu();
    libqemu_irq *irq = qemu.api->gpio_in(cpu, nullptr, 0);
    ASSERT_NE(irq, nullptr);
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 1u);
    EXPECT_EQ(qemu.api->irq_set(irq, 1), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(2).data, 2u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, there_are_only_the_lines_that_a_device_has)
{
    qemu.start_machine();
    libqemu_object *cpu = qemu.add_cpu();
    EXPECT_EQ(qemu.api->gpio_in(cpu, nullptr, -1), nullptr);
    EXPECT_EQ(qemu.api->gpio_in(cpu, nullptr, 100), nullptr);
    EXPECT_EQ(qemu.api->gpio_in(cpu, "nosuch", 0), nullptr);
    EXPECT_EQ(qemu.api->irq_set(nullptr, 1), LIBQEMU_EINVAL);
    message error;
    auto ignore = [](void *, int) {};
    EXPECT_EQ(qemu.api->gpio_watch(cpu, nullptr, 100, ignore, nullptr, &error), LIBQEMU_EINVAL);
    EXPECT_NE(error.text(), "");
    message twice;
    EXPECT_EQ(qemu.api->gpio_watch(cpu, nullptr, 0, ignore, nullptr, nullptr), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->gpio_watch(cpu, nullptr, 0, ignore, nullptr, &twice), LIBQEMU_EINVAL);
    EXPECT_NE(twice.text().find("already"), std::string::npos) << twice.text();
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// A GICv3 for two CPUs, its redistributors in two regions: an array property, device memory, lines both ways.
TEST_F(libqemu, a_gic_passes_an_interrupt_on)
{
    constexpr uint64_t GICD_CTLR = 0, GICD_IGROUPR1 = 0x84, GICD_ISENABLER1 = 0x104, GICD_PIDR2 = 0xffe8;
    qemu.start_machine("2");
    qemu.put(guest::GIC);
    libqemu_object *cpu = qemu.add_cpu("cpu_0");
    qemu.add_cpu("cpu_1", [&](libqemu_object *other) { qemu.set(other, "start-powered-off", "true"); });

    libqemu_object *gic = nullptr;
    message error;
    ASSERT_EQ(qemu.api->object_new("arm-gicv3", "gic", &gic, &error), LIBQEMU_OK) << error.text();
    qemu.set(gic, "num-cpu", "2");
    qemu.set(gic, "num-irq", "64");
    qemu.set(gic, "redist-region-count", "1,1");
    ASSERT_EQ(qemu.api->realize(gic, &error), LIBQEMU_OK) << error.text();

    libqemu_memory *distributor = qemu.api->memory_of_device(gic, 0);
    ASSERT_NE(distributor, nullptr);
    EXPECT_EQ(qemu.api->memory_size(distributor), 0x10000u);
    EXPECT_NE(qemu.api->memory_of_device(gic, 2), nullptr); // the second redistributor region
    EXPECT_EQ(qemu.api->memory_of_device(gic, 3), nullptr);
    EXPECT_EQ(qemu.api->memory_add(qemu.map, distributor, 0x8000000, 0), LIBQEMU_OK);

    libqemu_access read{};
    read.address = GICD_PIDR2;
    read.size = 4;
    EXPECT_EQ(qemu.api->memory_access(distributor, &read), LIBQEMU_ACCESS_OK);
    EXPECT_EQ(read.data & 0xf0, 0x30u); // ArchRev: GICv3 (IHI 0069, 12.9.21)

    auto write = [&](uint64_t offset, uint32_t value) {
        libqemu_access access{};
        access.address = 0x8000000 + offset;
        access.data = value;
        access.size = 4;
        access.is_write = true;
        EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_OK) << offset;
    };

    libqemu_irq *irq = qemu.api->gpio_in(cpu, nullptr, 0);
    ASSERT_EQ(qemu.api->gpio_connect(gic, "sysbus-irq", 0, irq, &error), LIBQEMU_OK) << error.text();
    EXPECT_EQ(qemu.api->gpio_connect(gic, "sysbus-irq", 0, irq, nullptr), LIBQEMU_EINVAL);
    libqemu_irq *spi = qemu.api->gpio_in(gic, nullptr, 0);
    ASSERT_NE(spi, nullptr);
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 1u);
    write(GICD_CTLR, 3); // both groups on
    write(GICD_IGROUPR1, 1);
    write(GICD_ISENABLER1, 1);

    EXPECT_EQ(qemu.api->irq_set(spi, 1), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(2).data, 32u); // the first shared peripheral interrupt
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- vCPUs -------------------------------------------------------------------------------------

TEST_F(libqemu, a_reset_starts_a_cpu_over)
{
    qemu.start_machine();
    qemu.put(guest::WHO);
    libqemu_object *cpu = qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(1);
    EXPECT_EQ(qemu.api->cpu_reset(cpu), LIBQEMU_OK);
    qemu.box.wait_for(2);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, a_reset_may_be_asked_for_while_the_cpu_waits_in_an_access)
{
    qemu.start_machine();
    qemu.put(guest::WHO);
    libqemu_object *cpu = qemu.add_cpu();
    monitor gate;
    bool open = false;
    qemu.box.answer = [&](libqemu_access &) {
        gate.wait([&] { return open; });
        return LIBQEMU_ACCESS_OK;
    };
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->cpu_reset(cpu), LIBQEMU_OK);
    gate.change([&] { open = true; });
    qemu.box.wait_for(1);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, a_cpu_without_power_does_not_execute)
{
    std::atomic<bool> powered{false};
    std::atomic<bool> early{false};
    qemu.start_machine("2");
    qemu.put(guest::WHO);
    qemu.box.answer = [&](libqemu_access &access) {
        early = early || (access.cpu == 1 && !powered);
        return LIBQEMU_ACCESS_OK;
    };
    qemu.add_cpu("cpu_0");
    libqemu_object *off =
        qemu.add_cpu("cpu_1", [&](libqemu_object *cpu) { qemu.set(cpu, "start-powered-off", "true"); });
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).cpu, 0);
    qemu.api->cpu_kick(off);
    qemu.api->irq_set(qemu.api->gpio_in(off, nullptr, 0), 1); // what would wake one that sleeps
    powered = true;
    EXPECT_EQ(qemu.api->cpu_power(off, true), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(2).cpu, 1);
    EXPECT_FALSE(early);
    EXPECT_EQ(qemu.api->cpu_power(off, false), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->cpu_power(off, true), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(3).cpu, 1);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, stop_stops_and_run_goes_on)
{
    std::atomic<bool> stopped{false};
    std::atomic<bool> late{false};
    qemu.start_machine();
    qemu.put(guest::FLOOD);
    qemu.box.answer = [&](libqemu_access &) {
        late = late || stopped;
        return LIBQEMU_ACCESS_OK;
    };
    libqemu_object *cpu = qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(1);
    ASSERT_EQ(qemu.api->stop(), LIBQEMU_OK);
    stopped = true;
    const size_t before = qemu.box.count();
    qemu.api->cpu_kick(cpu);
    EXPECT_EQ(qemu.box.count(), before);
    stopped = false;
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(before + 1);
    EXPECT_FALSE(late);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, a_paused_cpu_goes_on_when_resumed)
{
    qemu.start_machine();
    qemu.put(guest::FLOOD);
    libqemu_object *cpu = qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(1);
    EXPECT_EQ(qemu.api->cpu_pause(cpu), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->cpu_resume(cpu), LIBQEMU_OK);
    qemu.box.wait_for(qemu.box.count() + 2);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// Threads come and go while the CPU executes: each must become known to QEMU, and be forgotten when it ends.
TEST_F(libqemu, any_thread_may_call)
{
    constexpr int ROUNDS = 20, THREADS = 4, CALLS = 50;
    qemu.start_machine();
    qemu.put(guest::FLOOD);
    libqemu_object *cpu = qemu.add_cpu();
    libqemu_irq *irq = qemu.api->gpio_in(cpu, nullptr, 0);
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    for (int round = 0; round < ROUNDS; round++) {
        std::vector<std::thread> threads;
        for (uint64_t t = 0; t < THREADS; t++) {
            threads.emplace_back([&, t] {
                for (uint64_t n = 1; n <= CALLS; n++) {
                    libqemu_access access{};
                    access.address = 0x4000 + 8 * t;
                    access.size = 8;
                    access.data = n;
                    access.is_write = true;
                    EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_OK);
                    EXPECT_EQ(qemu.api->irq_set(irq, n & 1), LIBQEMU_OK);
                    EXPECT_EQ(qemu.api->cpu_kick(cpu), LIBQEMU_OK);
                }
            });
        }
        for (std::thread &each : threads) {
            each.join();
        }
    }
    for (size_t t = 0; t < THREADS; t++) {
        EXPECT_EQ(qemu.ram[0x4000 + 8 * t], CALLS);
    }
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- what the guest asks for -------------------------------------------------------------------

// PSCI (Arm DEN 0022): SYSTEM_OFF is 0x84000008, SYSTEM_RESET 0x84000009.
TEST_F(libqemu, the_guest_resets_and_powers_off)
{
    qemu.start_machine();
    qemu.put(guest::PSCI);
    int calls = 0;
    qemu.box.answer = [&](libqemu_access &access) {
        if (!access.is_write) {
            access.data = calls++ == 0 ? 0x84000009 : 0x84000008;
        }
        return LIBQEMU_ACCESS_OK;
    };
    libqemu_object *cpu =
        qemu.add_cpu("cpu", [&](libqemu_object *made) { qemu.set(made, "psci-conduit", "2"); }); // HVC
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.events.wait([&] { return qemu.reset_requests == 1; });
    EXPECT_EQ(qemu.box.count(), 1u) << "until we say so nothing is reset";
    ASSERT_EQ(qemu.api->reset_begin(), LIBQEMU_OK);
    qemu.events.wait([&] { return qemu.resets_ready == 1; });
    ASSERT_EQ(qemu.api->system_reset(), LIBQEMU_OK);
    ASSERT_EQ(qemu.api->cpu_start(cpu, true), LIBQEMU_OK);
    qemu.events.wait([&] { return qemu.power_offs == 1; });
    EXPECT_EQ(qemu.box.count(), 2u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    EXPECT_EQ(qemu.reset_requests, 1);
    EXPECT_EQ(qemu.resets_ready, 1);
    EXPECT_EQ(qemu.power_offs, 1);
}

// Through QEMU's monitor, so through its main loop and this instance's glib context.
TEST_F(libqemu, qmp_quit_is_a_request)
{
    int ends[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    const std::string chardev = "socket,id=qmp,fd=" + std::to_string(ends[1]);
    qemu.start_machine("1", {"-chardev", chardev.c_str(), "-mon", "chardev=qmp,mode=control"});
    const std::string commands = R"({"execute":"qmp_capabilities"}{"execute":"quit"})";
    ASSERT_EQ(write(ends[0], commands.data(), commands.size()), static_cast<ssize_t>(commands.size()));
    qemu.events.wait([&] { return qemu.power_offs == 1; });
    EXPECT_EQ(qemu.reset_requests, 0);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    close(ends[0]);
}

// Semihosting (Arm ABI, IHI 0058): SYS_EXIT with ADP_Stopped_ApplicationExit and a status makes QEMU call
// exit().
TEST_F(libqemu, exit_later_is_a_call_of_fatal)
{
    qemu.start_machine("1", {"-semihosting-config", "enable=on,target=native"});
    qemu.put(guest::SEMIHOSTING);
    const uint64_t block[] = {0x20026, 7};
    memcpy(qemu.ram + 0x4000, block, sizeof(block));
    libqemu_object *cpu = qemu.add_cpu();
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.events.wait([&] { return qemu.fatal_status >= 0; });
    EXPECT_EQ(qemu.fatal_status, 7);
    EXPECT_EQ(qemu.api->cpu_reset(cpu), LIBQEMU_ESTATE);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_ESTATE);
}

// --- time --------------------------------------------------------------------------------------

TEST_F(libqemu, the_guests_timer_is_the_next_deadline)
{
    std::atomic<int> level{0};
    constexpr int GTIMER_VIRT = 1; // target/arm/gtimer.h
    qemu.start_machine();
    qemu.put(guest::TIMER);
    libqemu_object *cpu = qemu.add_cpu("cpu", [&](libqemu_object *made) {
        qemu.set(made, "cntfrq", "1000000000"); // so that the counter counts ns
        message error;
        EXPECT_EQ(qemu.api->gpio_watch(
                      made, nullptr, GTIMER_VIRT,
                      [](void *opaque, int now) { *static_cast<std::atomic<int> *>(opaque) = now; }, &level,
                      &error),
                  LIBQEMU_OK)
            << error.text();
    });
    ASSERT_NE(cpu, nullptr);
    EXPECT_EQ(qemu.api->timer_deadline_ns(), -1);
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(1);

    // QEMU's clock runs with the host's here, so the sum may be early by the time between two readings.
    const int64_t deadline = qemu.api->timer_deadline_ns();
    EXPECT_LE(deadline, static_cast<int64_t>(TIMER_CVAL));
    EXPECT_GT(deadline, static_cast<int64_t>(TIMER_CVAL - TIMER_CVAL / 1024));

    EXPECT_EQ(level, 0);
    EXPECT_EQ(qemu.api->clock_set_ns(-1), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->clock_set_ns(static_cast<int64_t>(TIMER_CVAL)), LIBQEMU_OK);
    EXPECT_GE(qemu.api->clock_ns(), static_cast<int64_t>(TIMER_CVAL));
    EXPECT_EQ(qemu.api->clock_set_ns(0), LIBQEMU_EINVAL); // never back
    EXPECT_EQ(qemu.api->timers_run(), LIBQEMU_OK);
    EXPECT_EQ(level, 1);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- objects and properties --------------------------------------------------------------------

TEST_F(libqemu, knows_its_types)
{
    const char *kind = "";
    qemu.start_machine();
    EXPECT_TRUE(qemu.api->type_exists("cortex-a53-arm-cpu", &kind));
    EXPECT_STREQ(kind, "cpu");
    EXPECT_TRUE(qemu.api->type_exists("arm-gicv3", &kind));
    EXPECT_STREQ(kind, "sysbus-device");
    EXPECT_TRUE(qemu.api->type_exists("or-irq", &kind));
    EXPECT_STREQ(kind, "device");
    EXPECT_TRUE(qemu.api->type_exists("memory-backend-ram", nullptr));
    EXPECT_FALSE(qemu.api->type_exists("device", nullptr)); // abstract
    EXPECT_FALSE(qemu.api->type_exists("nosuch", nullptr));
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

struct seen_types {
    bool pl061 = false, cpu = false, on_bus = false, abstract = false;
};

TEST_F(libqemu, lists_what_can_be_made)
{
    seen_types seen;
    const auto look = [](void *opaque, const char *type, const char *kind, const char *bus, const char *) {
        auto &all = *static_cast<seen_types *>(opaque);
        const std::string name = type, of = kind;
        all.pl061 |= name == "pl061" && of == "sysbus-device";
        all.cpu |= name == "cortex-a53-arm-cpu" && of == "cpu";
        all.on_bus |=
            name == "virtio-rng-device" && of == "device" && bus && std::string(bus) == "virtio-bus";
        all.abstract |= name == "arm-cpu" || name == "sys-bus-device";
    };
    EXPECT_EQ(qemu.api->types(look, &seen), LIBQEMU_ESTATE);
    qemu.start_machine();
    EXPECT_EQ(qemu.api->types(nullptr, nullptr), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->types(look, &seen), LIBQEMU_OK);
    EXPECT_TRUE(seen.pl061 && seen.cpu && seen.on_bus);
    EXPECT_FALSE(seen.abstract);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// As "KIND NAME NUMBER".
static std::set<std::string> features_of(const libqemu_api &api, libqemu_object *object)
{
    std::set<std::string> all;
    message error;
    const auto look = [](void *opaque, const libqemu_feature *feature) {
        static_cast<std::set<std::string> *>(opaque)->insert(
            std::to_string(feature->kind) + " " + feature->name + " " + std::to_string(feature->number));
    };
    EXPECT_EQ(api.describe(object, look, &all, &error), LIBQEMU_OK) << error.text();
    return all;
}

TEST_F(libqemu, describes_an_object)
{
    qemu.start_machine();
    libqemu_object *gpio = nullptr;
    message error;
    ASSERT_EQ(qemu.api->object_new("pl061", "gpio", &gpio, &error), LIBQEMU_OK) << error.text();
    ASSERT_EQ(qemu.api->realize(gpio, &error), LIBQEMU_OK) << error.text();
    const std::set<std::string> all = features_of(*qemu.api, gpio);
    const std::set<std::string> wanted = {std::to_string(LIBQEMU_FEATURE_PROPERTY) + " pullups 0",
                                          std::to_string(LIBQEMU_FEATURE_PROPERTY) + " pulldowns 0",
                                          std::to_string(LIBQEMU_FEATURE_GPIO_IN) + "  8",
                                          std::to_string(LIBQEMU_FEATURE_GPIO_OUT) + "  8",
                                          std::to_string(LIBQEMU_FEATURE_GPIO_OUT) + " sysbus-irq 1",
                                          std::to_string(LIBQEMU_FEATURE_REGION) + " pl061 4096"};
    EXPECT_EQ(all, wanted);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// A Cortex-M's container wants a clock, and makes the CPU.
TEST_F(libqemu, feeds_clocks_and_finds_parts)
{
    qemu.start_machine();
    libqemu_object *container = nullptr;
    message error, refused;
    ASSERT_EQ(qemu.api->object_new("armv7m", "m", &container, &error), LIBQEMU_OK) << error.text();
    qemu.set(container, "cpu-type", "cortex-m4-arm-cpu");
    ASSERT_EQ(qemu.api->link_memory(container, "memory", qemu.map, &error), LIBQEMU_OK) << error.text();
    EXPECT_EQ(qemu.api->object_find(container, "cpu"), nullptr);
    EXPECT_EQ(qemu.api->clock_set(container, "nosuch", 1000, &refused), LIBQEMU_EINVAL);
    EXPECT_NE(refused.text().find("no clock input 'nosuch'"), std::string::npos) << refused.text();
    ASSERT_EQ(qemu.api->clock_set(container, "cpuclk", 100000000, &error), LIBQEMU_OK) << error.text();
    ASSERT_EQ(qemu.api->realize(container, &error), LIBQEMU_OK) << error.text();
    EXPECT_EQ(qemu.api->clock_set(container, "cpuclk", 50000000, &error), LIBQEMU_OK) << error.text();
    libqemu_object *cpu = qemu.api->object_find(container, "cpu");
    ASSERT_NE(cpu, nullptr);
    EXPECT_EQ(qemu.api->cpu_index(cpu), 0);
    EXPECT_EQ(qemu.api->cpu_index(container), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, refuses_bad_objects_and_properties)
{
    qemu.start_machine();
    libqemu_object *object = nullptr;
    auto refuse_new = [&](const char *type, const char *name, const char *says) {
        message error;
        EXPECT_EQ(qemu.api->object_new(type, name, &object, &error), LIBQEMU_EINVAL);
        EXPECT_NE(error.text().find(says), std::string::npos) << error.text();
    };
    refuse_new("nosuch", "x", "no type 'nosuch'");
    refuse_new("device", "x", "abstract");
    refuse_new("none-machine", "x", "neither");
    refuse_new("or-irq", "", "no name");
    refuse_new("or-irq", "a/b", "no name");

    message error;
    ASSERT_EQ(qemu.api->object_new("or-irq", "or", &object, &error), LIBQEMU_OK) << error.text();
    libqemu_object *same = nullptr;
    EXPECT_EQ(qemu.api->object_new("or-irq", "or", &same, nullptr), LIBQEMU_EINVAL);

    auto refuse_set = [&](const char *property, const char *value, const char *says) {
        message refusal;
        EXPECT_EQ(qemu.api->property_set(object, property, value, &refusal), LIBQEMU_EINVAL);
        EXPECT_NE(refusal.text().find(says), std::string::npos) << refusal.text();
    };
    refuse_set("num-line", "4", "did you mean 'num-lines'?");
    refuse_set("zzzzzzzz", "4", "no property 'zzzzzzzz'");
    refuse_set("num-lines", "four", "num-lines");

    char *value = nullptr;
    EXPECT_EQ(qemu.api->property_set(object, "num-lines", "0x4", nullptr), LIBQEMU_OK);
    ASSERT_EQ(qemu.api->property_get(object, "num-lines", &value, nullptr), LIBQEMU_OK);
    EXPECT_STREQ(value, "4");
    free(value);
    EXPECT_EQ(qemu.api->realize(object, nullptr), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->realize(object, nullptr), LIBQEMU_ESTATE);
    EXPECT_EQ(qemu.api->link_set(object, "nosuch", object, nullptr), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, what_a_device_refuses_is_an_error_with_its_words)
{
    qemu.start_machine();
    libqemu_object *gic = nullptr;
    message error;
    ASSERT_EQ(qemu.api->object_new("arm-gicv3", "gic", &gic, &error), LIBQEMU_OK);
    qemu.set(gic, "num-irq", "33"); // not a multiple of 32
    EXPECT_EQ(qemu.api->realize(gic, &error), LIBQEMU_EQEMU);
    EXPECT_NE(error.text().find("33"), std::string::npos) << error.text();
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- memory ------------------------------------------------------------------------------------

TEST_F(libqemu, accesses_a_region_directly)
{
    qemu.start_machine();
    libqemu_access access{};
    access.address = 0x4001; // unaligned, as RAM allows
    access.data = 0x1122334455667788;
    access.size = 8;
    access.is_write = true;
    EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_OK);
    EXPECT_EQ(qemu.ram[0x4001], 0x88);
    EXPECT_EQ(qemu.ram[0x4008], 0x11);

    access = {};
    access.address = MAILBOX + 4;
    access.size = 2;
    access.secure = true;
    access.requester_id = 0x1234;
    qemu.box.answer = [](libqemu_access &seen) {
        seen.data = 0xabcd;
        return LIBQEMU_ACCESS_OK;
    };
    EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_OK);
    EXPECT_EQ(access.data, 0xabcdu);
    libqemu_access seen = qemu.box.wait_for(1);
    EXPECT_EQ(seen.address, 4u);
    EXPECT_EQ(seen.size, 2u);
    EXPECT_EQ(seen.cpu, -1);
    EXPECT_TRUE(seen.secure);
    EXPECT_EQ(seen.requester_id, 0x1234);

    access = {};
    access.address = 0x70000000; // nothing is there
    access.size = 4;
    EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_DECODE_ERROR);
    access.size = 3;
    EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_ERROR);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// The host program itself replaces a function that the guest has executed.
TEST_F(libqemu, translates_anew_what_others_have_written)
{
    qemu.start_machine();
    qemu.put(guest::TWICE);
    qemu.add_cpu();
    bool first = true;
    qemu.box.answer = [&](libqemu_access &) {
        const uint32_t instruction = 0x52800863; // mov w3, #0x43
        if (first) {
            memcpy(qemu.ram + 0x20, &instruction, sizeof(instruction));
            EXPECT_EQ(qemu.api->memory_written(qemu.ram + 0x20, 4), LIBQEMU_OK);
        }
        first = false;
        return LIBQEMU_ACCESS_OK;
    };
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    EXPECT_EQ(qemu.box.wait_for(1).data, 1u);
    EXPECT_EQ(qemu.box.wait_for(2).data, 0x43u);

    uint8_t elsewhere = 0;
    EXPECT_EQ(qemu.api->memory_written(&elsewhere, 1), LIBQEMU_OK); // no memory of the guest's: nothing to do
    EXPECT_EQ(qemu.api->memory_written(qemu.ram + RAM_SIZE - 1, 100), LIBQEMU_OK); // the rest is not
    EXPECT_EQ(qemu.api->memory_written(nullptr, 1), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->memory_written(qemu.ram, 0), LIBQEMU_EINVAL);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->memory_written(qemu.ram, 4), LIBQEMU_ESTATE);
}

TEST_F(libqemu, maps_hides_and_removes)
{
    qemu.start_machine();
    mailbox above;
    above.answer = [](libqemu_access &access) {
        access.data = 0x77;
        return LIBQEMU_ACCESS_OK;
    };
    libqemu_memory *hiding = qemu.api->memory_callback("hiding", 0x10, mailbox::call, &above);
    libqemu_memory *window = qemu.api->memory_alias("window", hiding, 8, 8);
    EXPECT_EQ(qemu.api->memory_size(window), 8u);
    EXPECT_EQ(qemu.api->memory_add(qemu.map, window, 0x100, 1), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->memory_add(qemu.map, window, 0x200, 1), LIBQEMU_EINVAL); // is in a place already
    auto read = [&] {
        libqemu_access access{};
        access.address = 0x104;
        access.size = 1;
        EXPECT_EQ(qemu.api->memory_access(qemu.map, &access), LIBQEMU_ACCESS_OK);
        return access.data;
    };
    EXPECT_EQ(read(), 0x77u);
    EXPECT_EQ(above.wait_for(1).address, 12u);
    EXPECT_EQ(qemu.api->memory_remove(qemu.map, window), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->memory_remove(qemu.map, window), LIBQEMU_EINVAL);
    EXPECT_EQ(read(), 0u);
    EXPECT_NE(qemu.api->memory_system(), nullptr);
    EXPECT_EQ(qemu.api->memory_add(hiding, window, 0, 0), LIBQEMU_EINVAL); // no container
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

TEST_F(libqemu, one_host_range_is_one_block)
{
    qemu.start_machine();
    EXPECT_NE(qemu.api->memory_ram("part", qemu.ram + 0x1000, 0x1000, true), nullptr);
    EXPECT_EQ(qemu.api->memory_ram("unaligned", qemu.ram + 1, 0x1000, false), nullptr);
    EXPECT_EQ(qemu.api->memory_ram("straddling", qemu.ram + RAM_SIZE - 0x1000, 0x2000, false), nullptr);
    EXPECT_NE(qemu.log.back().find("straddling"), std::string::npos);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
}

// --- shutdown ----------------------------------------------------------------------------------

TEST_F(libqemu, shutdown_joins_running_vcpus_and_the_main_loop)
{
    qemu.start_machine("2");
    qemu.put(guest::SPIN);
    qemu.add_cpu("cpu_0");
    qemu.add_cpu("cpu_1");
    ASSERT_EQ(qemu.api->run(), LIBQEMU_OK);
    qemu.box.wait_for(2);
    EXPECT_EQ(threads_named("CPU "), 2u);
    EXPECT_EQ(threads_named("qemu_main"), 1u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    EXPECT_EQ(threads_named("CPU "), 0u);
    EXPECT_EQ(threads_named("qemu_main"), 0u);
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_ESTATE);
    EXPECT_EQ(qemu.api->run(), LIBQEMU_ESTATE);
}

TEST_F(libqemu, shutdown_needs_no_run)
{
    qemu.start_machine();
    qemu.add_cpu();
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    EXPECT_EQ(threads_named("CPU "), 0u);
}

TEST_F(libqemu, the_process_may_end_without_shutdown)
{
    EXPECT_EXIT(
        {
            instance other;
            other.start_machine();
            other.put(guest::SPIN);
            other.add_cpu();
            other.api->run();
            other.box.wait_for(1);
            exit(5);
        },
        testing::ExitedWithCode(5), "");
}

// --- several instances -------------------------------------------------------------------------

class copy_of_library
{
  public:
    copy_of_library()
    {
        std::ifstream from(library_path(), std::ios::binary);
        std::ofstream(path(), std::ios::binary) << from.rdbuf();
    }
    std::string path() const { return m_folder.file("libqemu.so"); }

  private:
    const test::scratch m_folder;
};

TEST_F(libqemu, two_instances_live_side_by_side)
{
    copy_of_library copy;
    instance other(copy.path());
    ASSERT_NE(other.api, nullptr);
    for (instance *each : {&qemu, &other}) {
        each->start_machine();
        each->put(guest::SLEEPER);
        each->add_cpu();
        ASSERT_EQ(each->api->run(), LIBQEMU_OK);
        each->box.wait_for(1);
    }
    // Main loop, clock and power-off of one are not the other's
    EXPECT_EQ(qemu.api->shutdown(), LIBQEMU_OK);
    EXPECT_EQ(other.box.wait_for(1).data, 1u);
    libqemu_object *object = nullptr;
    EXPECT_EQ(other.api->object_new("or-irq", "or", &object, nullptr), LIBQEMU_OK);
    EXPECT_EQ(qemu.api->object_new("or-irq", "or", &object, nullptr), LIBQEMU_ESTATE);
    EXPECT_EQ(other.api->shutdown(), LIBQEMU_OK);
}

} // namespace
