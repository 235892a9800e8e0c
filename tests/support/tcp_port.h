// SPDX-License-Identifier: MIT
//
// TCP ports of this machine for a test's own server.
#ifndef TESTS_SUPPORT_TCP_PORT_H
#define TESTS_SUPPORT_TCP_PORT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace test
{

// A TCP port of this machine, taken as long as this lives.
class taken_port
{
  public:
    taken_port()
    {
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (m_socket < 0 || bind(m_socket, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
            listen(m_socket, 1) != 0 ||
            getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
            throw std::runtime_error("no port");
        }
        m_number = ntohs(address.sin_port);
    }
    ~taken_port() { close(m_socket); }
    std::string text() const { return std::to_string(m_number); }

  private:
    int m_socket;
    uint16_t m_number = 0;
};

// One that nothing listens at just now.
inline std::string free_port()
{
    return taken_port().text();
}

} // namespace test

#endif
