// SPDX-License-Identifier: MIT
#include "test_run.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace vp
{

// How long a run may take to end in order when --timeout-wall is over.
static const std::chrono::seconds grace(5);

test_run::test_run(const options &chosen)
    : said(chosen.expected, chosen.rejected), record(chosen, said), m_chosen(chosen),
      m_limit(
          std::chrono::nanoseconds((chosen.timeout_wall_ps + 999) / 1000), grace, [this] { ask(); },
          [this] { force(); })
{
}

void test_run::set_end(std::function<void()> end)
{
    const std::lock_guard<std::mutex> hold(m_lock);
    m_end = std::move(end);
    if (m_asked && m_end) {
        m_end();
    }
}

void test_run::ask()
{
    const std::lock_guard<std::mutex> hold(m_lock);
    m_asked = true;
    if (m_end) {
        m_end();
    }
}

void test_run::force()
{
    const std::string text =
        "--timeout-wall " + m_chosen.timeout_wall + " is over, and the run does not end in order";
    std::cerr << "vp: " << text << "\n" << std::flush;
    record.force(exit_timeout_wall, text);
    std::quick_exit(exit_timeout_wall);
}

test_run::session::session(test_run &whose, simulation &observed, run_end &end) : m_test(whose)
{
    m_test.record.set_clock([&observed](uint64_t &ps) {
        const auto view = std::make_unique<run_view>();
        const bool seen = observed.look(*view);
        ps = view->time.global_ps;
        return seen;
    });
    m_test.set_end([&observed, &end] {
        observed.print_why(); // as it is before anybody stops anything
        end.wall_time_is_over();
    });
}

test_run::session::~session()
{
    m_test.set_end(nullptr);
    m_test.record.set_clock(nullptr);
    m_test.record.set_sim_time(sc_core::sc_time_stamp().value()); // the resolution is 1 ps, see sc_main()
}

} // namespace vp
