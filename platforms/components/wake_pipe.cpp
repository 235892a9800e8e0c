// SPDX-License-Identifier: MIT
#include "wake_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace components
{

wake_pipe::wake_pipe()
{
    if (pipe2(m_fds, O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::runtime_error(std::string("cannot make a pipe: ") + strerror(errno));
    }
}

wake_pipe::~wake_pipe()
{
    ::close(m_fds[0]);
    ::close(m_fds[1]);
}

void wake_pipe::wake()
{
    // A full pipe is readable already: that this write may fail does not matter.
    if (write(m_fds[1], "", 1) < 0) {
        return;
    }
}

void wake_pipe::drain()
{
    char bytes[64];
    while (read(m_fds[0], bytes, sizeof(bytes)) > 0) {
    }
}

} // namespace components
