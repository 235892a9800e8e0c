// SPDX-License-Identifier: MIT
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace test
{

connection::connection(uint16_t port) : m_fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (m_fd < 0 || connect(m_fd, reinterpret_cast<sockaddr *>(&to), sizeof(to)) != 0) {
        throw std::runtime_error("cannot connect");
    }
}

connection::~connection()
{
    close(m_fd);
}

bool connection::write(const std::string &bytes)
{
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = send(m_fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        done += static_cast<size_t>(count);
    }
    return true;
}

void connection::end_of_request()
{
    shutdown(m_fd, SHUT_WR);
}

static size_t length_of(const std::string &text)
{
    const size_t end = text.find("\r\n\r\n");
    const size_t at = text.find("Content-Length: ");
    if (end == std::string::npos) {
        return std::string::npos;
    }
    return end + 4 + (at < end ? static_cast<size_t>(atoi(text.c_str() + at + 16)) : 0);
}

std::string connection::read_response()
{
    char bytes[4096];
    ssize_t count = 1;
    while (m_rest.size() < length_of(m_rest) && count > 0) {
        count = recv(m_fd, bytes, sizeof(bytes), 0);
        m_rest.append(bytes, count > 0 ? static_cast<size_t>(count) : 0);
    }
    const std::string first = m_rest.substr(0, length_of(m_rest));
    m_rest.erase(0, first.size());
    return first;
}

std::string connection::read_all()
{
    char bytes[4096];
    ssize_t count;
    while ((count = recv(m_fd, bytes, sizeof(bytes), 0)) > 0) {
        m_rest.append(bytes, static_cast<size_t>(count));
    }
    return m_rest;
}

response parse(const std::string &text)
{
    response result;
    const size_t end = text.find("\r\n\r\n");
    if (text.compare(0, 7, "HTTP/1.") == 0 && end != std::string::npos) {
        result.status = atoi(text.c_str() + 9);
        result.head = text.substr(0, end + 2);
        result.body = text.substr(end + 4);
    }
    return result;
}

response ask(uint16_t port, const std::string &method, const std::string &path, const std::string &headers,
             const std::string &body)
{
    connection to(port);
    const bool own_host = headers.find("Host:") == std::string::npos;
    to.write(method + " " + path + " HTTP/1.1\r\n" +
             (own_host ? "Host: 127.0.0.1:" + std::to_string(port) + "\r\n" : "") + headers +
             (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
             "Connection: close\r\n\r\n" + body);
    const std::string answer = to.read_all();
    if (method != "HEAD" && answer.size() < length_of(answer)) {
        return {}; // the run ended in the middle of it: as if there were none
    }
    return parse(answer);
}

server::server(handler answer) : m_answer(std::move(answer))
{
    address where{};
    char message[256] = "";
    address_parse("127.0.0.1:0", &where);
    m_server = http_server_start(&where, on_request, this, message, sizeof(message));
    if (!m_server) {
        throw std::runtime_error(message);
    }
}

server::~server()
{
    http_server_stop(m_server);
}

void server::on_request(void *opaque, const http_request *request, http_response *response)
{
    static_cast<server *>(opaque)->m_answer(*request, *response);
}

void set_text(http_response &response, const std::string &text)
{
    response.body = strdup(text.c_str());
    response.size = text.size();
}

} // namespace test
