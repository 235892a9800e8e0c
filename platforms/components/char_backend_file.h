// SPDX-License-Identifier: MIT
//
// char_backend_file: a byte stream from one file and to another.
//
// The input is offered from the start of simulation on, as fast as the other end takes it. The output file is
// created or emptied when the platform is built, and complete at the end of simulation; each line is written
// as it ends.
#ifndef PLATFORMS_COMPONENTS_CHAR_BACKEND_FILE_H
#define PLATFORMS_COMPONENTS_CHAR_BACKEND_FILE_H

#include "timekeeper/systemc/module.h"

#include <cstdio>
#include <vector>

namespace components
{

class char_backend_file : public tk::module
{
  public:
    char_backend_file(const sc_core::sc_module_name &name, tk::module_context &context);
    ~char_backend_file() override;
    void configured() override;
    void end_of_simulation() override;

  private:
    bool write(uint8_t byte);
    void offer_input();
    void close_output();

    tk::path_param m_read_file{*this, "read_file", "a file whose bytes are the input; empty: no input"};
    tk::path_param m_write_file{*this, "write_file",
                                "a file that receives the output, written anew; empty: it is dropped",
                                tk::file_access::write};
    tk::stream_port m_stream{*this, "biflow_socket", "the files"};
    std::vector<unsigned char> m_input;
    size_t m_offered = 0; // bytes of it that the other end has taken
    FILE *m_output = nullptr;
};

} // namespace components

#endif
