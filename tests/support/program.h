// SPDX-License-Identifier: MIT
//
// Runs a program without a shell, and takes what it says.
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H

#include <string>
#include <sys/types.h>
#include <vector>

namespace test
{

struct finished {
    int code = -1;   // exit code, or -1 - signal
    std::string out; // stdout
    std::string err; // stderr
};

// A program that runs, in `directory`, in a process group of its own. stdin: `input`, and then its end
// (unless keep_stdin).
class program
{
  public:
    program(const std::string &file, const std::vector<std::string> &arguments, const std::string &directory,
            const std::string &input = "", bool keep_stdin = false);
    ~program();
    program(const program &) = delete;
    program &operator=(const program &) = delete;

    pid_t pid() const { return m_pid; }
    // Waits until stdout (and what came before) contains the text so many times; false: it ended before.
    bool wait_for_output(const std::string &text, unsigned times = 1);
    // The same for stderr.
    bool wait_for_error(const std::string &text);
    // What it has said on stderr so far, as far as it was waited for.
    const std::string &errors() const { return m_result.err; }
    // Writes to its stdin (keep_stdin).
    void write(const std::string &text);
    // Waits for its end.
    finished finish();
    // True if a process of its group is still there. After finish().
    bool left_something_running() const;

  private:
    bool take(int fd, std::string &into);

    pid_t m_pid = -1;
    int m_in = -1, m_out = -1, m_err = -1;
    bool m_ended = false;
    finished m_result;
};

// Runs it to its end.
finished run(const std::string &file, const std::vector<std::string> &arguments, const std::string &directory,
             const std::string &input = "");
// The same for QEMU's plain program and a plugin of ours: where that is sanitized, as we are, its sanitizer
// has to be loaded first.
finished run_with_plugin(const std::string &file, const std::vector<std::string> &arguments,
                         const std::string &directory);

} // namespace test

#endif
