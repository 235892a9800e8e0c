// SPDX-License-Identifier: MIT
#include "char_backend_file.h"
#include "elf_image.h"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace components
{

TK_MODULE("char_backend_file", char_backend_file, "a byte stream from and to files");

char_backend_file::char_backend_file(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context)
{
    context.expect_args(0, 0);
    m_stream.declare_outside();
    m_stream.on_receive([this](uint8_t byte) { return write(byte); });
    m_stream.on_room([this] { offer_input(); });
    SC_HAS_PROCESS(char_backend_file);
    SC_METHOD(offer_input);
}

char_backend_file::~char_backend_file()
{
    close_output();
}

void char_backend_file::configured()
{
    if (!m_read_file.given() && !m_write_file.given()) {
        fail("has neither read_file nor write_file", "give one or both");
    }
    if (m_read_file.given()) {
        try {
            m_input = read_file(m_read_file.resolved());
        } catch (const std::runtime_error &error) {
            m_read_file.fail(error.what());
        }
    }
    if (m_write_file.given()) {
        m_output = fopen(m_write_file.resolved().c_str(), "wb");
        if (!m_output) {
            m_write_file.fail("cannot write " + m_write_file.resolved() + ": " + strerror(errno));
        }
    }
}

void char_backend_file::end_of_simulation()
{
    close_output();
}

void char_backend_file::close_output()
{
    if (m_output && fclose(m_output) != 0) {
        SC_REPORT_WARNING(name(), ("cannot write all of " + m_write_file.resolved()).c_str());
    }
    m_output = nullptr;
}

bool char_backend_file::write(uint8_t byte)
{
    if (m_output && (putc(byte, m_output) == EOF || (byte == '\n' && fflush(m_output) != 0))) {
        std::cerr << full_name() << ": cannot write " << m_write_file.resolved() << ": " << strerror(errno)
                  << std::endl;
        fclose(m_output);
        m_output = nullptr;
        tk::request_exit(3);
    }
    return true;
}

// Until the other end has no room, which then says when it has some.
void char_backend_file::offer_input()
{
    while (m_offered < m_input.size() && m_stream.send(m_input[m_offered])) {
        m_offered++;
    }
}

} // namespace components
