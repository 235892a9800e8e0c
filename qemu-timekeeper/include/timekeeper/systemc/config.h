// SPDX-License-Identifier: MIT
//
// The tree of values that a platform file gives.
//
//   source_location   where a value was written: file and line
//   config_error      a mistake of the user's: one line (or several) that say what, where, and what is right
//   config_node       a table with ordered children, or a bool, an integer, a number or a string
//
// Who reads a value marks it as used. What nobody has used when the platform stands is an error, so that a
// misspelt parameter never passes in silence.
//
// Thread: SystemC's (elaboration). Nothing here locks.
#ifndef TIMEKEEPER_SYSTEMC_CONFIG_H
#define TIMEKEEPER_SYSTEMC_CONFIG_H

#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace tk
{

struct source_location {
    std::string file;          // as given on the command line, or "-p NAME=VALUE"; empty: unknown
    int line = 0;              // 1..; 0: unknown
    bool command_line = false; // it came with -p

    std::string text() const; // "conf/smp.lua:12", "conf/smp.lua", or "(unknown place)"
};

// A mistake in the configuration. what() is ready to be printed: one line for each mistake, no newline at the
// end.
class config_error : public std::runtime_error
{
  public:
    // "FILE:LINE: MODULE: WHAT; RIGHT". `module` is a full name and may be empty, `right` as well.
    config_error(const source_location &where, const std::string &module, const std::string &what,
                 const std::string &right = "");
    // Several mistakes at once; each of `lines` is a whole line already. Of very many the first are named.
    explicit config_error(const std::vector<std::string> &lines);

    // The one line of such an error, for several at once.
    static std::string line(const source_location &where, const std::string &module, const std::string &what,
                            const std::string &right);
};

class config_node
{
  public:
    // What a value may be; a table may have children and nothing else.
    enum class type { table, boolean, integer, number, string };

    // A root; `key` is its full name too ("platform").
    explicit config_node(std::string key);
    config_node(const config_node &) = delete;
    config_node &operator=(const config_node &) = delete;

    // Its name in its table; "1" and so on in a list.
    const std::string &key() const { return m_key; }
    std::string full_name() const; // "platform.cpu_0.insn_per_second"
    // The table that it is in; nullptr for the root.
    config_node *parent() const { return m_parent; }
    // Where it was written.
    const source_location &where() const { return m_where; }
    // Says where it was written.
    void set_where(const source_location &where) { m_where = where; }
    // Gives it another name in its table: for aliases.
    void rename(const std::string &key);

    // What it is.
    type kind() const { return m_type; }
    const char *kind_name() const; // "a table", "a boolean", ...
    // True for a table, an empty one too.
    bool is_table() const { return m_type == type::table; }
    // True when override_value() made it: the platform file says nothing about it.
    bool from_command_line() const { return m_made; }

    // --- children, in the order of the file ---------------------------------------------------------

    // All of them; marks nothing.
    const std::vector<std::unique_ptr<config_node>> &children() const { return m_children; }
    // The child, or nullptr. Remembers that somebody knows a child of this name: near names come from there.
    config_node *find(const std::string &child);
    // The same for a dotted path ("load.bin_file").
    config_node *find_path(const std::string &path);
    // The child; made as an empty table when it is not there.
    config_node &get_or_make(const std::string &child);
    // Says that a child of this name would have been understood, for the near names in errors.
    void know(const std::string &child) { m_known.insert(child); }
    // Elements "1".."n" of an array, in order; empty when there is none. Marks nothing.
    std::vector<config_node *> elements() const;

    // --- values -------------------------------------------------------------------------------------

    // Makes it an empty table.
    void set_table();
    // Makes it a boolean.
    void set_boolean(bool value);
    // `bits` is negative when the text was; `any_sign` when only the 64 bits are known: Lua reads
    // 0xffffffffffffffff as -1, so that a parameter of unsigned type may take the bits as they are.
    void set_integer(int64_t bits, bool any_sign = true);
    // Makes it an integer of 64 bits.
    void set_unsigned(uint64_t value);
    // Makes it a number.
    void set_number(double value);
    // Makes it a string.
    void set_string(std::string value);
    // A value in the form of the command line: true/false, a decimal or 0x integer, else a string. Its text
    // stays available, so that "123" may also be meant as a string, and "a,b" as a list.
    void set_from_text(const std::string &text);

    // Each marks the node as used. Throws config_error naming the module (the parent's full name), what was
    // expected and what is there.
    bool as_boolean() const;
    int64_t as_int64() const;   // -2^63 to 2^63 - 1
    uint64_t as_uint64() const; // 0 to 2^64 - 1
    double as_number() const;   // an integer is a number too; a whole number, as 8 / 2 is in Lua, an integer
    std::string as_string() const;               // what the command line gave as well: its text
    std::vector<std::string> as_strings() const; // an array; or one value; from the command line: "a,b"
    std::vector<uint64_t> as_uint64s() const;    // the same of integers, 0 to 2^64 - 1

    std::string text() const; // for people: the value, or "{...}" for a table

    // --- use ----------------------------------------------------------------------------------------

    // Marks it as used, not what is below it.
    void use() const { m_used = true; }
    void use_all() const; // this node and all below it
    // True if somebody has read or marked it.
    bool used() const { return m_used; }
    // One line for each value below this node that nobody used; a table that nobody used is one line.
    std::vector<std::string> unused() const;
    // The same for values that stand directly in this table, without the tables in it.
    std::vector<std::string> unused_values() const;

    // --- overrides from the command line ------------------------------------------------------------

    // Sets the value at a full name ("platform.cpu_0.insn_per_second=5"; this node is the root). Makes what
    // is not there: if nobody uses it, unused() reports it. Throws config_error when the path is malformed,
    // has another root, or names a table.
    void override_value(const std::string &assignment);

    // Throws config_error with the location and the full name of the module that owns this value.
    [[noreturn]] void fail(const std::string &what, const std::string &right = "") const;

  private:
    bool whole_number(int64_t &value) const;
    config_node(config_node *parent, std::string key);
    void expected(const char *what) const;
    void collect_unused(std::vector<std::string> &lines) const;
    std::string unknown_line() const;

    config_node *m_parent = nullptr;
    std::string m_key;
    source_location m_where;
    type m_type = type::table;
    bool m_boolean = false;
    int64_t m_integer = 0;
    bool m_is_unsigned = false; // m_integer holds the bits of an unsigned value
    bool m_any_sign = false;
    double m_number = 0;
    std::string m_string; // the string, or the text of the command line
    bool m_has_text = false;
    bool m_made = false; // made by override_value, not by the file
    mutable bool m_used = false;
    std::set<std::string> m_known;
    std::vector<std::unique_ptr<config_node>> m_children;
    std::unordered_map<std::string, config_node *> m_by_key; // the first of each name
};

// The name among `names` that `name` was probably meant to be, or "".
std::string near_name(const std::string &name, const std::vector<std::string> &names);
// "did you mean 'X'?" or "".
std::string did_you_mean(const std::string &name, const std::vector<std::string> &names);
// Orders names as people do: "cpu_2" before "cpu_10".
bool natural_less(const std::string &a, const std::string &b);

} // namespace tk

#endif
