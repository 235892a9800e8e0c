// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/setting.h"

namespace tk
{

setting_value::setting_value(const setting_value &other) = default;
setting_value::setting_value(setting_value &&other) noexcept = default;
setting_value &setting_value::operator=(const setting_value &other) = default;
setting_value &setting_value::operator=(setting_value &&other) noexcept = default;
setting_value::~setting_value() = default;

static void put_value(config_node &node, bool value)
{
    node.set_boolean(value);
}

static void put_value(config_node &node, int64_t value)
{
    node.set_integer(value, false);
}

static void put_value(config_node &node, uint64_t value)
{
    node.set_unsigned(value);
}

static void put_value(config_node &node, double value)
{
    node.set_number(value);
}

static void put_value(config_node &node, const std::string &value)
{
    node.set_string(value);
}

template <typename T>
static void put_value(config_node &node, const std::vector<T> &values)
{
    node.set_table();
    for (size_t i = 0; i < values.size(); i++) {
        put_value(node.get_or_make(std::to_string(i + 1)), values[i]);
    }
}

void setting_value::put(config_node &node) const
{
    std::visit([&node](const auto &value) { put_value(node, value); }, m_value);
}

void setting::put(config_node &table, const source_location &where) const
{
    config_node *node = &table;
    size_t begin = 0;

    for (size_t dot = m_name.find('.'); dot != std::string::npos; dot = m_name.find('.', begin)) {
        node = &node->get_or_make(m_name.substr(begin, dot - begin));
        begin = dot + 1;
    }
    node = &node->get_or_make(m_name.substr(begin));
    node->set_where(where);
    m_value.put(*node);
}

} // namespace tk
