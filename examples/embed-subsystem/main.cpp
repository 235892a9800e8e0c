// SPDX-License-Identifier: MIT
//
// A SoC of one's own around QEMU's CPUs.
//
//   embed-subsystem              the CPU's subsystem is put together here
//   embed-subsystem cpus.lua     it is in a Lua file
//
// The program that runs in it comes with qemu-timekeeper; it talks to the console.
#include "console.h"

#include <timekeeper/platform_file.h>
#include <timekeeper/systemc/installation.h>
#include <timekeeper/systemc/subsystem.h>

#include <iostream>
#include <memory>

// A subsystem of modules that qemu-timekeeper brings.
static std::unique_ptr<tk::subsystem> make_cpus()
{
    auto cpus = std::make_unique<tk::subsystem>("cpus", tk::settings{{"quantum_ns", 100000}});

    cpus->add("router", "router");
    cpus->add("ram", "gs_memory");
    cpus->add("loader", "loader", {}, {{"1.elf_file", tk::firmware_dir() + "/hello.elf"}});
    cpus->add("qemu", "QemuInstance", {"AARCH64"});
    cpus->add(
        "cpu_0", "cpu_arm_cortexA53", {"&qemu"},
        {{"rvbar", 0x40000000}, {"has_el2", false}, {"has_el3", false}, {"insn_per_second", 100000000}});
    cpus->add("exiter", "exiter");
    cpus->bind("cpu_0.mem", "router.target_socket");
    cpus->bind("loader.initiator_socket", "router.target_socket");
    cpus->bind("ram.target_socket", "router.initiator_socket",
               {{"address", 0x40000000}, {"size", 0x08000000}});
    cpus->bind("exiter.target_socket", "router.initiator_socket",
               {{"address", 0x0a200000}, {"size", 0x1000}});
    return cpus;
}

class top : public sc_core::sc_module
{
  public:
    top(const sc_core::sc_module_name &name, const char *file)
        : sc_module(name),
          m_cpus(file ? std::make_unique<tk::subsystem>("cpus", tk::load_platform_file(file)) : make_cpus())
    {
        m_cpus->bind("router.initiator_socket", m_console.socket,
                     {{"address", 0x09000000}, {"size", 0x1000}});
    }

  private:
    std::unique_ptr<tk::subsystem> m_cpus;
    console m_console{"console"};
};

int sc_main(int argc, char *argv[])
{
    int code = 0;

    try {
        tk::register_installed_models();
        const top soc("top", argc > 1 ? argv[1] : nullptr);
        sc_core::sc_start();
        tk::exit_requested(&code);
        std::cout << "ends at " << sc_core::sc_time_stamp() << " with code " << code << std::endl;
    } catch (const tk::config_error &error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
    return code;
}
