// SPDX-License-Identifier: MIT
//
// A parameter of a module, declared where it lives:
//
//     tk::param<uint64_t> m_size{*this, "size", 0, "bytes", "how much memory; 0: as much as its window"};
//     tk::param<uint64_t> m_rate{*this, "insn_per_second", 1000000000, "1/s", "speed", {1, 1000000000000}};
//
// It takes its preset from the module's table when it is constructed. In the C++ form module::set() may give
// it another value until the elaboration ends; it never changes afterwards. A name with dots looks into
// nested tables ("load.bin_file"). A value of the wrong type or out of range is a config_error that names
// file, line, module and what would be right.
//
// Thread: constructed in elaboration on SystemC's thread; reading is safe from any thread afterwards.
#ifndef TIMEKEEPER_SYSTEMC_PARAM_H
#define TIMEKEEPER_SYSTEMC_PARAM_H

#include "timekeeper/systemc/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tk
{

class module;

class param_base
{
  public:
    virtual ~param_base() = default;
    param_base(const param_base &) = delete;
    param_base &operator=(const param_base &) = delete;

    // "size".
    const std::string &name() const { return m_name; }
    std::string full_name() const; // "platform.ram.size"
    // "ns"; empty: none.
    const std::string &unit() const { return m_unit; }
    // One line.
    const std::string &help() const { return m_help; }
    // "uint64".
    const char *type_name() const { return m_type_name; }
    // Which values are allowed, in words; empty: all of its type.
    const std::string &range_text() const { return m_range_text; }
    // The default as text.
    const std::string &default_text() const { return m_default_text; }
    // The value as text.
    const std::string &value_text() const { return m_value_text; }
    // True when the platform file or the command line gave it.
    bool given() const { return m_node != nullptr; }
    // Where it was written; the module's place when it was not given.
    source_location where() const;
    // Throws config_error at the value's place: for checks that only the module can make.
    [[noreturn]] void fail(const std::string &what, const std::string &right = "") const;
    // Takes the value that the module's table has now. For module::set().
    void refresh();
    // While it is not given somebody else chooses the value: listings name `who`. For the module that has it.
    void leave_default_to(const std::string &who);

  protected:
    // Declares it at `owner`, whose member it is.
    param_base(module &owner, std::string name, const char *type_name, std::string default_text,
               std::string unit, std::string help, std::string range_text = "");

    // Takes the value from node(), if there is one; throws config_error if it is not allowed.
    virtual void read() = 0;
    // Where it was given, or nullptr.
    config_node *node() const { return m_node; }
    config_node *array_node(size_t index) const; // NAME_0, NAME_1, ...
    // What value_text() says.
    void set_value_text(std::string text) { m_value_text = std::move(text); }

  private:
    module &m_owner;
    std::string m_name;
    const char *m_type_name;
    std::string m_default_text, m_value_text;
    std::string m_unit, m_help, m_range_text;
    config_node *m_node = nullptr;
};

// The least and the greatest value that is allowed, for integers.
template <typename T>
struct param_range {
    T least, greatest; // both are allowed
};

template <typename T>
class param;

// The types that a parameter may have; defined in param.cpp.
template <>
class param<bool> : public param_base
{
  public:
    param(module &owner, const std::string &name, bool def, const std::string &unit, const std::string &help);
    bool get() const { return m_value; }
    operator bool() const { return m_value; }

  private:
    void read() override;
    bool m_value;
};

template <>
class param<int64_t> : public param_base
{
  public:
    param(module &owner, const std::string &name, int64_t def, const std::string &unit,
          const std::string &help, param_range<int64_t> range = {INT64_MIN, INT64_MAX});
    int64_t get() const { return m_value; }
    operator int64_t() const { return m_value; }

  private:
    void read() override;
    int64_t m_value;
    const param_range<int64_t> m_range;
};

template <>
class param<uint64_t> : public param_base
{
  public:
    param(module &owner, const std::string &name, uint64_t def, const std::string &unit,
          const std::string &help, param_range<uint64_t> range = {0, UINT64_MAX});
    uint64_t get() const { return m_value; }
    operator uint64_t() const { return m_value; }

  private:
    void read() override;
    uint64_t m_value;
    const param_range<uint64_t> m_range;
};

// For what is no simulated time: nothing that is kept exact is made of it.
template <>
class param<double> : public param_base
{
  public:
    param(module &owner, const std::string &name, double def, const std::string &unit,
          const std::string &help, param_range<double> range);
    double get() const { return m_value; }
    operator double() const { return m_value; }

  private:
    void read() override;
    double m_value;
    const param_range<double> m_range;
};

template <>
class param<std::string> : public param_base
{
  public:
    // `allowed`: the only values that are right; empty: any.
    param(module &owner, const std::string &name, const std::string &def, const std::string &unit,
          const std::string &help, const std::vector<std::string> &allowed = {});
    const std::string &get() const { return m_value; }
    operator const std::string &() const { return m_value; }

  private:
    void read() override;
    std::string m_value;
    const std::vector<std::string> m_allowed;
};

// A file name: relative to the directory of the platform file that gives it (to the current directory when it
// comes from the command line).
// What a file that a parameter names is opened for.
enum class file_access { read, write };

class path_param : public param<std::string>
{
  public:
    path_param(module &owner, const std::string &name, const std::string &help,
               file_access access = file_access::read);
    // The name to open; "" when not given. Throws config_error when the sandbox does not let it (sandbox.h).
    std::string resolved() const;

  private:
    file_access m_access;
};

// Lists: an array `name = {a, b}`, or `name_0 = a, name_1 = b` as existing files write it.
template <>
class param<std::vector<std::string>> : public param_base
{
  public:
    param(module &owner, const std::string &name, const std::vector<std::string> &def,
          const std::string &unit, const std::string &help);
    const std::vector<std::string> &get() const { return m_value; }
    operator const std::vector<std::string> &() const { return m_value; }

  private:
    void read() override;
    std::vector<std::string> m_value;
};

template <>
class param<std::vector<uint64_t>> : public param_base
{
  public:
    param(module &owner, const std::string &name, const std::vector<uint64_t> &def, const std::string &unit,
          const std::string &help);
    const std::vector<uint64_t> &get() const { return m_value; }
    operator const std::vector<uint64_t> &() const { return m_value; }

  private:
    void read() override;
    std::vector<uint64_t> m_value;
};

// `file` relative to the directory of `where`'s file, if that is a file; absolute names stay. Throws
// config_error when the sandbox does not let it.
std::string resolve_path(const source_location &where, const std::string &file,
                         file_access access = file_access::read);

} // namespace tk

#endif
