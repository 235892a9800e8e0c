// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/config.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace tk
{

// --- places and errors -------------------------------------------------------------------------------

std::string source_location::text() const
{
    if (file.empty()) {
        return "(unknown place)";
    }
    return line > 0 ? file + ":" + std::to_string(line) : file;
}

static std::string join_lines(const std::vector<std::string> &lines)
{
    const size_t most = 100;
    std::string all;
    for (size_t i = 0; i < lines.size() && i < most; i++) {
        all += (i == 0 ? "" : "\n") + lines[i];
    }
    return lines.size() <= most ? all : all + "\nand " + std::to_string(lines.size() - most) + " more";
}

// A message may quote what QEMU or a library said: an error stays one line whatever that was.
static std::string one_line(std::string text)
{
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string config_error::line(const source_location &where, const std::string &module,
                               const std::string &what, const std::string &right)
{
    std::string text = where.text() + ": ";
    if (!module.empty()) {
        text += module + ": ";
    }
    text += what;
    if (!right.empty()) {
        text += "; " + right;
    }
    return one_line(text);
}

config_error::config_error(const source_location &where, const std::string &module, const std::string &what,
                           const std::string &right)
    : std::runtime_error(line(where, module, what, right))
{
}

config_error::config_error(const std::vector<std::string> &lines) : std::runtime_error(join_lines(lines)) {}

// --- the tree ----------------------------------------------------------------------------------------

config_node::config_node(std::string key) : m_key(std::move(key)) {}

config_node::config_node(config_node *parent, std::string key) : m_parent(parent), m_key(std::move(key)) {}

std::string config_node::full_name() const
{
    return m_parent ? m_parent->full_name() + "." + m_key : m_key;
}

const char *config_node::kind_name() const
{
    switch (m_type) {
    case type::table:
        return "a table";
    case type::boolean:
        return "a boolean";
    case type::integer:
        return "an integer";
    case type::number:
        return "a number";
    case type::string:
        return "a string";
    }
    return "a value";
}

config_node *config_node::find(const std::string &child)
{
    m_known.insert(child);
    const auto at = m_by_key.find(child);
    return at == m_by_key.end() ? nullptr : at->second;
}

void config_node::rename(const std::string &key)
{
    if (m_parent) {
        auto &siblings = m_parent->m_by_key;
        const auto at = siblings.find(m_key);
        if (at != siblings.end() && at->second == this) {
            siblings.erase(at);
        }
        siblings.emplace(key, this);
    }
    m_key = key;
}

config_node *config_node::find_path(const std::string &path)
{
    config_node *node = this;
    size_t begin = 0;
    while (node) {
        const size_t dot = path.find('.', begin);
        if (node != this) {
            node->use();
        }
        if (dot == std::string::npos) {
            return node->find(path.substr(begin));
        }
        node = node->find(path.substr(begin, dot - begin));
        begin = dot + 1;
    }
    return nullptr;
}

config_node &config_node::get_or_make(const std::string &child)
{
    const auto at = m_by_key.find(child);
    if (at != m_by_key.end()) {
        return *at->second;
    }
    m_children.push_back(std::unique_ptr<config_node>(new config_node(this, child)));
    m_children.back()->m_where = m_where;
    m_by_key.emplace(child, m_children.back().get());
    return *m_children.back();
}

std::vector<config_node *> config_node::elements() const
{
    std::vector<config_node *> list;
    for (size_t i = 1;; i++) {
        const auto at = m_by_key.find(std::to_string(i));
        if (at == m_by_key.end()) {
            return list;
        }
        list.push_back(at->second);
    }
}

// --- values ------------------------------------------------------------------------------------------

void config_node::set_table()
{
    m_type = type::table;
    m_children.clear();
    m_by_key.clear();
}

void config_node::set_boolean(bool value)
{
    m_type = type::boolean;
    m_boolean = value;
}

void config_node::set_integer(int64_t bits, bool any_sign)
{
    m_type = type::integer;
    m_integer = bits;
    m_is_unsigned = false;
    m_any_sign = any_sign;
}

void config_node::set_unsigned(uint64_t value)
{
    m_type = type::integer;
    m_integer = static_cast<int64_t>(value);
    m_is_unsigned = true;
    m_any_sign = false;
}

void config_node::set_number(double value)
{
    m_type = type::number;
    m_number = value;
}

void config_node::set_string(std::string value)
{
    m_type = type::string;
    m_string = std::move(value);
}

// The whole of `text` as a decimal or 0x integer of 64 bits; octal is not meant by a leading 0.
static bool parse_integer(const std::string &text, bool &negative, uint64_t &magnitude)
{
    size_t at = 0;
    negative = text[0] == '-';
    if (negative || text[0] == '+') {
        at = 1;
    }
    const bool hex = text.compare(at, 2, "0x") == 0 || text.compare(at, 2, "0X") == 0;
    const std::string digits = text.substr(hex ? at + 2 : at);
    if (digits.empty() || !isxdigit(static_cast<unsigned char>(digits[0]))) {
        return false;
    }
    char *end = nullptr;
    errno = 0;
    magnitude = strtoull(digits.c_str(), &end, hex ? 16 : 10);
    if (*end != '\0' || errno == ERANGE) {
        return false;
    }
    return !negative || magnitude <= static_cast<uint64_t>(INT64_MAX) + 1;
}

void config_node::set_from_text(const std::string &text)
{
    bool negative = false;
    uint64_t magnitude = 0;
    char *end = nullptr;
    const double number = strtod(text.c_str(), &end);

    if (text == "true" || text == "false") {
        set_boolean(text == "true");
    } else if (!text.empty() && parse_integer(text, negative, magnitude)) {
        if (negative) {
            set_integer(static_cast<int64_t>(0 - magnitude), false);
        } else {
            set_unsigned(magnitude);
        }
    } else if (!text.empty() && *end == '\0' &&
               (isdigit(static_cast<unsigned char>(text[0])) || text[0] == '-' || text[0] == '.')) {
        set_number(number);
    } else {
        set_string(text);
    }
    m_string = text;
    m_has_text = true;
}

void config_node::fail(const std::string &what, const std::string &right) const
{
    const std::string module = m_parent ? m_parent->full_name() : m_key;
    throw config_error(m_where, module, what, right);
}

void config_node::expected(const char *what) const
{
    fail("'" + m_key + "' is " + kind_name() + " (" + text() + ")", "it must be " + std::string(what));
}

bool config_node::as_boolean() const
{
    use();
    if (m_type != type::boolean) {
        expected("true or false");
    }
    return m_boolean;
}

// Lua's / gives floating point, 4.0. Beyond 2^53 digits may be lost already.
bool config_node::whole_number(int64_t &value) const
{
    constexpr double limit = 9007199254740992.0;
    if (m_type != type::number || !(m_number >= -limit && m_number <= limit)) {
        return false;
    }
    value = static_cast<int64_t>(m_number);
    return static_cast<double>(value) == m_number;
}

int64_t config_node::as_int64() const
{
    int64_t whole = 0;
    use();
    if (whole_number(whole)) {
        return whole;
    }
    if (m_type != type::integer) {
        expected("an integer");
    }
    if (m_is_unsigned && m_integer < 0) {
        expected("at most 9223372036854775807");
    }
    return m_integer;
}

uint64_t config_node::as_uint64() const
{
    int64_t whole = 0;
    use();
    if (whole_number(whole) && whole >= 0) {
        return static_cast<uint64_t>(whole);
    }
    if (m_type == type::number) {
        // Lua reads a decimal literal beyond 2^63-1 as floating point, which would lose digits.
        expected("an integer (write one above 9223372036854775807 in hexadecimal)");
    }
    if (m_type != type::integer || (m_integer < 0 && !m_is_unsigned && !m_any_sign)) {
        expected("an integer, not negative");
    }
    return static_cast<uint64_t>(m_integer);
}

// A decimal number and nothing else, whatever the locale.
static bool number_from_text(const std::string &text, double &value)
{
    const char *end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
}

double config_node::as_number() const
{
    use();
    if (m_type == type::integer) {
        return m_is_unsigned ? static_cast<double>(static_cast<uint64_t>(m_integer))
                             : static_cast<double>(m_integer);
    }
    double value = 0;
    if (m_has_text && number_from_text(m_string, value)) {
        return value;
    }
    if (m_type != type::number) {
        expected("a number");
    }
    return m_number;
}

std::string config_node::as_string() const
{
    use();
    if (m_type != type::string && !m_has_text) {
        expected("a string");
    }
    return m_string;
}

static std::vector<std::string> split_at_commas(const std::string &text)
{
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
        const size_t comma = std::min(text.find(',', begin), text.size());
        parts.push_back(text.substr(begin, comma - begin));
        begin = comma + 1;
    }
    return parts;
}

std::vector<std::string> config_node::as_strings() const
{
    std::vector<std::string> list;
    use();
    if (m_has_text) {
        return m_string.empty() ? list : split_at_commas(m_string);
    }
    if (m_type != type::table) {
        return {as_string()};
    }
    for (const config_node *each : elements()) {
        list.push_back(each->as_string());
    }
    return list;
}

std::vector<uint64_t> config_node::as_uint64s() const
{
    std::vector<uint64_t> list;
    use();
    if (m_has_text && m_type == type::string && !m_string.empty()) {
        for (const std::string &each : split_at_commas(m_string)) {
            config_node element(m_key);
            element.m_parent = m_parent;
            element.m_where = m_where;
            element.set_from_text(each);
            list.push_back(element.as_uint64());
        }
        return list;
    }
    if (m_type != type::table) {
        return {as_uint64()};
    }
    for (const config_node *each : elements()) {
        list.push_back(each->as_uint64());
    }
    return list;
}

std::string config_node::text() const
{
    char buffer[40];
    switch (m_type) {
    case type::table:
        return "{...}";
    case type::boolean:
        return m_boolean ? "true" : "false";
    case type::integer:
        return m_is_unsigned ? std::to_string(static_cast<uint64_t>(m_integer)) : std::to_string(m_integer);
    case type::number:
        snprintf(buffer, sizeof(buffer), "%.17g", m_number);
        return buffer;
    case type::string:
        return "\"" + m_string + "\"";
    }
    return "";
}

// --- use ---------------------------------------------------------------------------------------------

void config_node::use_all() const
{
    use();
    for (const auto &each : m_children) {
        each->use_all();
    }
}

std::string config_node::unknown_line() const
{
    std::vector<std::string> names;
    std::string owner;
    if (m_parent) {
        names.assign(m_parent->m_known.begin(), m_parent->m_known.end());
        owner = m_parent->full_name();
    }
    return config_error::line(m_where, full_name(), "unknown parameter '" + m_key + "' of " + owner,
                              did_you_mean(m_key, names));
}

void config_node::collect_unused(std::vector<std::string> &lines) const
{
    for (const auto &each : m_children) {
        // What the command line made is reported by the name that the user wrote, which is the leaf's.
        const bool look_inside = each->m_used || (each->m_made && each->is_table());
        if (look_inside) {
            each->collect_unused(lines);
        } else {
            lines.push_back(each->unknown_line());
        }
    }
}

std::vector<std::string> config_node::unused_values() const
{
    std::vector<std::string> lines;
    for (const auto &each : m_children) {
        if (!each->is_table() && !each->m_used) {
            lines.push_back(each->unknown_line());
        }
    }
    return lines;
}

std::vector<std::string> config_node::unused() const
{
    std::vector<std::string> lines;
    collect_unused(lines);
    return lines;
}

// --- overrides ---------------------------------------------------------------------------------------

void config_node::override_value(const std::string &assignment)
{
    const source_location where = {"-p " + assignment, 0, true};
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw config_error(where, "", "not an assignment", "write -p " + m_key + ".module.parameter=value");
    }
    const std::string path = assignment.substr(0, equals);
    if (path.compare(0, m_key.size() + 1, m_key + ".") != 0) {
        throw config_error(where, "", "'" + path + "' is no full name",
                           "full names begin with '" + m_key + ".'");
    }
    config_node *node = this;
    for (size_t begin = m_key.size() + 1; begin <= path.size();) {
        const size_t dot = std::min(path.find('.', begin), path.size());
        if (dot == begin) {
            throw config_error(where, "", "'" + path + "' has an empty part");
        }
        const size_t before = node->m_children.size();
        if (!node->is_table()) {
            throw config_error(where, node->full_name(),
                               "is " + std::string(node->kind_name()) + ", not a table");
        }
        node = &node->get_or_make(path.substr(begin, dot - begin));
        if (node->m_parent->m_children.size() != before) {
            node->m_made = true;
            node->m_where = where;
        }
        begin = dot + 1;
    }
    if (node->is_table() && !node->m_made) {
        // A list may be replaced; a module or a socket may not.
        if (node->elements().empty() || node->elements().size() != node->m_children.size()) {
            throw config_error(where, node->full_name(), "is a table, not a parameter");
        }
        node->m_children.clear();
        node->m_by_key.clear();
    }
    node->m_where = where;
    node->set_from_text(assignment.substr(equals + 1));
}

