// SPDX-License-Identifier: MIT
//
// Ctrl-C and SIGTERM end a run in order: SystemC stops, modules are destroyed, the terminal is as it was.
#ifndef PLATFORMS_VP_SIGNALS_H
#define PLATFORMS_VP_SIGNALS_H

namespace vp
{

// Blocks SIGINT and SIGTERM for this thread and those that it starts: call it before any other thread exists.
void block_signals();

// While it lives, a SIGINT or SIGTERM asks SystemC for the end of the run with code 128 + signal. If the run
// has not ended `grace` seconds later (a simulation that hangs), or another signal comes, the process ends at
// once with that code, after calling at_quick_exit handlers (the terminal). Construct it in elaboration.
class signal_watch
{
  public:
    signal_watch();
    ~signal_watch();
    signal_watch(const signal_watch &) = delete;
    signal_watch &operator=(const signal_watch &) = delete;

  private:
    struct state;
    state *m_state;
};

} // namespace vp

#endif
