// SPDX-License-Identifier: MIT
//
// A sysbus device of QEMU. Its memory-mapped regions are TLM targets, its interrupt lines are ports.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_DEVICE_H
#define TIMEKEEPER_SYSTEMC_QEMU_DEVICE_H

#include "timekeeper/systemc/any_width.h"
#include "timekeeper/systemc/qemu/object.h"

#include <memory>
#include <vector>

namespace tk
{

class qemu_device : public qemu_object, public qemu_setters<qemu_device>
{
  public:
    qemu_device(const sc_core::sc_module_name &name, module_context &context);
    // In the C++ form. `type`: QEMU's ("pl061"), also of what devices link to and is none (an "rng-builtin"),
    // or a name of the table of models if that is registered. Throws config_error. Elaboration only.
    qemu_device(const sc_core::sc_module_name &name, qemu_instance &qemu, const std::string &type,
                const char *file = __builtin_FILE(), int line_number = __builtin_LINE());
    // A device on the bus of another one ("virtio-blk-device" on a "virtio-mmio").
    qemu_device(const sc_core::sc_module_name &name, qemu_object &parent, const std::string &type,
                const char *file = __builtin_FILE(), int line_number = __builtin_LINE());
    ~qemu_device() override;

    // Memory-mapped region `number` as a target socket, to which initiators of any width bind. Made by the
    // first call. Elaboration only.
    any_target_socket &mmio(unsigned number);
    // Interrupt output `number`. Elaboration only.
    qemu_output irq(unsigned number, const char *file = __builtin_FILE(), int line_number = __builtin_LINE())
    {
        return output("irq", number, file, line_number);
    }

    port *find_port(const std::string &port_name) override;
    void wire() override;

  private:
    class region_port;
    std::vector<std::unique_ptr<region_port>> m_regions;
};

} // namespace tk

#endif
