// SPDX-License-Identifier: MIT
//
// QEMU after QEMU in one process: each is loaded, started, runs a CPU, and is shut down. Nothing of QEMU is
// unloaded, so that each costs something for good, as timekeeper/libqemu.h says: what, is bounded here, and
// it does not become more.
#include "timekeeper/systemc/qemu/library.h"

#include "timekeeper/libqemu.h"

#include <gtest/gtest.h>

#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace
{

constexpr unsigned instances = 100;
constexpr uint64_t ram_size = 0x10000;
constexpr uint64_t doorbell = 0x10000000;

struct cost {
    size_t threads, files, resident_bytes;
};

size_t entries(const char *folder)
{
    const auto each = std::filesystem::directory_iterator(folder);
    return static_cast<size_t>(std::distance(begin(each), end(each)));
}

cost cost_of_process()
{
    size_t size = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return {entries("/proc/self/task"), entries("/proc/self/fd"),
            resident * static_cast<size_t>(sysconf(_SC_PAGESIZE))};
}

enum libqemu_access_result ring(void *opaque, libqemu_access *)
{
    sem_post(static_cast<sem_t *>(opaque));
    return LIBQEMU_ACCESS_OK;
}

class machine
{
  public:
    explicit machine(const libqemu_api &api) : m_api(api)
    {
        sem_init(&m_rung, 0, 0);
        start();
    }
    ~machine() { sem_destroy(&m_rung); }
    machine(const machine &) = delete;
    machine &operator=(const machine &) = delete;

    // Until its CPU has made an access, and then in the middle of the next ones.
    void run()
    {
        ASSERT_EQ(m_api.run(), LIBQEMU_OK);
        ASSERT_EQ(sem_wait(&m_rung), 0);
        EXPECT_EQ(m_api.shutdown(), LIBQEMU_OK);
        EXPECT_EQ(munmap(m_ram, ram_size), 0);
    }

  private:
    void start()
    {
        const char *arguments[] = {"-M", "none", "-accel", "tcg,thread=multi", "-smp", "1"};
        libqemu_config config{};
        config.argv = arguments;
        config.argc = 6;
        ASSERT_EQ(m_api.start(&config, nullptr), LIBQEMU_OK);
        m_ram = mmap(nullptr, ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ASSERT_NE(m_ram, MAP_FAILED);
        auto *words = static_cast<uint32_t *>(m_ram);
        words[0] = 0xd2a20000; // mov x0, #0x10000000
        words[1] = 0xb9000000; // str w0, [x0]
        words[2] = 0x17ffffff; // b   .-4
        libqemu_memory *map = m_api.memory_container("map", UINT64_MAX);
        m_api.memory_add(map, m_api.memory_ram("ram", m_ram, ram_size, false), 0, 0);
        m_api.memory_add(map, m_api.memory_callback("doorbell", 0x1000, ring, &m_rung), doorbell, 0);
        libqemu_object *cpu = nullptr;
        ASSERT_EQ(m_api.object_new("cortex-a53-arm-cpu", "cpu", &cpu, nullptr), LIBQEMU_OK);
        ASSERT_EQ(m_api.link_memory(cpu, "memory", map, nullptr), LIBQEMU_OK);
        ASSERT_EQ(m_api.realize(cpu, nullptr), LIBQEMU_OK);
    }

    const libqemu_api &m_api;
    void *m_ram = nullptr;
    sem_t m_rung{};
};

TEST(instances, come_and_go_in_one_process)
{
    setenv("TIMEKEEPER_LIB_DIR", LIBRARY_DIR, 1);
    cost before = cost_of_process();
    for (unsigned i = 0; i < instances; i++) {
        machine(tk::load_libqemu("aarch64")).run();
        const cost now = cost_of_process();
        // RCU's thread; QEMU's own descriptors, and that of the copy of the library.
        EXPECT_LE(now.threads, before.threads + 1) << "instance " << i;
        EXPECT_LE(now.files, before.files + 8) << "instance " << i;
        // What relocation writes in the library (14 MB) and what QEMU allocates and never frees.
        EXPECT_LE(now.resident_bytes, before.resident_bytes + 48000000) << "instance " << i;
        before = now;
    }
    std::cout << instances << " instances: " << before.threads << " threads, " << before.files
              << " descriptors, " << before.resident_bytes / 1000000 << " MB are left\n";
}

} // namespace
