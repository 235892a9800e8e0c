// SPDX-License-Identifier: MIT
//
// A folder of its own, gone with the test; and a trace whose clock is the test's.
#ifndef TIMEKEEPER_TESTS_TRACE_SCRATCH_H
#define TIMEKEEPER_TESTS_TRACE_SCRATCH_H

#include "timekeeper/trace.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

class scratch
{
  public:
    scratch() : m_path(testing::TempDir() + "timekeeper-trace-XXXXXX")
    {
        EXPECT_NE(mkdtemp(m_path.data()), nullptr);
    }
    ~scratch() { std::filesystem::remove_all(m_path); }
    std::string file(const std::string &name) const { return m_path + "/" + name; }
    std::string read(const std::string &name) const
    {
        std::ostringstream text;
        text << std::ifstream(file(name)).rdbuf();
        return text.str();
    }

  private:
    std::string m_path;
};

class test_trace
{
  public:
    explicit test_trace(unsigned ring_records = 0)
    {
        tk_trace_config config{};
        config.program = "a test";
        config.ring_records = ring_records;
        config.host_ns = [](void *opaque) -> uint64_t { return static_cast<test_trace *>(opaque)->host_ns; };
        config.host_opaque = this;
        EXPECT_EQ(tk_trace_new(&config, &m_trace), TK_OK);
    }
    ~test_trace() { tk_trace_free(m_trace); }
    test_trace(const test_trace &) = delete;
    test_trace &operator=(const test_trace &) = delete;

    operator tk_trace *() const { return m_trace; }
    // At this host time from the trace's begin, and global time.
    void at(uint64_t ns, uint64_t ps)
    {
        host_ns = begin_ns + ns;
        m_ps = ps;
    }
    void emit(tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a = 0, uint64_t b = 0)
    {
        tk_trace_emit(m_trace, kind, track, detail, m_ps, a, b);
    }
    // What began at this host time from the trace's begin.
    void emit_since(uint64_t ns, tk_trace_kind kind, unsigned track, uint32_t detail, uint64_t a = 0,
                    uint64_t b = 0)
    {
        tk_trace_emit_since(m_trace, kind, track, detail, m_ps, a, b, begin_ns + ns);
    }
    nlohmann::json digest() const
    {
        char *text = tk_trace_digest(m_trace, nullptr);
        nlohmann::json json = nlohmann::json::parse(text);
        free(text);
        return json;
    }

    static constexpr uint64_t begin_ns = 1000000;
    std::atomic<uint64_t> host_ns{begin_ns};

  private:
    tk_trace *m_trace = nullptr;
    uint64_t m_ps = 0;
};

#endif
