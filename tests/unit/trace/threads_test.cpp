// SPDX-License-Identifier: MIT
//
// Many threads emit, one writes: nothing is lost without being counted, and what comes out is in order.
#include "support/chrome_trace.h"
#include "support/scratch.h"
#include "timekeeper/trace.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace
{

tk_trace *start(unsigned ring_records = 0, const std::string &file = "")
{
    tk_trace_config config{};
    config.ring_records = ring_records;
    tk_trace *trace = nullptr;
    EXPECT_EQ(tk_trace_new(&config, &trace), TK_OK);
    EXPECT_TRUE(file.empty() || tk_trace_file(trace, file.c_str()) == TK_OK);
    EXPECT_EQ(tk_trace_start(trace), TK_OK);
    return trace;
}

nlohmann::json close(tk_trace *trace)
{
    EXPECT_EQ(tk_trace_close(trace, nullptr), TK_OK);
    char *text = tk_trace_digest(trace, nullptr);
    nlohmann::json digest = nlohmann::json::parse(text);
    free(text);
    return digest;
}

} // namespace

// As QEMU's do, for which nobody waits: at the same time, or later. What they leave is freed all the same.
TEST(threads, may_end_when_their_trace_is_gone)
{
    for (unsigned round = 0; round < 200; round++) {
        const bool later = round % 2 == 1;
        tk_trace *trace = start(2);
        std::atomic<bool> emitted{false}, ends{false};
        tk_trace_emit(trace, TK_TRACE_REPORT, 1, 0, 1, 1, 0);
        std::thread one([&] {
            tk_trace_emit(trace, TK_TRACE_REPORT, 0, 0, 1, 1, 0);
            emitted = true;
            while (!ends) {
            }
        });
        while (!emitted) {
            std::this_thread::yield();
        }
        EXPECT_EQ(tk_trace_close(trace, nullptr), TK_OK);
        ends = !later;
        tk_trace_free(trace);
        ends = true;
        one.join();
    }
}

TEST(threads, records_are_there_or_counted)
{
    for (const unsigned ring : {2u, 16u, 131072u}) {
        constexpr unsigned threads = 4;
        constexpr uint64_t each_emits = 20000;
        tk_trace *trace = start(ring);
        std::vector<std::thread> all;
        for (unsigned i = 0; i < threads; i++) {
            all.emplace_back([trace, i] {
                for (uint64_t n = 0; n < each_emits; n++) {
                    tk_trace_emit(trace, TK_TRACE_REPORT, i, 0, n, n + 1, 0);
                }
            });
        }
        for (std::thread &each : all) {
            each.join();
        }
        const nlohmann::json digest = close(trace);
        const uint64_t records = digest["run"]["records"], dropped = digest["run"]["dropped"];
        EXPECT_EQ(records + dropped, threads * each_emits);
        EXPECT_EQ(dropped, tk_trace_dropped(trace));
        EXPECT_EQ(digest["skew"]["count"], records);
        if (ring > threads * each_emits) { // a thread may have had the ring of one that had ended
            EXPECT_EQ(dropped, 0u);
        }
        tk_trace_free(trace);
    }
}

// Each thread is a vCPU in whose transactions nobody else has a part, one record each, or two for a long one;
// between them its states. With room for all, and with drops.
TEST(threads, accesses_are_there_or_counted_and_do_not_overlap)
{
    for (const unsigned ring : {256u, 65536u}) {
        constexpr unsigned threads = 3;
        constexpr uint64_t each_makes = 4000;
        const test::scratch where;
        tk_trace *trace = start(ring, where.file("run.json"));
        std::vector<std::thread> all;
        for (unsigned i = 0; i < threads; i++) {
            all.emplace_back([trace, i] {
                for (uint64_t n = 0; n < each_makes; n++) {
                    const uint64_t since = tk_trace_ticks(trace);
                    if (n % 8 == 0) {
                        tk_trace_emit_since(trace, TK_TRACE_ACCESS, i, 4, 10 * n, 0x1000, 0, since);
                        tk_trace_emit(trace, TK_TRACE_STATE, i, TK_TRACE_IN_ACCESS, 10 * n, 0, 0);
                        tk_trace_emit(trace, TK_TRACE_STATE, i, TK_TRACE_RUNNING, 10 * n + 5, 0, 0);
                    }
                    tk_trace_emit_since(trace, TK_TRACE_ACCESSED, i, 4, 10 * n + 5, 0x1000, 7, since);
                }
            });
        }
        for (std::thread &each : all) {
            each.join();
        }
        const nlohmann::json digest = close(trace);
        const uint64_t emitted = threads * (each_makes + 3 * each_makes / 8),
                       dropped = digest["run"]["dropped"], reads = digest["targets"][0]["reads"];
        EXPECT_EQ(digest["run"]["records"].get<uint64_t>() + dropped, emitted);
        EXPECT_LE(reads, threads * each_makes);
        EXPECT_GE(reads + dropped, threads * each_makes);
        EXPECT_EQ(digest["targets"][0]["sum"]["ps"], 7 * reads);
        EXPECT_LE(digest["targets"][0]["sum"]["ns"].get<uint64_t>(),
                  threads * digest["run"]["host_ns"].get<uint64_t>());
        if (ring > 2 * each_makes) {
            EXPECT_EQ(dropped, 0u);
        }
        tk_trace_free(trace);
        for (const std::string &each :
             test::complaints_about_chrome_trace(nlohmann::json::parse(where.read("run.json")))) {
            ADD_FAILURE() << each;
        }
    }
}

