// SPDX-License-Identifier: MIT
//
// What the API asks, without a simulation behind it; and a server with the API in front of it.
#ifndef TESTS_UNIT_MONITOR_FAKE_SIMULATION_H
#define TESTS_UNIT_MONITOR_FAKE_SIMULATION_H

#include "api.h"
#include "client.h"
#include "views.h"

#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

namespace test
{

class fake_simulation
{
  public:
    static constexpr const char *token = "0123456789abcdef";

    fake_simulation()
        : m_view(two_cpus()), m_server([this](const http_request &request, http_response &response) {
              api_answer(&m_api, &request, &response);
          })
    {
        m_api.rules = {"127.0.0.1", 0, token};
        m_api.simulation = {this, on_look, on_registers, on_report, on_change};
        m_api.windows = windows;
        m_api.window_count = 1;
        m_api.page = "<!DOCTYPE html>";
        m_api.platform = "a.lua";
        m_api.version = "1";
    }

    uint16_t port() const { return m_server.port(); }
    response get(const std::string &path, const std::string &headers = "")
    {
        return ask(port(), "GET", path, headers);
    }
    response post(const std::string &path, const std::string &body = "")
    {
        return ask(port(), "POST", path, std::string("Authorization: Bearer ") + token + "\r\n", body);
    }
    // Those that came through, so far.
    std::vector<api_command> commands()
    {
        const std::lock_guard<std::mutex> hold(m_lock);
        return m_commands;
    }
    run_view &view() { return *m_view; }

    api_outcome outcome = API_DONE;
    bool sees = true; // the simulation lets itself be looked at

  private:
    static constexpr api_window windows[] = {
        {"platform.ram", "gs_memory", "target_socket", "router", 0x40000000, 0x8000000, 0}};

    static bool on_look(void *opaque, run_view *view)
    {
        auto *self = static_cast<fake_simulation *>(opaque);
        *view = *self->m_view;
        return self->sees;
    }
    static bool on_registers(void *opaque, void (*one)(void *, const api_component *), void *context,
                             uint64_t *at_ps)
    {
        static const api_register registers[] = {{"CR", 0x30, 0x301, 32}, {"DATA", 0x3fc, 0xa5, 8}};
        const api_component uart = {"platform.uart", "Pl011", registers, 2};
        *at_ps = 5 * ms;
        one(context, &uart);
        return static_cast<fake_simulation *>(opaque)->sees;
    }
    static char *on_report(void *opaque)
    {
        return static_cast<fake_simulation *>(opaque)->sees ? strdup("{}") : nullptr;
    }
    static api_outcome on_change(void *opaque, const api_command *command, char *message, size_t size)
    {
        auto *self = static_cast<fake_simulation *>(opaque);
        const std::lock_guard<std::mutex> hold(self->m_lock);
        self->m_commands.push_back(*command);
        snprintf(message, size, "not now");
        return self->outcome;
    }

    std::unique_ptr<run_view> m_view;
    api m_api{};
    std::mutex m_lock;
    std::vector<api_command> m_commands;
    server m_server; // the last: it ends first
};

} // namespace test

#endif
