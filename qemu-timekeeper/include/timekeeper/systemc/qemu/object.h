// SPDX-License-Identifier: MIT
//
// What a QEMU CPU and a QEMU device have in common: a QEMU object with properties, and its lines, regions and
// address spaces as ports that are made when a binding asks for them.
//
// Beside the names that its row in the table of models gives, each object takes QEMU's own:
//
//   args                     the QemuInstance, or a QEMU device that has a bus for it; then the QOM type, if
//   the
//                            row does not say it
//   properties = { n = v }   any property; "&module" for a link to another QEMU object; an array for a list
//   clocks = { n = hz }      the frequency of a clock input
//   gpio_in_N, gpio_out_N    line N of the unnamed list; irq_out_N: a device's interrupt output
//   LIST_in_N, LIST_out_N    line N of a named list
//   mmio_N                   memory-mapped region N of a device
//   bus_PROPERTY             TLM initiator: the address space that the property, a link<memory-region>, wants
//
// A character of QEMU's names that is no letter or digit may be written as "_".
//
// The C++ form (tk::qemu_cpu, tk::qemu_device as members of a model) has the same through calls: property(),
// clock(), input(), output(), irq(), mmio(), bus().
#ifndef TIMEKEEPER_SYSTEMC_QEMU_OBJECT_H
#define TIMEKEEPER_SYSTEMC_QEMU_OBJECT_H

#include "timekeeper/systemc/qemu/bus_master.h"
#include "timekeeper/systemc/qemu/instance.h"
#include "timekeeper/systemc/qemu/line.h"
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
    // The QEMU that it is in.
    qemu_instance &instance() const { return *m_instance; }
    // What it is in QEMU. From configured() of the instance on.
    libqemu_object *object() const { return m_object; }
    // Its row in the table of models.
    const qemu_model &model() const { return m_model; }
    const std::string &qom() const { return m_qom; } // the type in QEMU

    // From the instance's configured(); each throws config_error. First, once: after the objects that it
    // needs, makes the QEMU object, sets its properties, realizes it.
    void bring_up();
    virtual void wire(); // connects lines
    // QEMU's CPUs have been let go; time has not.
    virtual void started() {}
    // QEMU has been reset, its CPUs have not been let go: drives those inputs that are high.
    void after_reset();
    // The simulation is over: answers what QEMU still waits for.
    virtual void close();

    // QEMU's name as it is written in a platform file.
    static std::string word(const std::string &qemu_name);

    // --- the C++ form; elaboration ------------------------------------------------------------------

    // Line `number` of QEMU's unnamed list of inputs. `file` and `line_number`, here and below: where it is
    // written.
    qemu_input input(unsigned number, const char *file = __builtin_FILE(), int line_number = __builtin_LINE())
    {
        return input("gpio", number, file, line_number);
    }
    // Line `number` of QEMU's list of inputs of that name ("NMI").
    qemu_input input(const std::string &list, unsigned number, const char *file = __builtin_FILE(),
                     int line_number = __builtin_LINE());
    // The same for outputs.
    qemu_output output(unsigned number, const char *file = __builtin_FILE(),
                       int line_number = __builtin_LINE())
    {
        return output("gpio", number, file, line_number);
    }
    // Line `number` of QEMU's list of outputs of that name.
    qemu_output output(const std::string &list, unsigned number, const char *file = __builtin_FILE(),
                       int line_number = __builtin_LINE());
    // The address space that a bus master wants in its property, a link<memory-region>: what it accesses
    // comes out of there. Made by the first call.
    initiator_socket &bus(const std::string &property);

    // What the setters of qemu_setters do. Throw config_error.
    void give_property(const std::string &property, const setting_value &value, const source_location &where);
    // The same for a link.
    void give_property(const std::string &property, const qemu_object &target, const source_location &where);
    // The same for a clock, Hz.
    void give_clock(const std::string &clock, uint64_t hz, const source_location &where);
    // Of qemu_input and qemu_output.
    line_input &input_behind(const qemu_input &input);
    // To a channel.
    void bind_output(const std::string &port_name, const source_location &where,
                     sc_core::sc_signal_inout_if<bool> &channel);
    // To a parent's port.
    void bind_output(const std::string &port_name, const source_location &where,
                     sc_core::sc_port_b<sc_core::sc_signal_inout_if<bool>> &parent);
    // Inside one QEMU; false: the input is another QEMU's.
    bool join_output(const std::string &port_name, const source_location &where, const qemu_input &input);
    // The signal behind an output.
    sc_core::sc_signal_in_if<bool> &signal_behind(const std::string &port_name, const source_location &where);
    // The instance is about to go, before its object.
    void lose_instance();

  protected:
    // The context of an object in the C++ form: of a row of the table of models, or of a type of QEMU's.
    static module_context own_context(module &owner, const std::string &type, const char *generic,
                                      const source_location &where);
    // Makes the object in QEMU, with its properties. Throws config_error.
    virtual void create();
    // The index of a port in QEMU: see qemu_model_ports.
    uint64_t port_index(const qemu_model_ports &ports, const std::vector<uint64_t> &numbers) const;

  private:
    class line;
    class input_line;
    class output_line;
    enum class bring_up_state { not_yet, under_way, done };
    // A bus master: the property that wants its address space.
    struct space {
        std::string property_word;
        std::unique_ptr<initiator_socket> socket;
        std::unique_ptr<qemu_bus_master> master;
    };

    void declare_params(module_context &context);
    void take_arguments(module_context &context);
    // What a word stands for, and where: in the object, or in the child that its row gives it.
    struct feature {
        libqemu_object *of;
        std::string name;
    };
    feature find_feature(libqemu_feature_kind kind, const std::string &the_word,
                         const source_location &where) const;
    input_line &input_line_of(const std::string &port_name, const source_location &where);
    output_line &output_line_of(const std::string &port_name, const source_location &where);
    config_node &own_entry(const char *table, const std::string &name, const source_location &where);
    std::string qemu_type() const;
    void new_object(const std::string &type, const std::string &name, libqemu_object *&made);
    void set_property(libqemu_object *of, const std::string &property, const std::string &value,
                      const source_location &where);
    void set_link(libqemu_object *of, const std::string &property, const config_node &value);
    std::string add_backend(const char *kind, const param_base &options);
    void set_model_param(const qemu_model_param &row, const param_base &value);
    void set_clock(const std::string &clock, uint64_t hz, const source_location &where);
    void set_model_params();
    void set_properties();
    void realize();
    qemu_object &linked(const config_node &value) const;
    std::vector<qemu_object *> needed() const;
    uint64_t term(const std::string &text) const;
    port *find_own_line(const std::string &port_name);
    port *find_space(const std::string &port_name);

    const qemu_model &m_model;
    std::shared_ptr<shared_services> m_services; // which its bus masters need
    std::string m_qom;
    qemu_instance *m_instance = nullptr;
    qemu_object *m_parent = nullptr; // whose bus it sits on
    libqemu_object *m_object = nullptr;
    libqemu_object *m_child = nullptr; // see qemu_model
    bring_up_state m_state = bring_up_state::not_yet;
    std::vector<std::unique_ptr<param_base>> m_model_params; // one for each of the model's
    std::vector<std::unique_ptr<qemu_model_ports>> m_own_ports;
    std::vector<std::unique_ptr<input_line>> m_inputs;
    std::vector<std::unique_ptr<output_line>> m_outputs;
    std::vector<space> m_spaces;
};

