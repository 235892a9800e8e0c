// SPDX-License-Identifier: MIT
#include "tcp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace components
{

using address_list = std::unique_ptr<addrinfo, void (*)(addrinfo *)>;

std::string tcp_port_text(const std::string &address)
{
    const size_t colon = address.rfind(':');
    return colon == std::string::npos ? "" : address.substr(colon + 1);
}

static address_list resolve(const std::string &address, int flags)
{
    const std::string port = tcp_port_text(address);
    if (port.empty()) {
        throw std::runtime_error("'" + address + "' names no port");
    }
    std::string host = address.substr(0, address.size() - port.size() - 1);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    addrinfo wanted = {};
    addrinfo *found = nullptr;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = flags;
    const int error = getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &wanted, &found);
    if (error != 0) {
        throw std::runtime_error("cannot resolve '" + address + "': " + gai_strerror(error));
    }
    return address_list(found, freeaddrinfo);
}

static unsigned bound_port(int fd)
{
    sockaddr_storage name = {};
    socklen_t length = sizeof(name);
    if (getsockname(fd, reinterpret_cast<sockaddr *>(&name), &length) != 0) {
        return 0;
    }
    return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 *>(&name)->sin6_port
                                            : reinterpret_cast<sockaddr_in *>(&name)->sin_port);
}

// The first address of the list for which `use` succeeds, as a socket.
template <typename USE>
static int first_usable(const std::string &address, int flags, const char *what, USE use)
{
    const address_list list = resolve(address, flags);
    int error = 0;
    for (const addrinfo *each = list.get(); each; each = each->ai_next) {
        const int fd = socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
        if (fd >= 0 && use(fd, *each)) {
            fcntl(fd, F_SETFL, O_NONBLOCK);
            return fd;
        }
        error = errno;
        if (fd >= 0) {
            ::close(fd);
        }
    }
    throw std::runtime_error(std::string("cannot ") + what + " '" + address + "': " + strerror(error));
}

int tcp_listen(const std::string &address, unsigned &port)
{
    const int fd = first_usable(address, AI_PASSIVE, "listen at", [](int socket_fd, const addrinfo &at) {
        const int yes = 1;
        setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        return bind(socket_fd, at.ai_addr, at.ai_addrlen) == 0 && listen(socket_fd, 1) == 0;
    });
    port = bound_port(fd);
    return fd;
}

int tcp_connect(const std::string &address)
{
    return first_usable(address, 0, "connect to", [](int socket_fd, const addrinfo &at) {
        return connect(socket_fd, at.ai_addr, at.ai_addrlen) == 0;
    });
}

} // namespace components
