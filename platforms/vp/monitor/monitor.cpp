// SPDX-License-Identifier: MIT
#include "monitor.h"

#include "controls.h"
#include "report_page.h"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace vp
{

// The report's page, fed by the run, with the controls before all else.
static std::string live_page()
{
    static const char place[] = "<main>";
    std::string page = report_page("null", "/api/report");
    return page.insert(page.find(place) + strlen(place), monitor_controls);
}

monitor::monitor(const options &chosen, const tk::config_node &root, simulation &observed)
    : m_map(root), m_platform(chosen.platform_file), m_page(live_page())
{
    char message[256];

    if (!address_parse(chosen.monitor.c_str(), &m_address)) {
        throw usage_error("--monitor " + chosen.monitor + " is no address; write PORT, or HOST:PORT");
    }
    take_token(chosen.monitor_token_file);
    m_api.simulation = observed.for_api();
    m_api.windows = m_map.windows().data();
    m_api.window_count = m_map.windows().size();
    m_api.page = m_page.c_str();
    m_api.platform = m_platform.c_str();
    m_api.version = VP_VERSION;
    m_api.rules.host = m_address.host;
    m_api.rules.token = m_token;
    m_server = http_server_start(&m_address, api_answer, &m_api, message, sizeof(message));
    if (!m_server) {
        throw usage_error("--monitor " + chosen.monitor + ": " + message);
    }
    announce(chosen.monitor_token_file);
}

monitor::~monitor()
{
    http_server_stop(m_server);
}

void monitor::take_token(const std::string &file)
{
    char message[256];

    if (file.empty()) {
        if (!token_make(m_token)) {
            throw std::runtime_error(std::string("cannot make a token: ") + strerror(errno));
        }
    } else if (!token_read(file.c_str(), m_token, message, sizeof(message))) {
        throw usage_error("--monitor-token-file " + file + ": " + message);
    }
}

void monitor::announce(const std::string &token_file) const
{
    const bool brackets = strchr(m_address.host, ':') != nullptr;
    std::string text = "monitor: http://";
    text += brackets ? "[" : "";
    text += m_address.host;
    text += brackets ? "]" : "";
    text += ":" + std::to_string(http_server_port(m_server)) + "/";
    // Behind the # a browser keeps it to itself; the page reads it there.
    text += token_file.empty() ? std::string("#token=") + m_token : " (the token is in " + token_file + ")";
    std::cerr << text + "\n" << std::flush;
}

} // namespace vp
