// SPDX-License-Identifier: MIT
//
// A platform for a test, from Lua text: built as vp does it.
#ifndef TESTS_SUPPORT_TEST_PLATFORM_H
#define TESTS_SUPPORT_TEST_PLATFORM_H

#include "support/scratch.h"
#include "timekeeper/systemc/platform.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace test
{

class platform
{
  public:
    // Builds it. Throws tk::config_error. The platform file is "test.lua" in `files`.
    explicit platform(const std::string &lua, const std::vector<std::string> &overrides = {});
    // The same, with files beside the platform file.
    platform(const scratch &directory, const std::string &lua,
             const std::vector<std::string> &overrides = {});

    // The module "NAME" directly in the platform, as a T.
    template <typename T>
    T &get(const std::string &name) const
    {
        for (const auto &each : m_built->modules()) {
            T *found = dynamic_cast<T *>(each.get());
            if (found && each->full_name() == "platform." + name) {
                return *found;
            }
        }
        throw std::logic_error("no module " + name + " of that class");
    }
    const tk::platform &built() const { return *m_built; }

  private:
    void build(const scratch &directory, const std::string &lua, const std::vector<std::string> &overrides);
    scratch m_own;
    std::unique_ptr<tk::config_node> m_root;
    std::unique_ptr<tk::platform> m_built;
};

// What the config_error says that building this platform throws, from the file's name on ("test.lua:3: ...");
// "" if it throws none.
std::string build_error(const std::string &lua, const std::vector<std::string> &overrides = {});

// Elaborates, or lets everything happen that is due now.
void settle();

} // namespace test

#endif
