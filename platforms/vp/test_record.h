// SPDX-License-Identifier: MIT
//
// A run as a test: whether it was as expected, the exit code of vp that says so, and its JUnit file.
#ifndef PLATFORMS_VP_TEST_RECORD_H
#define PLATFORMS_VP_TEST_RECORD_H

#include "console_watch.h"
#include "junit.h"
#include "options.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace vp
{

class test_record
{
  public:
    // The test begins. Both outlive this.
    test_record(const options &chosen, console_watch &said);

    // While the run lasts: gets the simulated time, false if it cannot be had. nullptr: it is over. Any
    // thread.
    void set_clock(std::function<bool(uint64_t &ps)> clock);
    void set_sim_time(uint64_t ps);

    // The run has ended with `code`; `why` is for what has ended it, "" when that was the guest. Returns the
    // exit code of vp, and says on stderr what was not as expected.
    int judge(int code, const std::string &why);
    // It did not come to that: an error with this text.
    void error(int code, const std::string &text);

    // Writes the file, if there is one to write. Throws std::runtime_error.
    void write();
    // The process is about to end, whatever the state of all else: an error, and the file. Any thread.
    void force(int code, const std::string &text);

  private:
    struct verdict {
        int code = 0;
        junit_result result = JUNIT_PASSED;
        std::string type, message;
    };
    verdict decide(int code, const std::string &why);
    int write_file(const verdict &what);

    const options &m_chosen;
    console_watch &m_said;
    const std::chrono::system_clock::time_point m_date = std::chrono::system_clock::now();
    const std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    verdict m_verdict;
    std::mutex m_lock; // of what follows
    std::function<bool(uint64_t &)> m_clock;
    uint64_t m_sim_ps = 0;
    bool m_has_time = false;
    bool m_written = false;
};

} // namespace vp

#endif
