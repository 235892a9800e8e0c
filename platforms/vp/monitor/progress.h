// SPDX-License-Identifier: MIT
//
// The line at the bottom of the terminal: when, and how it gets along with the guest's console there.
#ifndef PLATFORMS_VP_MONITOR_PROGRESS_H
#define PLATFORMS_VP_MONITOR_PROGRESS_H

#include "bottom_line.h"
#include "run_view.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>

namespace vp
{

// Thread: one. One object at a time.
class progress
{
  public:
    // stderr is a terminal that can do it.
    static bool possible();
    progress();
    // Takes the line away.
    ~progress();
    progress(const progress &) = delete;
    progress &operator=(const progress &) = delete;

    // Shows how things stand; the figures are about the last second.
    void show(const run_view &view);

  private:
    bool write(const std::function<size_t(char *)> &compose);
    void end();
    static void at_quick_exit();

    const bool m_shared; // stdout is the same terminal
    bottom_line m_line{};
    bool m_given_up = false; // the guest has the screen for itself
    std::deque<std::unique_ptr<run_view>> m_before;
};

} // namespace vp

#endif
