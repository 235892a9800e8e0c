// SPDX-License-Identifier: MIT
//
// Values that C++ gives to parameters, in place of a platform file.
//
// Thread: SystemC's, in elaboration.
#ifndef TIMEKEEPER_SYSTEMC_SETTING_H
#define TIMEKEEPER_SYSTEMC_SETTING_H

#include "timekeeper/systemc/config.h"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tk
{

// A value of one of the types that a parameter may have, from what C++ has for each.
class setting_value
{
  public:
    // A truth value.
    setting_value(bool value) : m_value(value) {}
    // A number; not for what is simulated time.
    setting_value(double value) : m_value(value) {}
    // A text.
    setting_value(std::string value) : m_value(std::move(value)) {}
    // A text.
    setting_value(const char *value) : m_value(std::string(value)) {}
    // A list.
    setting_value(std::vector<std::string> values) : m_value(std::move(values)) {}
    // A list of numbers.
    setting_value(std::vector<uint64_t> values) : m_value(std::move(values)) {}
    // An integer of any type.
    template <typename T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
    setting_value(T value)
    {
        if constexpr (std::is_signed_v<T>) {
            m_value = static_cast<int64_t>(value);
        } else {
            m_value = static_cast<uint64_t>(value);
        }
    }
    // Not inline: GCC 12 warns of parts of the variant that it takes for uninitialized.
    setting_value(const setting_value &other);
    // Moves it.
    setting_value(setting_value &&other) noexcept;
    // Copies it.
    setting_value &operator=(const setting_value &other);
    // Moves it.
    setting_value &operator=(setting_value &&other) noexcept;
    ~setting_value();

    // Makes `node` this value; what it was before is gone.
    void put(config_node &node) const;

  private:
    std::variant<bool, int64_t, uint64_t, double, std::string, std::vector<std::string>,
                 std::vector<uint64_t>>
        m_value;
};

// A parameter and its value; the name may have dots ("load.bin_file").
class setting
{
  public:
    // Of that name.
    setting(std::string name, setting_value value) : m_name(std::move(name)), m_value(std::move(value)) {}

    // "load.bin_file".
    const std::string &name() const { return m_name; }
    // Writes it into the table, and says that it was written at `where`.
    void put(config_node &table, const source_location &where) const;

  private:
    std::string m_name;
    setting_value m_value;
};

// Several, in order; the last one of a name wins.
using settings = std::vector<setting>;

} // namespace tk

#endif
