// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/param.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/sandbox.h"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace tk
{

param_base::param_base(module &owner, std::string name, const char *type_name, std::string default_text,
                       std::string unit, std::string help, std::string range_text)
    : m_owner(owner), m_name(std::move(name)), m_type_name(type_name),
      m_default_text(std::move(default_text)), m_value_text(m_default_text), m_unit(std::move(unit)),
      m_help(std::move(help)), m_range_text(std::move(range_text)), m_node(owner.config().find_path(m_name))
{
    owner.add_param(*this);
}

std::string param_base::full_name() const
{
    return m_owner.full_name() + "." + m_name;
}

source_location param_base::where() const
{
    return m_node ? m_node->where() : m_owner.config().where();
}

void param_base::refresh()
{
    m_node = m_owner.config().find_path(m_name);
    read();
}

void param_base::leave_default_to(const std::string &who)
{
    m_default_text = who;
    if (!given()) {
        m_value_text = who;
    }
    m_owner.update_default(*this);
}

void param_base::fail(const std::string &what, const std::string &right) const
{
    throw config_error(where(), m_owner.full_name(), what, right);
}

config_node *param_base::array_node(size_t index) const
{
    return m_owner.config().find(m_name + "_" + std::to_string(index));
}

// --- one value ---------------------------------------------------------------------------------------

static std::string text_of(bool value)
{
    return value ? "true" : "false";
}

static std::string text_of(const std::string &value)
{
    return "\"" + value + "\"";
}

static std::string text_of(double value)
{
    char text[32];
    snprintf(text, sizeof(text), "%.9g", value);
    return text;
}

template <typename T>
static std::string text_of(T value)
{
    return std::to_string(value);
}

template <typename T>
static std::string text_of(const std::vector<T> &values)
{
    std::string text = "{";
    for (const T &each : values) {
        text += (text.size() > 1 ? ", " : "") + text_of(each);
    }
    return text + "}";
}

template <typename T>
static std::string range_of(const param_range<T> &range)
{
    if (range.greatest == std::numeric_limits<T>::max()) {
        return range.least == std::numeric_limits<T>::lowest() ? "" : text_of(range.least) + " or more";
    }
    return text_of(range.least) + " to " + text_of(range.greatest);
}

static std::string range_of(const std::vector<std::string> &allowed)
{
    std::string list;
    for (const std::string &each : allowed) {
        list += (list.empty() ? "'" : ", '") + each + "'";
    }
    return list;
}

template <typename T>
static void check_range(const param_base &param, T value, const param_range<T> &range)
{
    if (!(value >= range.least && value <= range.greatest)) { // nor what is no number at all
        param.fail("'" + param.name() + "' is " + text_of(value),
                   "it must be from " + text_of(range.least) + " to " + text_of(range.greatest));
    }
}

param<bool>::param(module &owner, const std::string &name, bool def, const std::string &unit,
                   const std::string &help)
    : param_base(owner, name, "bool", text_of(def), unit, help), m_value(def)
{
    param::read();
}

void param<bool>::read()
{
    m_value = node() ? node()->as_boolean() : m_value;
    set_value_text(text_of(m_value));
}

param<int64_t>::param(module &owner, const std::string &name, int64_t def, const std::string &unit,
                      const std::string &help, param_range<int64_t> range)
    : param_base(owner, name, "int64", text_of(def), unit, help, range_of(range)), m_value(def),
      m_range(range)
{
    param::read();
}

void param<int64_t>::read()
{
    m_value = node() ? node()->as_int64() : m_value;
    set_value_text(text_of(m_value));
    check_range(*this, m_value, m_range);
}

param<uint64_t>::param(module &owner, const std::string &name, uint64_t def, const std::string &unit,
                       const std::string &help, param_range<uint64_t> range)
    : param_base(owner, name, "uint64", text_of(def), unit, help, range_of(range)), m_value(def),
      m_range(range)
{
    param::read();
}

void param<uint64_t>::read()
{
    m_value = node() ? node()->as_uint64() : m_value;
    set_value_text(text_of(m_value));
    check_range(*this, m_value, m_range);
}

param<double>::param(module &owner, const std::string &name, double def, const std::string &unit,
                     const std::string &help, param_range<double> range)
    : param_base(owner, name, "number", text_of(def), unit, help, range_of(range)), m_value(def),
      m_range(range)
{
    param::read();
}

void param<double>::read()
{
    m_value = node() ? node()->as_number() : m_value;
    set_value_text(text_of(m_value));
    check_range(*this, m_value, m_range);
}

param<std::string>::param(module &owner, const std::string &name, const std::string &def,
                          const std::string &unit, const std::string &help,
                          const std::vector<std::string> &allowed)
    : param_base(owner, name, "string", text_of(def), unit, help, range_of(allowed)), m_value(def),
      m_allowed(allowed)
{
    param::read();
}

void param<std::string>::read()
{
    m_value = node() ? node()->as_string() : m_value;
    set_value_text(text_of(m_value));
    if (m_allowed.empty() || !given()) {
        return;
    }
    if (std::find(m_allowed.begin(), m_allowed.end(), m_value) == m_allowed.end()) {
        fail("'" + name() + "' is '" + m_value + "'", "it must be one of " + range_text());
    }
}

// --- file names --------------------------------------------------------------------------------------

static std::string without_access(const source_location &where, const std::string &file)
{
    const size_t slash = where.file.rfind('/');
    // Only a platform file has lines: what the command line says is relative to the current directory.
    const bool from_file = where.line > 0 && !where.command_line;
    if (file.empty() || file[0] == '/' || !from_file || slash == std::string::npos) {
        return file;
    }
    return where.file.substr(0, slash + 1) + file;
}

std::string resolve_path(const source_location &where, const std::string &file, file_access access)
{
    const std::string name = without_access(where, file);
    if (access == file_access::write) {
        check_host_access(where, "", "it writes " + name);
    } else {
        check_read_access(where, name);
    }
    return name;
}

path_param::path_param(module &owner, const std::string &name, const std::string &help, file_access access)
    : param<std::string>(owner, name, "", "", help), m_access(access)
{
}

std::string path_param::resolved() const
{
    return resolve_path(where(), get(), m_access);
}

// --- lists -------------------------------------------------------------------------------------------

param<std::vector<std::string>>::param(module &owner, const std::string &name,
                                       const std::vector<std::string> &def, const std::string &unit,
                                       const std::string &help)
    : param_base(owner, name, "strings", text_of(def), unit, help), m_value(def)
{
    param::read();
}

void param<std::vector<std::string>>::read()
{
    if (node()) {
        m_value = node()->as_strings();
    } else if (array_node(0)) {
        m_value.clear();
        for (size_t i = 0; config_node *each = array_node(i); i++) {
            m_value.push_back(each->as_string());
        }
    }
    set_value_text(text_of(m_value));
}

param<std::vector<uint64_t>>::param(module &owner, const std::string &name, const std::vector<uint64_t> &def,
                                    const std::string &unit, const std::string &help)
    : param_base(owner, name, "uint64s", text_of(def), unit, help), m_value(def)
{
    param::read();
}

void param<std::vector<uint64_t>>::read()
{
    if (node()) {
        m_value = node()->as_uint64s();
    } else if (array_node(0)) {
        m_value.clear();
        for (size_t i = 0; config_node *each = array_node(i); i++) {
            m_value.push_back(each->as_uint64());
        }
    }
    set_value_text(text_of(m_value));
}

} // namespace tk
