// SPDX-License-Identifier: MIT
//
// An HTTP client that writes what it is told, right or wrong; and a server to talk to.
#ifndef TESTS_UNIT_MONITOR_CLIENT_H
#define TESTS_UNIT_MONITOR_CLIENT_H

#include "http_server.h"

#include <cstdint>
#include <functional>
#include <string>

namespace test
{

class connection
{
  public:
    explicit connection(uint16_t port); // to 127.0.0.1
    ~connection();
    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;

    bool write(const std::string &bytes); // false: the server has closed it
    void end_of_request();                // no more is written
    std::string read_response();          // one response with its body; what came until the connection's end
    std::string read_all();

  private:
    int m_fd;
    std::string m_rest;
};

struct response {
    int status = 0; // 0: none
    std::string head, body;
};

response parse(const std::string &text);
// One request on a connection of its own. `headers`: each with its \r\n.
response ask(uint16_t port, const std::string &method, const std::string &path,
             const std::string &headers = "", const std::string &body = "");

class server
{
  public:
    using handler = std::function<void(const http_request &, http_response &)>;
    explicit server(handler answer);
    ~server();
    server(const server &) = delete;
    server &operator=(const server &) = delete;
    uint16_t port() const { return http_server_port(m_server); }

  private:
    static void on_request(void *opaque, const http_request *request, http_response *response);
    handler m_answer;
    http_server *m_server;
};

void set_text(http_response &response, const std::string &text);

} // namespace test

#endif
