// SPDX-License-Identifier: MIT
#include "test_record.h"

#include <cstring>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace vp
{

test_record::test_record(const options &chosen, console_watch &said) : m_chosen(chosen), m_said(said) {}

void test_record::set_clock(std::function<bool(uint64_t &)> clock)
{
    const std::lock_guard<std::mutex> hold(m_lock);
    m_clock = std::move(clock);
}

void test_record::set_sim_time(uint64_t ps)
{
    const std::lock_guard<std::mutex> hold(m_lock);
    m_sim_ps = ps;
    m_has_time = true;
}

// --- the verdict -------------------------------------------------------------------------------------

// What stands in the attribute `type`, for who sorts failures.
static const char *type_of(int code)
{
    switch (code) {
    case exit_usage:
        return "configuration";
    case exit_internal:
        return "internal";
    case exit_timeout_sim:
        return "timeout-sim";
    case exit_timeout_wall:
        return "timeout-wall";
    case exit_unexpected:
        return "unexpected";
    default:
        return code > 128 ? "signal" : "exit-code";
    }
}

test_record::verdict test_record::decide(int code, const std::string &why)
{
    m_said.look(true);
    if (!why.empty()) {
        const bool test_failed =
            code == exit_timeout_sim || code == exit_timeout_wall || code == exit_unexpected;
        return {code, test_failed ? JUNIT_FAILED : JUNIT_ERROR, type_of(code), why};
    }
    if (m_said.rejected()) {
        return {exit_unexpected, JUNIT_FAILED, type_of(exit_unexpected), m_said.reason()};
    }
    if (code != m_chosen.expected_exit) {
        return {code ? code : exit_unexpected, JUNIT_FAILED, "exit-code",
                "the guest's exit code is " + std::to_string(code) + ", expected is " +
                    std::to_string(m_chosen.expected_exit)};
    }
    if (!m_said.all_expected()) {
        return {exit_unexpected, JUNIT_FAILED, type_of(exit_unexpected), m_said.missing()};
    }
    return {};
}

int test_record::judge(int code, const std::string &why)
{
    m_verdict = decide(code, why);
    const int end = m_verdict.code;
    const bool ours = end == exit_timeout_sim || end == exit_timeout_wall || end == exit_unexpected;
    if (ours && (!why.empty() || end != code)) { // a guest may choose the same number
        std::cerr << "vp: " << m_verdict.message << "\n";
    }
    return end;
}

void test_record::error(int code, const std::string &text)
{
    m_verdict = {code, JUNIT_ERROR, type_of(code), text};
}

// --- the file ----------------------------------------------------------------------------------------

static std::string first_line(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

static std::string test_name(const options &chosen)
{
    return chosen.test_name.empty() ? std::filesystem::path(chosen.platform_file).stem().string()
                                    : chosen.test_name;
}

// Returns an errno.
int test_record::write_file(const verdict &what)
{
    const std::lock_guard<std::mutex> hold(m_lock);
    if (m_chosen.junit_file.empty() || std::exchange(m_written, true)) {
        return 0;
    }
    m_has_time = (m_clock && m_clock(m_sim_ps)) || m_has_time;
    const std::string name = test_name(m_chosen), message = first_line(what.message),
                      text = what.message + "\n\n" + m_said.last_lines(), code = std::to_string(what.code),
                      time = std::to_string(m_sim_ps);
    std::vector<junit_property> properties = {{"exit_code", code.c_str()},
                                              {"platform_file", m_chosen.platform_file.c_str()}};
    if (m_has_time) {
        properties.push_back({"sim_time_ps", time.c_str()});
    }
    for (const std::string &each : m_chosen.overrides) {
        properties.push_back({"param", each.c_str()});
    }
    junit_case test{};
    test.name = name.c_str();
    test.began_s = std::chrono::duration_cast<std::chrono::seconds>(m_date.time_since_epoch()).count();
    test.wall_ns = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - m_began)
            .count());
    test.result = what.result;
    test.type = what.type.c_str();
    test.message = message.c_str();
    test.text = text.c_str();
    test.properties = properties.data();
    test.property_count = properties.size();
    return junit_write(m_chosen.junit_file.c_str(), &test);
}

void test_record::write()
{
    const int failed = write_file(m_verdict);
    if (failed) {
        throw std::runtime_error(m_chosen.junit_file + ": cannot write the JUnit file: " + strerror(failed));
    }
}

void test_record::force(int code, const std::string &text)
{
    const int failed = write_file({code, JUNIT_ERROR, type_of(code), text});
    if (failed) {
        std::cerr << "vp: " << m_chosen.junit_file << ": cannot write the JUnit file: " << strerror(failed)
                  << "\n";
    }
}

} // namespace vp
