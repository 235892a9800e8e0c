// SPDX-License-Identifier: MIT
//
// TCP sockets by "host:port" ("[::1]:80" for IPv6).
#ifndef PLATFORMS_COMPONENTS_TCP_H
#define PLATFORMS_COMPONENTS_TCP_H

#include <string>

namespace components
{

// Each throws std::runtime_error that names the address and says what is wrong. Sockets are non-blocking.
// `port`: receives the port it listens at, which is the host's choice for port 0.
int tcp_listen(const std::string &address, unsigned &port);
int tcp_connect(const std::string &address);
// What stands behind the last colon.
std::string tcp_port_text(const std::string &address);

} // namespace components

#endif