// One state after the other, each told by another thread with a lock held, as the timeline does: they come
// out in that order, whichever ring they were in.
TEST(threads, order_of_a_track_is_kept)
{
    constexpr unsigned threads = 3;
    constexpr uint64_t changes = 6000;
    tk_trace *trace = start(65536);
    std::mutex lock;
    uint64_t done = 0;
    const auto work = [&] {
        for (;;) {
            std::lock_guard<std::mutex> hold(lock);
            if (done == changes) {
                return;
            }
            done++;
            // Half of the time of each pair is idle, if they are in order.
            tk_trace_emit(trace, TK_TRACE_STATE, 0, done % 2 ? TK_TRACE_RUNNING : TK_TRACE_IDLE, 1000 * done,
                          0, 0);
        }
    };
    std::vector<std::thread> all;
    for (unsigned i = 0; i < threads; i++) {
        all.emplace_back(work);
    }
    for (std::thread &each : all) {
        each.join();
    }
    const nlohmann::json digest = close(trace);
    ASSERT_EQ(digest["run"]["dropped"], 0);
    const nlohmann::json &cpu = digest["vcpus"][0];
    EXPECT_EQ(cpu["running"]["ps"], 1000 * changes / 2);
    EXPECT_EQ(cpu["states"][TK_TRACE_RUNNING]["count"], changes / 2);
    EXPECT_EQ(cpu["states"][TK_TRACE_IDLE]["count"], changes / 2);
    EXPECT_EQ(cpu["states"][TK_TRACE_OFF]["ps"], 1000);
    tk_trace_free(trace);
}

// More threads than there can be rings, one after the other.
TEST(threads, ring_of_a_thread_that_ended_is_used_again)
{
    constexpr unsigned threads = 1200;
    tk_trace *trace = start(2048);
    for (unsigned i = 0; i < threads; i++) {
        std::thread([trace] { tk_trace_emit(trace, TK_TRACE_KICK, 0, 0, 0, 0, 0); }).join();
    }
    const nlohmann::json digest = close(trace);
    EXPECT_EQ(digest["run"]["records"], threads);
    EXPECT_EQ(digest["run"]["dropped"], 0);
    tk_trace_free(trace);
}

TEST(threads, digest_is_there_while_the_run_goes_on)
{
    tk_trace *trace = start();
    std::atomic<bool> over{false};
    std::thread emits([&] {
        for (uint64_t n = 0; !over; n++) {
            tk_trace_emit(trace, TK_TRACE_STATE, 0, n % 2 ? TK_TRACE_RUNNING : TK_TRACE_IDLE, n, n, 0);
        }
    });
    uint64_t records = 0;
    while (records == 0) { // ends: the writer takes records
        char *text = tk_trace_digest(trace, nullptr);
        const nlohmann::json digest = nlohmann::json::parse(text);
        free(text);
        EXPECT_EQ(digest["run"]["complete"], false);
        records = digest["run"]["records"];
    }
    over = true;
    emits.join();
    EXPECT_GE(close(trace)["run"]["records"], records);
    tk_trace_free(trace);
}

TEST(threads, records_after_the_end_are_ignored)
{
    tk_trace *trace = start();
    tk_trace_emit(trace, TK_TRACE_KICK, 0, 0, 0, 0, 0);
    EXPECT_EQ(close(trace)["run"]["records"], 1);
    tk_trace_emit(trace, TK_TRACE_KICK, 0, 0, 0, 0, 0);
    EXPECT_EQ(close(trace)["run"]["records"], 1);
    EXPECT_EQ(tk_trace_dropped(trace), 0u);
    tk_trace_free(trace);
}

TEST(threads, trace_is_refused_with_a_ring_of_an_odd_size)
{
    tk_trace_config config{};
    config.ring_records = 1000;
    tk_trace *trace = nullptr;
    EXPECT_EQ(tk_trace_new(&config, &trace), TK_EINVAL);
    tk_trace_free(nullptr);
}
