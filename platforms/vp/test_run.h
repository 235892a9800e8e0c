// SPDX-License-Identifier: MIT
//
// A run as a test, from before there is anything to run: what its consoles say, its record, and its limit on
// the host's time.
#ifndef PLATFORMS_VP_TEST_RUN_H
#define PLATFORMS_VP_TEST_RUN_H

#include "console_watch.h"
#include "monitor/simulation.h"
#include "options.h"
#include "run_end.h"
#include "test_record.h"
#include "wall_limit.h"

#include <functional>
#include <mutex>

namespace vp
{

class test_run
{
  public:
    // The host's time begins to count. `chosen` outlives this.
    explicit test_run(const options &chosen);

    // While it lives the simulation can be looked at, and be ended in order. On SystemC's thread.
    class session
    {
      public:
        session(test_run &whose, simulation &observed, run_end &end);
        ~session();
        session(const session &) = delete;
        session &operator=(const session &) = delete;

      private:
        test_run &m_test;
    };

    console_watch said;
    test_record record;

  private:
    void set_end(std::function<void()> end);
    void ask();
    void force();

    const options &m_chosen;
    std::mutex m_lock;
    std::function<void()> m_end; // what ends the run in order, while there is one
    bool m_asked = false;
    wall_limit m_limit; // its thread uses the rest
};

} // namespace vp

#endif
