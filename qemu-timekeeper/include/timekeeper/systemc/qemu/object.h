// SPDX-License-Identifier: MIT
//
// What a QEMU CPU and a QEMU device have in common: a QEMU object with properties, and input and output lines
// as ports that are made when a binding asks for them.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_OBJECT_H
#define TIMEKEEPER_SYSTEMC_QEMU_OBJECT_H

#include "timekeeper/systemc/qemu/instance.h"
#include "timekeeper/systemc/qemu/model.h"

#include <memory>
#include <string>
#include <vector>

namespace tk
{

class qemu_object : public module
{
  public:
    qemu_object(const sc_core::sc_module_name &name, module_context &context);
    ~qemu_object() override;

    port *find_port(const std::string &port_name) override;
    bool has_instance() const { return m_instance != nullptr; } // not while it is only being described
    qemu_instance &instance() const { return *m_instance; }
    libqemu_object *object() const { return m_object; }
    const qemu_model &model() const { return m_model; }

    // In this order, from the instance's configured(); each throws config_error.
    virtual void create(); // makes the QEMU object, and sets its properties
    void realize();
    void wire(); // connects lines
    // QEMU's CPUs have been let go; time has not.
    virtual void started() {}
    // The simulation is over: answers what QEMU still waits for.
    virtual void close() {}

  protected:
    // The index of a port in QEMU: see qemu_model_ports.
    uint64_t port_index(const qemu_model_ports &ports, const std::vector<uint64_t> &numbers) const;

  private:
    class line;
    class input_line;
    class output_line;

    void declare_params(module_context &context);
    void set_property(const std::string &property, const std::string &value);
    uint64_t term(const std::string &text) const;

    const qemu_model &m_model;
    qemu_instance *m_instance = nullptr;
    libqemu_object *m_object = nullptr;
    std::vector<std::unique_ptr<param_base>> m_model_params; // one for each of the model's
    std::vector<std::unique_ptr<input_line>> m_inputs;
    std::vector<std::unique_ptr<output_line>> m_outputs;
};

} // namespace tk

#endif
