// SPDX-License-Identifier: MIT
//
// char_backend_stdio: a byte stream to the program's stdout and, with read_write, from its stdin.
//
// stdin is read by a host thread while the simulation runs; at its end the stream just has no more input.
// Only one back end of a platform may read it. A terminal is switched to single characters without echo for
// the time of the run.
//
// Output appears at the end of a line, and in any case at the end of the delta cycle in which it was sent.
#ifndef PLATFORMS_COMPONENTS_CHAR_BACKEND_STDIO_H
#define PLATFORMS_COMPONENTS_CHAR_BACKEND_STDIO_H

#include "byte_inbox.h"
#include "timekeeper/systemc/module.h"
#include "wake_pipe.h"

#include <memory>
#include <thread>

namespace components
{

class char_backend_stdio : public tk::module
{
  public:
    char_backend_stdio(const sc_core::sc_module_name &name, tk::module_context &context);
    ~char_backend_stdio() override;
    void configured() override;
    void start_of_simulation() override;
    void end_of_simulation() override;

  private:
    bool write(uint8_t byte);
    void flush();
    void read_input();
    void stop();

    tk::param<bool> m_read_write{*this, "read_write", true, "",
                                 "true: read stdin too; false: only write stdout"};
    tk::stream_port m_stream{*this, "biflow_socket", "stdout, and stdin with read_write"};
    byte_inbox m_inbox{"inbox", m_stream};
    sc_core::sc_event m_written{"written"};
    wake_pipe m_end;
    std::thread m_reader;
    std::unique_ptr<tk::external_input> m_input; // while stdin may bring something
    bool m_owns_stdin = false;
};

} // namespace components

#endif