// The setters of the C++ form, each for a chain: cpu.property("rvbar", 0x40000000).property("has_el3",
// false). All in elaboration, up to before_end_of_elaboration(); the last value of a name counts. A name or a
// value that QEMU refuses is a config_error out of sc_start(), with the line of the setter.
template <typename object>
class qemu_setters
{
  public:
    // A property by QEMU's name: a boolean, an integer, a text, a list.
    object &property(const std::string &name, const setting_value &value, const char *file = __builtin_FILE(),
                     int line_number = __builtin_LINE())
    {
        self().give_property(name, value, {file, line_number});
        return self();
    }
    // A link to another object of the same QEMU, which is made first.
    object &property(const std::string &name, const qemu_object &target, const char *file = __builtin_FILE(),
                     int line_number = __builtin_LINE())
    {
        self().give_property(name, target, {file, line_number});
        return self();
    }
    // The frequency of a clock input, Hz.
    object &clock(const std::string &name, uint64_t hz, const char *file = __builtin_FILE(),
                  int line_number = __builtin_LINE())
    {
        self().give_clock(name, hz, {file, line_number});
        return self();
    }
    // A parameter that the type has in the table of models (docs/configuration.md). Throws config_error.
    object &set(const std::string &name, const setting_value &value, const char *file = __builtin_FILE(),
                int line_number = __builtin_LINE())
    {
        self().set_param({name, value}, {file, line_number});
        return self();
    }

  private:
    object &self() { return static_cast<object &>(*this); }
};

} // namespace tk

#endif