// --- names -------------------------------------------------------------------------------------------

// Levenshtein's distance, letter case ignored.
static size_t distance(const std::string &a, const std::string &b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            const bool same = tolower(static_cast<unsigned char>(a[i - 1])) ==
                              tolower(static_cast<unsigned char>(b[j - 1]));
            const size_t changed = diagonal + (same ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

std::string near_name(const std::string &name, const std::vector<std::string> &names)
{
    std::string best;
    size_t best_distance = std::max<size_t>(1, name.size() / 3) + 1;
    for (const std::string &each : names) {
        const size_t d = distance(name, each);
        if (each != name && d < best_distance) {
            best = each;
            best_distance = d;
        }
    }
    return best;
}

std::string did_you_mean(const std::string &name, const std::vector<std::string> &names)
{
    const std::string near = near_name(name, names);
    return near.empty() ? "" : "did you mean '" + near + "'?";
}

static bool digit(char c)
{
    return isdigit(static_cast<unsigned char>(c)) != 0;
}

// The number at `at`, without leading zeros; moves `at` behind it.
static std::string take_number(const std::string &text, size_t &at)
{
    size_t begin = at;
    while (at < text.size() && digit(text[at])) {
        at++;
    }
    while (begin < at && text[begin] == '0') {
        begin++;
    }
    return text.substr(begin, at - begin);
}

bool natural_less(const std::string &a, const std::string &b)
{
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            const std::string x = take_number(a, i);
            const std::string y = take_number(b, j);
            if (x.size() != y.size()) {
                return x.size() < y.size();
            }
            if (x != y) {
                return x < y;
            }
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            i++;
            j++;
        }
    }
    if ((a.size() - i) != (b.size() - j)) {
        return (a.size() - i) < (b.size() - j);
    }
    return a < b; // "a01" and "a1": some order
}

} // namespace tk
