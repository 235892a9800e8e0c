// SPDX-License-Identifier: MIT
//
// Ctrl-C, SIGTERM and SIGHUP end a run in order: SystemC stops, what is asked for is written, modules are
// destroyed, the terminal is as it was.
// SIGUSR1 asks why it is stuck.
#ifndef PLATFORMS_VP_SIGNALS_H
#define PLATFORMS_VP_SIGNALS_H

#include <functional>
#include <string>

namespace vp
{

// Blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1 for this thread and those that it starts: call it before any
// other thread exists.
void block_signals();

// While it lives, a SIGINT, SIGTERM or SIGHUP (unless that is ignored, as under nohup) asks SystemC for the
// end of the run with code 128 + signal; one that came since block_signals() does so at its beginning. If the
// run has not ended 10 s later (a simulation that hangs), or another signal comes, the process ends at once
// with that code, after calling at_quick_exit handlers (the terminal; files that are not complete). Each
// SIGUSR1 calls `on_usr1`, on a thread of its own. Construct it in elaboration.
class signal_watch
{
  public:
    // `on_hard_end` is called before that, with the exit code and the reason, on a thread of its own.
    signal_watch(std::function<void()> on_usr1,
                 std::function<void(int code, const std::string &why)> on_hard_end);
    ~signal_watch();
    // SystemC has stopped: from now on only another signal ends the process at once.
    void run_over();
    signal_watch(const signal_watch &) = delete;
    signal_watch &operator=(const signal_watch &) = delete;

  private:
    struct state;
    state *m_state;
};

} // namespace vp

#endif
