// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/model.h"

#include "timekeeper/systemc/factory.h"
#include "timekeeper/systemc/qemu/cpu.h"
#include "timekeeper/systemc/qemu/device.h"

#include <map>

namespace tk
{

static qemu_model generic_model(bool is_cpu)
{
    qemu_model row;
    row.is_cpu = is_cpu;
    return row;
}

// target/arm/cpu.c, arm_cpu_initfn(): the unnamed inputs.
static qemu_model generic_arm_cpu()
{
    static const char *const inputs[] = {"irq_in", "fiq_in", "virq_in", "vfiq_in"};
    qemu_model row = generic_model(true);
    for (const char *const each : inputs) {
        row.inputs.push_back({each, "", "interrupt", false, true, std::to_string(row.inputs.size()), {}});
    }
    return row;
}

static std::map<std::string, qemu_model> &all_models()
{
    static std::map<std::string, qemu_model> models = {{"qemu_cpu", generic_model(true)},
                                                       {"qemu_arm_cpu", generic_arm_cpu()},
                                                       {"qemu_device", generic_model(false)}};
    return models;
}

bool has_qemu_model(const std::string &name)
{
    return all_models().count(name) > 0;
}

const qemu_model &find_qemu_model(const std::string &name)
{
    return all_models().at(name);
}

// --- reading the table -------------------------------------------------------------------------------

// The value as it goes to QEMU: text() puts strings into quotes.
static std::string raw_text(const config_node &node)
{
    node.use();
    return node.kind() == config_node::type::string ? node.as_string() : node.text();
}

static std::string optional_text(config_node &table, const std::string &key)
{
    config_node *found = table.find(key);
    return found ? raw_text(*found) : "";
}

static std::string needed_text(config_node &table, const std::string &key)
{
    if (!table.find(key)) {
        table.fail("a row without '" + key + "'");
    }
    return optional_text(table, key);
}

static qemu_model_param::type param_type(config_node &row)
{
    static const std::map<std::string, qemu_model_param::type> types = {
        {"boolean", qemu_model_param::type::boolean}, {"integer", qemu_model_param::type::integer},
        {"text", qemu_model_param::type::text},       {"list", qemu_model_param::type::list},
        {"clock", qemu_model_param::type::clock},     {"link", qemu_model_param::type::link},
        {"chardev", qemu_model_param::type::chardev}, {"netdev", qemu_model_param::type::netdev},
        {"drive", qemu_model_param::type::drive},
    };
    const std::string text = needed_text(row, "type");
    const auto found = types.find(text);
    if (found == types.end()) {
        row.fail("type '" + text + "'",
                 "it must be boolean, integer, text, list, clock, link, chardev, netdev or drive");
    }
    return found->second;
}

static qemu_model_param read_param(config_node &row)
{
    qemu_model_param param;
    param.name = needed_text(row, "name");
    param.property = needed_text(row, "property");
    param.help = needed_text(row, "help");
    param.unit = optional_text(row, "unit");
    param.what = param_type(row);
    if (const config_node *range = row.find("range")) {
        const std::vector<uint64_t> ends = range->as_uint64s();
        if (ends.size() != 2) {
            range->fail("a range of " + std::to_string(ends.size()) + " numbers",
                        "range = { least, greatest }");
        }
        param.least = ends[0];
        param.greatest = ends[1];
    }
    if (config_node *of_child = row.find("of_child")) {
        param.of_child = of_child->as_boolean();
    }
    if (config_node *plus = row.find("plus")) {
        param.plus = plus->as_uint64();
    }
    if (config_node *def = row.find("default")) {
        param.has_default = true;
        param.default_text = raw_text(*def);
    }
    return param;
}

static std::vector<qemu_model_ports> read_ports(config_node &model, const std::string &key)
{
    std::vector<qemu_model_ports> all;
    config_node *rows = model.find(key);
    if (!rows) {
        return all;
    }
    for (config_node *row : rows->elements()) {
        qemu_model_ports ports;
        ports.pattern = needed_text(*row, "name");
        ports.help = needed_text(*row, "help");
        ports.list = optional_text(*row, "list");
        ports.first = row->find("first") ? optional_text(*row, "first") : "0";
        if (config_node *strides = row->find("strides")) {
            for (config_node *each : strides->elements()) {
                ports.strides.push_back(raw_text(*each));
            }
        }
        all.push_back(ports);
    }
    return all;
}

static qemu_model read_model(config_node &table)
{
    qemu_model model;
    const std::string kind = needed_text(table, "kind");

    if (kind != "cpu" && kind != "device") {
        table.fail("kind '" + kind + "'", "it must be cpu or device");
    }
    model.name = table.key();
    model.qom = optional_text(table, "qom");
    model.inner = optional_text(table, "inner");
    model.child = optional_text(table, "child");
    model.help = needed_text(table, "help");
    model.is_cpu = kind == "cpu";
    if (config_node *bits = table.find("page_bits")) {
        model.page_bits = static_cast<unsigned>(bits->as_uint64());
    }
    if (config_node *params = table.find("params")) {
        for (config_node *row : params->elements()) {
            model.params.push_back(read_param(*row));
        }
    }
    if (config_node *properties = table.find("properties")) {
        for (const auto &each : properties->children()) {
            model.properties.emplace_back(each->key(), raw_text(*each));
        }
    }
    model.inputs = read_ports(table, "inputs");
    model.outputs = read_ports(table, "outputs");
    model.regions = read_ports(table, "regions");
    return model;
}

static std::unique_ptr<module> make_cpu(const sc_core::sc_module_name &name, module_context &context)
{
    return std::make_unique<qemu_cpu>(name, context);
}

static std::unique_ptr<module> make_device(const sc_core::sc_module_name &name, module_context &context)
{
    return std::make_unique<qemu_device>(name, context);
}

void register_qemu_models(config_node &models)
{
    for (const auto &each : models.children()) {
        qemu_model model = read_model(*each);
        module_factory::instance().add(model.name, model.help, model.is_cpu ? make_cpu : make_device);
        all_models()[model.name] = std::move(model);
    }
}

} // namespace tk
