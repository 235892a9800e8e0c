// SPDX-License-Identifier: MIT
//
// A folder for the files of one test: gone, with all that is in it, when the object is.
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace test
{

class scratch
{
  public:
    scratch() : m_path((std::filesystem::temp_directory_path() / "timekeeper-test-XXXXXX").string())
    {
        if (!mkdtemp(m_path.data())) {
            throw std::system_error(errno, std::generic_category(), m_path);
        }
    }
    ~scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    scratch(const scratch &) = delete;
    scratch &operator=(const scratch &) = delete;
    const std::string &path() const { return m_path; }
    std::string file(const std::string &name) const { return m_path + "/" + name; }
    // Writes a file; returns its path.
    std::string write(const std::string &name, const std::string &content) const
    {
        std::ofstream out(file(name), std::ios::binary);
        out << content;
        if (!out.flush()) {
            throw std::runtime_error("cannot write " + file(name));
        }
        return file(name);
    }
    // Where runs put what --stats=FILE writes.
    std::string stats() const { return file("stats.json"); }
    // "" if there is no such file.
    std::string read(const std::string &name) const
    {
        std::ostringstream all;
        all << std::ifstream(file(name)).rdbuf();
        return all.str();
    }

  private:
    std::string m_path;
};

} // namespace test

#endif
