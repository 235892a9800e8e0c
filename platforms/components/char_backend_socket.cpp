// SPDX-License-Identifier: MIT
#include "char_backend_socket.h"
#include "tcp.h"
#include "timekeeper/systemc/sandbox.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace components
{

TK_MODULE("char_backend_socket", char_backend_socket, "a byte stream over TCP");

char_backend_socket::char_backend_socket(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context)
{
    context.expect_args(0, 0);
    m_stream.declare_outside();
    m_stream.on_receive([this](uint8_t byte) { return send(byte); });
    m_inbox.on_room_again([this] { m_wake.wake(); });
    SC_HAS_PROCESS(char_backend_socket);
    SC_METHOD(announce_room);
    dont_initialize();
    sensitive << m_sent.event();
}

char_backend_socket::~char_backend_socket()
{
    stop();
    drop_client();
    if (m_listener >= 0) {
        ::close(m_listener);
    }
}

// --- life --------------------------------------------------------------------------------------------

void char_backend_socket::configured()
{
    tk::check_host_access(m_address.where(), full_name(), "it opens a socket");
    try {
        if (m_server) {
            m_listener = tcp_listen(m_address, m_port_number);
        } else {
            m_client = tcp_connect(m_address);
        }
    } catch (const std::runtime_error &error) {
        m_address.fail(error.what(), "address is \"host:port\"");
    }
}

void char_backend_socket::start_of_simulation()
{
    if (m_server && tcp_port_text(m_address) == "0") {
        fprintf(stderr, "%s: listening on port %u\n", full_name().c_str(), m_port_number);
    }
    m_thread = std::thread([this] { serve(); });
}

void char_backend_socket::end_of_simulation()
{
    stop();
}

void char_backend_socket::stop()
{
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_ending = true;
    }
    m_inbox.close();
    m_wake.wake();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

// --- SystemC's side ----------------------------------------------------------------------------------

bool char_backend_socket::send(uint8_t byte)
{
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        if (m_nobody_comes) {
            return true;
        }
        if (m_output.size() >= capacity) {
            m_refused = true;
            return false;
        }
        m_output.push_back(byte);
    }
    m_wake.wake();
    return true;
}

void char_backend_socket::announce_room()
{
    m_stream.announce_room();
}

// --- the thread --------------------------------------------------------------------------------------

bool char_backend_socket::output_waits()
{
    const std::lock_guard<std::mutex> hold(m_lock);
    return !m_output.empty();
}

void char_backend_socket::serve()
{
    for (;;) {
        // While the guest takes no input its output must go on: so this thread never waits for the inbox.
        const int input = m_inbox.has_room() ? POLLIN : 0;
        const int output = output_waits() ? POLLOUT : 0;
        pollfd fds[2] = {{m_wake.fd(), POLLIN, 0}, {m_client, static_cast<short>(input | output), 0}};
        if (m_client < 0) {
            fds[1] = {m_listener, POLLIN, 0};
        }
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            return;
        }
        if (fds[0].revents) {
            m_wake.drain();
            const std::lock_guard<std::mutex> hold(m_lock);
            if (m_ending) {
                break;
            }
        }
        if (fds[1].revents && m_client < 0) {
            m_client = accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        } else if (fds[1].revents && !serve_client(fds[1].revents)) {
            drop_client();
        }
    }
    send_last_words();
}

// What the guest said last still goes out, as far as the peer takes it without making us wait.
void char_backend_socket::send_last_words()
{
    pollfd client = {m_client, POLLOUT, 0};
    while (m_client >= 0 && output_waits() && poll(&client, 1, 0) > 0 && write_client()) {
    }
}

// False: the connection is gone.
bool char_backend_socket::serve_client(int events)
{
    if ((events & (POLLIN | POLLHUP | POLLERR)) && !read_client()) {
        return false;
    }
    return !(events & POLLOUT) || write_client();
}

bool char_backend_socket::read_client()
{
    uint8_t bytes[512];
    const ssize_t count = recv(m_client, bytes, sizeof(bytes), 0);
    if (count < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    return count > 0 && m_inbox.push(bytes, static_cast<size_t>(count));
}

bool char_backend_socket::write_client()
{
    uint8_t bytes[512];
    size_t count = 0;
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        while (count < sizeof(bytes) && count < m_output.size()) {
            bytes[count] = m_output[count];
            count++;
        }
    }
    const ssize_t sent = ::send(m_client, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) {
        return sent < 0 && (errno == EAGAIN || errno == EINTR);
    }
    bool tell = false;
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        m_output.erase(m_output.begin(), m_output.begin() + sent);
        std::swap(tell, m_refused);
    }
    if (tell) {
        m_sent.notify();
    }
    return true;
}

void char_backend_socket::drop_client()
{
    if (m_client >= 0) {
        ::close(m_client);
        m_client = -1;
    }
    if (!m_server) {
        bool tell = false;
        {
            const std::lock_guard<std::mutex> hold(m_lock);
            m_nobody_comes = true;
            m_output.clear();
            std::swap(tell, m_refused);
        }
        if (tell) {
            m_sent.notify();
        }
    }
}

} // namespace components
