// SPDX-License-Identifier: MIT
//
// Ends a run for what a test has said on the command line: what a console says (--reject, --until-expected),
// and the limits on time. What can be told afterwards only is in test_record.
//
// All in one process of SystemC's: regular expressions need more stack than a thread of SystemC's has.
#ifndef PLATFORMS_VP_RUN_END_H
#define PLATFORMS_VP_RUN_END_H

#include "console_watch.h"
#include "options.h"
#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/platform.h"

#include <atomic>
#include <functional>

namespace vp
{

class run_end : private sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(run_end);
    // In elaboration, when the platform is built. Watches each byte stream that begins inside of it: a
    // console. Throws usage_error when a pattern is for none of them.
    run_end(const sc_core::sc_module_name &name, const options &chosen, console_watch &said,
            const tk::platform &built);
    // The wall clock's limit is over. Any thread.
    void wall_time_is_over();
    // `say` is called when the simulated time's limit is over, while all is as it was then. In elaboration.
    void on_limit(std::function<void()> say) { m_say = std::move(say); }
    // Lets time pass until the run ends. SystemC's thread.
    void let_run();

  private:
    void watch(tk::stream_port &console, const std::string &name);
    void look();
    void set_limit();
    void sim_time_is_over();
    void end_starved();

    const options &m_chosen;
    console_watch &m_watch;
    std::function<void()> m_say;
    const sc_core::sc_time m_limit; // zero: none
    sc_core::sc_event m_said{"said"}, m_over{"over"};
    tk::async_event m_asked{"asked"};
    std::atomic<bool> m_wall_is_over{false};
};

} // namespace vp

#endif
