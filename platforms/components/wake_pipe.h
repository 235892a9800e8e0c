// SPDX-License-Identifier: MIT
//
// Gets a host thread out of poll(): a pipe that becomes readable.
#ifndef PLATFORMS_COMPONENTS_WAKE_PIPE_H
#define PLATFORMS_COMPONENTS_WAKE_PIPE_H

namespace components
{

class wake_pipe
{
  public:
    // Throws std::runtime_error when the host has no file descriptors left.
    wake_pipe();
    ~wake_pipe();
    wake_pipe(const wake_pipe &) = delete;
    wake_pipe &operator=(const wake_pipe &) = delete;

    // Makes fd() readable. Any thread.
    void wake();
    // Makes it unreadable again. The waiting thread.
    void drain();
    // For poll(): readable when somebody called.
    int fd() const { return m_fds[0]; }

  private:
    int m_fds[2];
};

} // namespace components

#endif
