// SPDX-License-Identifier: MIT
#include "program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace test
{

static void make_pipe(int fds[2])
{
    if (pipe2(fds, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
}

program::program(const std::string &file, const std::vector<std::string> &arguments,
                 const std::string &directory, const std::string &input, bool keep_stdin)
{
    int in[2], out[2], err[2];
    std::vector<char *> argv = {const_cast<char *>(file.c_str())};
    for (const std::string &each : arguments) {
        argv.push_back(const_cast<char *>(each.c_str()));
    }
    argv.push_back(nullptr);
    make_pipe(in);
    make_pipe(out);
    make_pipe(err);
    m_pid = fork();
    if (m_pid == 0) {
        setpgid(0, 0);
        if (chdir(directory.c_str()) == 0) {
            dup2(in[0], 0);
            dup2(out[1], 1);
            dup2(err[1], 2);
            execv(file.c_str(), argv.data());
        }
        _exit(127);
    }
    setpgid(m_pid, m_pid); // whoever comes first; the other call then fails harmlessly
    close(in[0]);
    close(out[1]);
    close(err[1]);
    m_in = in[1];
    m_out = out[0];
    m_err = err[0];
    if (!input.empty() && ::write(m_in, input.data(), input.size()) < 0) {
        throw std::runtime_error("cannot write to the program");
    }
    if (!keep_stdin) {
        close(m_in);
        m_in = -1;
    }
}

program::~program()
{
    if (!m_ended) {
        kill(-m_pid, SIGKILL);
        finish();
    }
    for (const int fd : {m_in, m_out, m_err}) {
        if (fd >= 0) {
            close(fd);
        }
    }
}

// What is there now, or the end: then false.
bool program::take(int fd, std::string &into)
{
    char bytes[4096];
    const ssize_t count = read(fd, bytes, sizeof(bytes));
    if (count > 0) {
        into.append(bytes, static_cast<size_t>(count));
    }
    return count > 0 || (count < 0 && errno == EINTR);
}

static unsigned count(const std::string &text, const std::string &in)
{
    unsigned found = 0;
    for (size_t at = in.find(text); at != std::string::npos; at = in.find(text, at + text.size())) {
        found++;
    }
    return found;
}

bool program::wait_for_output(const std::string &text, unsigned times)
{
    while (count(text, m_result.out) < times) {
        if (!take(m_out, m_result.out)) {
            return false;
        }
    }
    return true;
}

bool program::wait_for_error(const std::string &text)
{
    while (m_result.err.find(text) == std::string::npos) {
        if (!take(m_err, m_result.err)) {
            return false;
        }
    }
    return true;
}

void program::write(const std::string &text)
{
    if (::write(m_in, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw std::runtime_error("cannot write to the program");
    }
}

finished program::finish()
{
    pollfd fds[2] = {{m_out, POLLIN, 0}, {m_err, POLLIN, 0}};
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        poll(fds, 2, -1);
        if (fds[0].revents && !take(m_out, m_result.out)) {
            fds[0].fd = -1;
        }
        if (fds[1].revents && !take(m_err, m_result.err)) {
            fds[1].fd = -1;
        }
    }
    int status = 0;
    while (waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    m_ended = true;
    m_result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1 - WTERMSIG(status);
    return m_result;
}

bool program::left_something_running() const
{
    return kill(-m_pid, 0) == 0;
}

finished run(const std::string &file, const std::vector<std::string> &arguments, const std::string &directory,
             const std::string &input)
{
    program running(file, arguments, directory, input);
    return running.finish();
}

finished run_with_plugin(const std::string &file, const std::vector<std::string> &arguments,
                         const std::string &directory)
{
#ifdef PLUGIN_PRELOAD // tests/CMakeLists.txt
    // What QEMU has when it exits, it keeps.
    std::vector<std::string> all = {"LD_PRELOAD=" PLUGIN_PRELOAD, "ASAN_OPTIONS=detect_leaks=0", file};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run("/usr/bin/env", all, directory);
#else
    return run(file, arguments, directory);
#endif
}

} // namespace test
