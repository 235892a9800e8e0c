// SPDX-License-Identifier: MIT
#include "failing_allocation.h"
#include "fake_executor.h"
#include "lua_tree.h"
#include "support/scratch.h"
#include "timekeeper/timeline.h"
#include "timekeeper/trace.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

namespace
{

// Runs `once` with the first allocation failing, then the second, ... until it needs no more. It returns
// whether it came to its end: with no failure it must. Returns how many allocations there are.
unsigned each_fails(const std::function<bool()> &once)
{
    unsigned refused = 0;
    for (unsigned nth = 1;; nth++) {
        fail_allocation(nth);
        const bool good = once();
        const bool failed = allocations_seen() >= nth;
        fail_allocation(0);
        refused += !good;
        if (!failed) {
            EXPECT_TRUE(good) << "there was memory enough";
            EXPECT_GT(refused, 0u) << "none of " << nth - 1 << " failures was noticed";
            return nth - 1;
        }
        EXPECT_LT(nth, 100000u);
    }
}

} // namespace

TEST(Allocation, Core)
{
    const unsigned count = each_fails([] {
        tk_config config{};
        tk_core *core = nullptr;
        bool good = true;
        config.quantum_ps = 1000000;
        config.reports = 4;
        const int made = tk_new(&config, &core);
        EXPECT_TRUE(made == TK_OK || (made == TK_ENOMEM && !core));
        for (unsigned i = 0; core && i < TK_VCPUS_MAX; i++) {
            unsigned index = TK_VCPUS_MAX;
            const unsigned had = tk_vcpu_count(core);
            const int added = tk_vcpu_add(core, 1000000000, &index);
            EXPECT_TRUE(added == TK_OK || added == TK_ENOMEM);
            EXPECT_EQ(tk_vcpu_count(core), had + (added == TK_OK));
            good = good && added == TK_OK;
        }
        tk_free(core);
        return core && good;
    });
    EXPECT_GE(count, 2u);
}

namespace
{

const tk_source_ops source_ops = {[](void *) {}, [](void *) -> int64_t { return -1; },
                                  [](void *, unsigned) {}};

// A timeline with two vCPUs, and a trace if there is one.
bool use_timeline(tk_trace *trace)
{
    tk_timeline_config config{};
    tk_timeline *timeline = nullptr;
    uint64_t counters[2];
    bool good = true;

    config.quantum_ps = 1000000;
    config.idle = TK_IDLE_WARP;
    const int made = tk_timeline_create("allocation", &config, &timeline);
    EXPECT_TRUE(made == TK_OK || made == TK_ENOMEM);
    if (made) {
        EXPECT_EQ(tk_timeline_get("allocation"), nullptr);
        return false;
    }
    tk_timeline_trace(timeline, trace);
    unsigned source = 0;
    const int added = tk_timeline_source_add(timeline, "qemu", &source_ops, nullptr, &source);
    EXPECT_TRUE(added == TK_OK || added == TK_ENOMEM);
    for (unsigned i = 0; added == TK_OK && i < 2; i++) {
        unsigned vcpu;
        const int joined = tk_timeline_vcpu_add(timeline, source, i, 1000000000, &counters[i], &vcpu);
        EXPECT_TRUE(joined == TK_OK || joined == TK_ENOMEM);
        good = good && joined == TK_OK;
    }
    char *text = tk_timeline_describe(timeline);
    EXPECT_NE(text, nullptr);
    free(text);
    if (added == TK_OK) {
        tk_timeline_source_close(timeline, source);
    }
    tk_timeline_trace(timeline, nullptr);
    tk_timeline_release(timeline);
    return good && added == TK_OK;
}

} // namespace

TEST(Allocation, Timeline)
{
    EXPECT_GE(each_fails([] { return use_timeline(nullptr); }), 6u);
}

