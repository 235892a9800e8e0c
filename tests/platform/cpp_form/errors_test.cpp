// SPDX-License-Identifier: MIT
//
// Each mistake is one error, with the line of C++ where it is.
#include "soc.h"

#include <timekeeper/systemc/keeper.h>
#include <timekeeper/systemc/subsystem.h>

#include <gtest/gtest.h>

#include <functional>

namespace
{

struct small : sc_core::sc_module {
    tk::qemu_instance qemu{"qemu", "aarch64"};
    tk::qemu_cpu cpu{"cpu", qemu, "cortex-a53"};
    memory ram{"ram", 0x1000};
    explicit small(const sc_core::sc_module_name &name) : sc_module(name) { cpu.mem.bind(ram.socket); }
};

// What `action` throws, without this file's folder.
std::string error_of(const std::function<void()> &action)
{
    try {
        action();
    } catch (const tk::config_error &error) {
        std::string text = error.what();
        const size_t at = text.find("errors_test.cpp");
        return at == std::string::npos ? text : text.substr(at);
    }
    return "no error";
}

std::string at_line(int line, const std::string &text)
{
    return "errors_test.cpp:" + std::to_string(line) + ": " + text;
}

void elaborate()
{
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
}

} // namespace

TEST(cpp_error, a_parameter_that_there_is_none_of)
{
    small all("soc");
    std::string text = error_of([&] { all.cpu.set("insn_per_secnd", 5); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text, at_line(line, "soc.cpu: there is no parameter 'insn_per_secnd'; did you mean "
                                  "'insn_per_second'?"));
}

TEST(cpp_error, a_value_out_of_range)
{
    small all("soc");
    std::string text = error_of([&] { all.cpu.insn_per_second(0); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text, at_line(line, "soc.cpu: 'insn_per_second' is 0; it must be from 1 to 1000000000000"));
    text = error_of([&] { all.qemu.page_bits(17); });
    line = __LINE__ - 1;
    EXPECT_EQ(text, at_line(line, "soc.qemu: 'page_bits' is 17; it must be from 0 to 16"));
}

TEST(cpp_error, a_value_of_another_type)
{
    small all("soc");
    std::string text = error_of([&] { all.cpu.set("insn_per_second", "fast"); });
    int line = __LINE__ - 1;
    EXPECT_EQ(
        text,
        at_line(line,
                "soc.cpu: 'insn_per_second' is a string (\"fast\"); it must be an integer, not negative"));
}

TEST(cpp_error, a_property_that_qemu_has_not)
{
    small all("soc");
    all.cpu.property("rvbarr", 0x40000000);
    const int line = __LINE__ - 1;
    EXPECT_EQ(error_of(elaborate),
              at_line(line, "soc.cpu: QEMU's cortex-a53-arm-cpu has no property 'rvbarr'; "
                            "did you mean 'rvbar'?"));
}

TEST(cpp_error, a_value_that_qemu_refuses)
{
    small all("soc");
    all.cpu.property("rvbar", "high");
    const int line = __LINE__ - 1;
    EXPECT_EQ(error_of(elaborate).find(
                  at_line(line, "soc.cpu: cannot set property 'rvbar' to 'high': QEMU says: ")),
              0u);
}

TEST(cpp_error, a_type_that_qemu_has_not)
{
    struct : small {
        using small::small;
        tk::qemu_device wrong{"wrong", qemu, "pl06"};
    } const all("soc");
    const int line = __LINE__ - 3; // a member's place is that of the constructor, C++ says
    EXPECT_EQ(error_of(elaborate),
              at_line(line, "soc.wrong: this QEMU has no device 'pl06'; did you mean 'pl061'?"));
}

TEST(cpp_error, a_cpu_that_qemu_has_not)
{
    struct : small {
        using small::small;
        tk::qemu_cpu second{"second", qemu, "cortex-a54"};
        memory its{"its", 0x1000};
    } all("soc");
    const int line = __LINE__ - 4; // the constructor's
    all.second.mem.bind(all.its.socket);
    EXPECT_NE(error_of(elaborate).find(at_line(line, "soc.second: this QEMU has no CPU 'cortex-a54'; did you "
                                                     "mean 'cortex-a5")),
              std::string::npos);
}

TEST(cpp_error, a_target_that_is_not_there)
{
    const std::string text = error_of([] { const tk::qemu_instance qemu("qemu", "z80"); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text.find(at_line(line, "qemu: there is no libqemu-system-z80.so in ")), 0u) << text;
}

TEST(cpp_error, a_line_that_the_device_has_not)
{
    struct : small {
        using small::small;
        tk::qemu_device gpio{"gpio", qemu, "pl061"};
        sc_core::sc_signal<bool> line{"line"};
    } all("soc");
    all.gpio.input(8).bind(all.line);
    const int line = __LINE__ - 1;
    EXPECT_EQ(
        error_of(elaborate).find(at_line(line, "soc.gpio: QEMU's pl061 has no input line for 'gpio_in_8'")),
        0u);
}

TEST(cpp_error, a_list_of_lines_that_the_device_has_not)
{
    struct : small {
        using small::small;
        tk::qemu_device gpio{"gpio", qemu, "pl061"};
        sc_core::sc_signal<bool> line{"line"};
    } all("soc");
    all.gpio.output("leds", 0).bind(all.line);
    const int line = __LINE__ - 1;
    EXPECT_EQ(error_of(elaborate).find(at_line(line, "soc.gpio: QEMU's pl061 has no list of outputs 'leds'")),
              0u);
}

TEST(cpp_error, a_second_signal_at_an_output)
{
    struct : small {
        using small::small;
        tk::qemu_device gpio{"gpio", qemu, "pl061"};
        sc_core::sc_signal<bool> one{"one"}, two{"two"};
    } all("soc");
    all.gpio.output(0).bind(all.one);
    const std::string text = error_of([&] { all.gpio.output(0).bind(all.two); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text,
              at_line(line, "soc.gpio: 'gpio_out_0' is bound to a signal already; bind the other end to "
                            "that signal, too"));
}

TEST(cpp_error, a_second_driver_of_an_input)
{
    struct : small {
        using small::small;
        tk::qemu_device gpio{"gpio", qemu, "pl061"};
        sc_core::sc_signal<bool> line{"line"};
    } all("soc");
    all.gpio.irq(0).bind(all.cpu.irq);
    all.cpu.irq.bind(all.line);
    EXPECT_NE(
        error_of(elaborate).find("soc.cpu: 'irq_in' is bound to an output of QEMU's and to a signal; an "
                                 "input has one driver"),
        std::string::npos);
}

TEST(cpp_error, an_arm_interrupt_of_another_cpu)
{
    tk::qemu_instance qemu{"qemu", "riscv64"};
    tk::qemu_cpu cpu{"cpu", qemu, "rv64"};
    sc_core::sc_signal<bool> line{"line"};
    EXPECT_NE(
        error_of([&] { cpu.irq.bind(line); })
            .find("cpu: a rv64 has no input 'irq_in' here; input(NUMBER) and input(\"LIST\", NUMBER) are "
                  "QEMU's own"),
        std::string::npos);
}

TEST(cpp_error, a_setter_that_comes_too_late)
{
    small all("soc");
    all.cpu.property("start-powered-off", true);
    elaborate();
    std::string text = error_of([&] { all.cpu.property("rvbar", 5); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text, at_line(line, "soc.cpu: the elaboration has ended; set it in a constructor, or in "
                                  "before_end_of_elaboration()"));
    text = error_of([&] { all.qemu.page_bits(12); });
    line = __LINE__ - 1;
    EXPECT_EQ(text.find(at_line(line, "soc.qemu: the elaboration has ended")), 0u);
}

TEST(cpp_error, a_device_as_a_cpu)
{
    struct : small {
        using small::small;
        tk::qemu_cpu wrong{"wrong", qemu, "pl061"};
        memory its{"its", 0x1000};
    } all("soc");
    const int line = __LINE__ - 4; // the constructor's
    all.wrong.mem.bind(all.its.socket);
    EXPECT_EQ(error_of(elaborate), at_line(line, "soc.wrong: QEMU's 'pl061' is no CPU; it is a qemu_device"));
}

TEST(cpp_error, a_back_end_of_no_kind)
{
    small all("soc");
    const std::string text = error_of([&] { all.qemu.backend("disk", "d0", "file=x"); });
    int line = __LINE__ - 1;
    EXPECT_EQ(text,
              at_line(line, "soc.qemu: there is no back end of kind 'disk'; it must be 'chardev', 'netdev' "
                            "or 'drive'"));
}

TEST(cpp_error, a_back_end_that_qemu_refuses)
{
    small all("soc");
    all.qemu.backend("chardev", "c0", "nonsense");
    const int line = __LINE__ - 1;
    EXPECT_EQ(error_of(elaborate).find(at_line(line, "soc.qemu: cannot make chardev 'c0': QEMU says: ")), 0u);
}
