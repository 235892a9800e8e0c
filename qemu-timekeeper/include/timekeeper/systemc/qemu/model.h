// SPDX-License-Identifier: MIT
//
// What a platform file calls a QEMU model, and what QEMU calls it: a table, so that a new CPU or device is
// some lines of Lua (platforms/models/qemu.lua explains the rows) and no C++.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_MODEL_H
#define TIMEKEEPER_SYSTEMC_QEMU_MODEL_H

#include "timekeeper/systemc/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tk
{

// A parameter of the module that becomes a property of the QEMU object.
struct qemu_model_param {
    // What it is in a platform file.
    enum class type { boolean, integer, text, list, clock, link, chardev, netdev, drive };
    // clock: the frequency of a clock input; link: "&module"; chardev, netdev, drive: the options of a back
    // end of the device's own (qemu/backends.h), whose id the property gets
    std::string name, property, unit, help;    // its name here and QEMU's; the unit may be empty
    type what = type::text;                    // its type
    bool of_child = false;                     // the property is the child's
    uint64_t plus = 0;                         // added to an integer on the way to QEMU
    bool has_default = false;                  // the row says one; else QEMU's own holds
    std::string default_text;                  // that one
    uint64_t least = 0, greatest = UINT64_MAX; // of an integer or a clock
};

// A family of ports, `pattern` with a % for each number: "ppi_in_cpu_%_%". Its index in QEMU is
// first + stride_1 * number_1 + ..., where each term is an integer, the name of an integer parameter, or
// their product ("2*num_cpus").
struct qemu_model_ports {
    std::string pattern, list, help;  // list: QEMU's name of the GPIO list, "" for the unnamed
    bool list_is_word = false;        // the list's name as platform files write it: see qemu_object::word()
    bool input = false;               // else outputs
    std::string first;                // a term
    std::vector<std::string> strides; // a term for each number; none: 1
};

// A row of the table.
struct qemu_model {
    std::string name, help; // the moduletype, and one line about it
    std::string qom;        // empty: the module's second argument says it
    std::string inner;      // of a CPU: where below the object it is; empty: it is the object
    std::string child;   // a device that sits on this one's bus, and is made and set up with it; empty: none
    bool is_cpu = false; // else a device
    // Of a CPU: the smallest pages that it may want have 2^this bytes; 0: it is not known.
    unsigned page_bits = 0;
    std::vector<qemu_model_param> params;                        // in the order of the row
    std::vector<qemu_model_ports> inputs, outputs, regions;      // in the order of the row
    std::vector<std::pair<std::string, std::string>> properties; // fixed ones, in order
};

// Reads the table of models, and registers each as a module type. Throws config_error.
void register_qemu_models(config_node &models);

// The row of that name, which is registered, or one of those that the C++ form has without the table:
// "qemu_device", "qemu_cpu" and "qemu_arm_cpu", of any type. Throws std::out_of_range.
const qemu_model &find_qemu_model(const std::string &name);
// True: there is a row of that name.
bool has_qemu_model(const std::string &name);

} // namespace tk

#endif