namespace
{

// All that a trace allocates for; the files say what they got.
bool use_trace(const test::scratch &files)
{
    tk_trace_config config{};
    tk_trace *trace = nullptr;
    config.ring_records = 64;
    const int made = tk_trace_new(&config, &trace);
    EXPECT_TRUE(made == TK_OK || made == TK_ENOMEM);
    if (made) {
        return false;
    }
    bool good = true;
    for (const char *file : {"t.json", "t.csv"}) {
        const int added = tk_trace_file(trace, files.file(file).c_str());
        EXPECT_TRUE(added == TK_OK || *tk_trace_error(trace));
        good = good && added == TK_OK;
    }
    tk_trace_rename(trace, "qemu: CPU 1", "platform.cpu_1");
    tk_trace_name_region(trace, 0x1000, 0x1fff, "uart");
    const unsigned line = tk_trace_name_line(trace, "irq");
    if (tk_trace_start(trace) == TK_OK) {
        good = use_timeline(trace) && good;
        const uint64_t since = tk_trace_ticks(trace);
        tk_trace_emit_since(trace, TK_TRACE_ACCESS, 0, 4, 1000, 0x1004, 0, since);
        tk_trace_emit_since(trace, TK_TRACE_ACCESSED, 0, 4, 1000, 0x1004, 10, since);
        tk_trace_emit(trace, TK_TRACE_LINE, line, 1, 1000, 0, 0);
    }
    char *digest = tk_trace_digest(trace, nullptr);
    good = good && digest;
    free(digest);
    tk_vcpu_info vcpus[2] = {};
    tk_trace_figures figures{};
    figures.vcpus = vcpus;
    figures.vcpu_count = 2;
    const int closed = tk_trace_close(trace, &figures);
    EXPECT_TRUE(closed == TK_OK || *tk_trace_error(trace));
    digest = tk_trace_digest(trace, nullptr);
    good = good && digest && closed == TK_OK;
    free(digest);
    tk_trace_free(trace);
    return good;
}

} // namespace

TEST(Allocation, Trace)
{
    const test::scratch files;
    EXPECT_GE(each_fails([&files] { return use_trace(files); }), 20u);
}

// Without QEMU, which ends when the plugin refuses: only that it does, with a reason.
TEST(Allocation, Plugin)
{
    unsigned rounds = 0;
    const unsigned count = each_fails([&] {
        tk_timeline_config config{};
        tk_timeline *timeline = nullptr;
        const std::string name = "plugin_" + std::to_string(++rounds);
        config.quantum_ps = 1000000;
        config.idle = TK_IDLE_WARP;
        if (tk_timeline_create(name.c_str(), &config, &timeline)) {
            return false;
        }
        bool good = true;
        testing::internal::CaptureStderr();
        try {
            fake_executor qemu(name, {}, {});
        } catch (const std::runtime_error &) {
            good = false;
        }
        const std::string said = testing::internal::GetCapturedStderr();
        EXPECT_EQ(said.empty(), good) << said;
        EXPECT_TRUE(good || said.find("out of memory") != std::string::npos) << said;
        tk_timeline_release(timeline);
        return good;
    });
    EXPECT_GE(count, 5u);
}

namespace
{

bool load(const std::string &path, const lua_sandbox_limits *limits)
{
    lua_tree *tree = nullptr;
    char *message = nullptr;
    const lua_tree_global globals[] = {{nullptr, "firmware_dir", "/f"}, {"param", "platform.a", "1"}};
    const int result = lua_tree_load(path.c_str(), "platform", globals, 2, limits, &tree, &message);
    EXPECT_EQ(result == 0, tree != nullptr);
    if (result == 0) {
        EXPECT_EQ(message, nullptr);
    } else if (message) { // there may be no memory even for that
        EXPECT_NE(std::string(message).find("memory"), std::string::npos) << message;
    }
    free(message);
    lua_tree_free(tree);
    return result == 0;
}

} // namespace

TEST(Allocation, Loader)
{
    const test::scratch files;
    const std::string path = files.file("p.lua");
    std::ofstream(files.file("part.lua")) << "return { b = true, s = ('text'):rep(50) }\n";
    std::ofstream(path)
        << "platform = { a = tonumber(GET('platform.a')), part = require('part'), list = { 1, 2.5, 'x' } }\n"
        << "for i = 1, 8 do platform['cpu_' .. i] = { i = i, t = { firmware_dir .. i } } end\n"
        << "table.sort(platform.list, function(a, b) return tostring(a) < tostring(b) end)\n";
    const lua_sandbox_limits *limits = nullptr;
    EXPECT_GE(each_fails([&] { return load(path, limits); }), 200u);
    limits = &lua_sandbox_defaults;
    EXPECT_GE(each_fails([&] { return load(path, limits); }), 200u);
}
