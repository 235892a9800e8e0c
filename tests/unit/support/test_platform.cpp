// SPDX-License-Identifier: MIT
#include "test_platform.h"

#include "timekeeper/platform_file.h"

namespace test
{

platform::platform(const std::string &lua, const std::vector<std::string> &overrides)
{
    build(m_own, lua, overrides);
}

platform::platform(const scratch &directory, const std::string &lua,
                   const std::vector<std::string> &overrides)
{
    build(directory, lua, overrides);
}

void platform::build(const scratch &directory, const std::string &lua,
                     const std::vector<std::string> &overrides)
{
    m_root = tk::load_platform_file(directory.write("test.lua", lua));
    for (const std::string &each : overrides) {
        m_root->override_value(each);
    }
    m_built = std::make_unique<tk::platform>(*m_root);
    m_built->build();
}

std::string build_error(const std::string &lua, const std::vector<std::string> &overrides)
{
    try {
        const platform wrong(lua, overrides);
    } catch (const tk::config_error &error) {
        const std::string text = error.what();
        const size_t file = text.find("test.lua");
        return file == std::string::npos ? text : text.substr(file);
    }
    return "";
}

void settle()
{
    do {
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    } while (sc_core::sc_pending_activity_at_current_time());
}

} // namespace test
