// SPDX-License-Identifier: MIT
//
// The memory map of a platform, as its file writes it: each socket with an address behind a router.
#ifndef PLATFORMS_VP_MONITOR_MEMORY_MAP_H
#define PLATFORMS_VP_MONITOR_MEMORY_MAP_H

#include "api.h"
#include "timekeeper/systemc/config.h"

#include <deque>
#include <string>
#include <vector>

namespace vp
{

class memory_map
{
  public:
    // The platform is built, so that its tables have no mistakes. By address.
    explicit memory_map(const tk::config_node &root);
    const std::vector<api_window> &windows() const { return m_windows; }

  private:
    void add_module(const tk::config_node &module);
    void add_socket(const tk::config_node &module, const tk::config_node &socket);
    const char *keep(const std::string &text);

    std::vector<api_window> m_windows;
    std::deque<std::string> m_texts; // what the windows point to
};

} // namespace vp

#endif
