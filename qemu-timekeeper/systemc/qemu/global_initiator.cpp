// SPDX-License-Identifier: MIT
//
// global_peripheral_initiator: another name for the socket `mem` of a QemuInstance, as other programs' files
// have it. Its second argument is a device that it belongs to there.
#include "timekeeper/systemc/qemu/instance.h"

namespace tk
{

class global_initiator : public module
{
  public:
    global_initiator(const sc_core::sc_module_name &name, module_context &context) : module(name, context)
    {
        describe_ports("global_initiator", port::kind::tlm_initiator, "what QEMU's bus masters access");
        if (!context.describing()) {
            context.expect_args(1, 2);
            m_instance = &context.arg<qemu_instance>(0, "a QemuInstance");
        }
    }
    port *find_port(const std::string &port_name) override
    {
        return m_instance && port_name == "global_initiator" ? m_instance->find_port("mem")
                                                             : module::find_port(port_name);
    }

  private:
    qemu_instance *m_instance = nullptr;
};

TK_MODULE("global_peripheral_initiator", global_initiator,
          "accepted for other platforms' files: the socket 'mem' of its QemuInstance; args: {\"&qemu_inst\", "
          "\"&device\"}");

} // namespace tk
