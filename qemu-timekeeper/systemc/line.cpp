// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/line.h"

#include "timekeeper/systemc/module.h"

#include <string>

namespace tk
{

line_input::line_input(const char *name) : base(name) {}

void line_input::bind(sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent)
{
    sc_port_base::bind(parent);
}

line_signal &line_input::signal()
{
    if (!m_signal) {
        auto *owner = dynamic_cast<sc_core::sc_module *>(get_parent_object());
        const auto scope =
            owner ? std::make_unique<elaboration_scope>(*owner) : std::make_unique<elaboration_scope>();
        m_signal = std::make_unique<line_signal>((std::string(basename()) + "_line").c_str());
        bind(*m_signal);
    }
    return *m_signal;
}

line_output::line_output(const char *name) : sc_port(name) {}

void line_output::write(bool level)
{
    if (size() > 0) {
        (*this)->write(level);
    }
}

bool line_input::read() const
{
    return size() > 0 && (*this)->read();
}

} // namespace tk
