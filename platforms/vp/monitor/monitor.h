// SPDX-License-Identifier: MIT
//
// The HTTP side of `vp --monitor`: docs/monitor.md.
#ifndef PLATFORMS_VP_MONITOR_MONITOR_H
#define PLATFORMS_VP_MONITOR_MONITOR_H

#include "api.h"
#include "memory_map.h"
#include "options.h"
#include "simulation.h"
#include "token.h"

#include <string>

namespace vp
{

// While it lives, it answers; at most a few seconds after it is to go.
class monitor
{
  public:
    // Says on stderr where it is. Throws usage_error: no such address, or no right token.
    monitor(const options &chosen, const tk::config_node &root, simulation &observed);
    ~monitor();
    monitor(const monitor &) = delete;
    monitor &operator=(const monitor &) = delete;

  private:
    void take_token(const std::string &file);
    void announce(const std::string &token_file) const;

    memory_map m_map;
    std::string m_platform;
    std::string m_page;
    address m_address{};
    char m_token[TOKEN_MAX + 1] = "";
    api m_api{};
    http_server *m_server = nullptr;
};

} // namespace vp

#endif
