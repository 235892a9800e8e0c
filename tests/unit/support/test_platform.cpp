// SPDX-License-Identifier: MIT
#include "test_platform.h"
#include "timekeeper/platform_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace test
{

scratch_directory::scratch_directory()
{
    std::string name = (std::filesystem::temp_directory_path() / "timekeeper-XXXXXX").string();
    if (!mkdtemp(name.data())) {
        throw std::runtime_error("cannot make " + name);
    }
    m_path = name;
}

scratch_directory::~scratch_directory()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::string scratch_directory::write(const std::string &file, const std::string &content) const
{
    std::ofstream out(path(file), std::ios::binary);
    out << content;
    if (!out.flush()) {
        throw std::runtime_error("cannot write " + path(file));
    }
    return path(file);
}

std::string scratch_directory::read(const std::string &file) const
{
    std::ifstream in(path(file), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

platform::platform(const std::string &lua, const std::vector<std::string> &overrides)
{
    build(m_own, lua, overrides);
}

platform::platform(const scratch_directory &directory, const std::string &lua,
                   const std::vector<std::string> &overrides)
{
    build(directory, lua, overrides);
}

void platform::build(const scratch_directory &directory, const std::string &lua,
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
