// SPDX-License-Identifier: MIT
//
// A sysbus device of QEMU. Its memory-mapped regions are TLM targets, its interrupt lines are ports.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_DEVICE_H
#define TIMEKEEPER_SYSTEMC_QEMU_DEVICE_H

#include "timekeeper/systemc/qemu/object.h"

#include <memory>
#include <vector>

namespace tk
{

class qemu_device : public qemu_object
{
  public:
    qemu_device(const sc_core::sc_module_name &name, module_context &context);
    ~qemu_device() override;

    port *find_port(const std::string &port_name) override;
    void wire() override;

  private:
    class region_port;
    std::vector<std::unique_ptr<region_port>> m_regions;
};

} // namespace tk

#endif
