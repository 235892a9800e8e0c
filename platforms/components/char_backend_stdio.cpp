// SPDX-License-Identifier: MIT
#include "char_backend_stdio.h"
#include "console.h"
#include "terminal.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace components
{

TK_MODULE("char_backend_stdio", char_backend_stdio, "a byte stream to stdout and from stdin");

// There is one stdin: the back end that reads it, or nullptr.
static const tk::module *s_reader;

char_backend_stdio::char_backend_stdio(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context)
{
    context.expect_args(0, 0);
    m_stream.declare_outside();
    m_stream.on_receive([this](uint8_t byte) { return write(byte); });
    SC_HAS_PROCESS(char_backend_stdio);
    SC_METHOD(flush);
    dont_initialize();
    sensitive << m_written;
}

char_backend_stdio::~char_backend_stdio()
{
    stop();
    if (m_owns_stdin) {
        s_reader = nullptr;
    }
}

void char_backend_stdio::configured()
{
    if (!m_read_write) {
        return;
    }
    if (s_reader) {
        m_read_write.fail("stdin is read by " + s_reader->full_name() + " already",
                          "give read_write = false to all but one");
    }
    s_reader = this;
    m_owns_stdin = true;
    m_input = std::make_unique<tk::external_input>(isatty(STDIN_FILENO) != 0);
}

void char_backend_stdio::start_of_simulation()
{
    if (m_read_write) {
        take_terminal();
        m_reader = std::thread([this] { read_input(); });
    }
}

void char_backend_stdio::end_of_simulation()
{
    stop();
}

void char_backend_stdio::stop()
{
    m_inbox.close();
    m_end.wake();
    if (m_reader.joinable()) {
        m_reader.join();
        restore_terminal();
    }
    flush();
}

bool char_backend_stdio::write(uint8_t byte)
{
    console_write(byte);
    if (byte == '\n') {
        flush();
    } else {
        m_written.notify(sc_core::SC_ZERO_TIME);
    }
    return true;
}

void char_backend_stdio::flush()
{
    console_flush();
}

// The reader's thread.
void char_backend_stdio::read_input()
{
    pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {m_end.fd(), POLLIN, 0}};
    uint8_t bytes[256];

    while (poll(fds, 2, -1) >= 0 || errno == EINTR) {
        if (fds[1].revents) {
            return;
        }
        if (!fds[0].revents) {
            continue;
        }
        const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof(bytes));
        if (count <= 0 || !m_inbox.push(bytes, static_cast<size_t>(count))) {
            m_input->close();
            return;
        }
    }
}

} // namespace components
