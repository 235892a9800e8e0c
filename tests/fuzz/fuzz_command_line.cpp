// SPDX-License-Identifier: MIT
//
// Lines of text -> vp's command line -> parameters over those of a platform. What is wrong is an error of the
// kind that vp prints in one line; what is read back has the type that was asked for.
#include "options.h"
#include "timekeeper/systemc/config.h"

extern "C" {
#include "fuzz.h"
}

#include <cmath>
#include <functional>
#include <string>
#include <vector>

static void expect_line(const std::string &text)
{
    REQUIRE(!text.empty() && text.find('\n') == std::string::npos);
}

static void attempt(const std::function<void()> &action)
{
    try {
        action();
    } catch (const tk::config_error &error) {
        expect_line(error.what());
    }
}

// As modules read their parameters: each kind is asked for.
static void read_all(tk::config_node &node)
{
    attempt([&] { node.as_boolean(); });
    attempt([&] { node.as_int64(); });
    attempt([&] { node.as_uint64(); });
    attempt([&] { node.as_number(); });
    attempt([&] { node.as_string(); });
    attempt([&] { node.as_strings(); });
    attempt([&] { node.as_uint64s(); });
    REQUIRE(!node.text().empty() || node.kind() == tk::config_node::type::string);
    REQUIRE(node.elements().size() <= node.children().size());
    for (const auto &each : node.children()) {
        REQUIRE(each->parent() == &node && node.find(each->key()));
        read_all(*each);
    }
}

static void apply(const std::vector<std::string> &overrides)
{
    tk::config_node root("platform");
    root.get_or_make("cpu_0").get_or_make("insn_per_second").set_integer(1000000000);
    root.get_or_make("cpu_0").get_or_make("args").get_or_make("1").set_string("&qemu");
    root.get_or_make("ram").get_or_make("size").set_unsigned(UINT64_MAX);
    root.get_or_make("ram").get_or_make("ratio").set_number(0.5);
    root.get_or_make("speed").set_boolean(true);
    for (const std::string &each : overrides) {
        attempt([&] { root.override_value(each); });
    }
    read_all(root);
    root.unused();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    std::vector<std::string> words = {"vp"};
    words.emplace_back();
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n' || data[i] == '\0') {
            words.emplace_back();
        } else {
            words.back() += static_cast<char>(data[i]);
        }
    }
    std::vector<char *> argv;
    for (std::string &each : words) {
        argv.push_back(each.data());
    }
    argv.push_back(nullptr);
    try {
        apply(vp::parse_options(static_cast<int>(words.size()), argv.data()).overrides);
    } catch (const vp::usage_error &error) {
        REQUIRE(*error.what());
    }
    return 0;
}
