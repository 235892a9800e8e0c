// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/aliases.h"

namespace tk
{

// --- the table ---------------------------------------------------------------------------------------
//
// A type may end with *, which stands for any rest.

static const struct {
    const char *alias, *type;
} type_aliases[] = {
    {"container", "Container"},  {"ContainerDeferModulesConstruct", "Container"},
    {"Router", "router"},        {"gs_router", "router"},
    {"Memory", "gs_memory"},     {"memory", "gs_memory"},
    {"Loader", "loader"},        {"pl011", "Pl011"},
    {"Uart", "Pl011"},           {"qemu_pl011", "Pl011"},
    {"Uart16550", "uart_16550"}, {"qemu_uart_16550", "uart_16550"},
    {"timer", "sc_timer"},       {"Exiter", "exiter"},
    {"keepalive", "keep_alive"}, {"MemoryDumper", "memory_dumper"},
};

// A socket, or a parameter: the two share a module's table.
static const struct {
    const char *type, *alias, *name;
} name_aliases[] = {
    {"Pl011", "mem", "target_socket"},
    {"Pl011", "socket", "target_socket"},
    {"Pl011", "irq_out", "irq"},
    {"uart_16550", "mem", "target_socket"},
    {"uart_16550", "socket", "target_socket"},
    {"uart_16550", "irq_out", "irq"},
    {"gs_memory", "mem", "target_socket"},
    {"gs_memory", "socket", "target_socket"},
    {"gs_memory", "dmi", "dmi_allow"},
    {"exiter", "socket", "target_socket"},
    {"cpu_arm_*", "gicv3_maintenance_interrupt", "irq_maintenance_out"},
    {"cpu_arm_*", "pmu_interrupt", "irq_pmu_out"},
};

// Words for values.
static const struct {
    const char *type, *parameter, *word;
    uint64_t value;
} value_aliases[] = {
    {"cpu_arm_*", "psci_conduit", "disabled", 0},
    {"cpu_arm_*", "psci_conduit", "smc", 1},
    {"cpu_arm_*", "psci_conduit", "hvc", 2},
};

// Parameters that mean nothing here. `only`: the values that may be dropped all the same; nullptr: all.
static const struct {
    const char *type, *parameter;
    const char *only; // words, with a space between
    const char *why;  // for other values
} without_meaning[] = {
    {"*", "log_level", nullptr, ""},
    {"*", "dylib_path", nullptr, ""}, // where another program finds the module's code
    {"gs_memory", "verbose", nullptr, ""},
    {"char_backend_stdio", "ansi_highlight", nullptr, ""},
    {"realtimelimiter", "RTquantum_ms", nullptr, ""}, // steps of 2 ms are short enough for all
    {"realtimelimiter", "SCTimeout_ms", nullptr, ""}, // who cannot keep up is never stopped for it
    {"realtimelimiter", "MaxTime_ms", nullptr, ""},
    {"char_backend_socket", "nowait", "true", "leave it out: the run never waits for a connection here"},
    {"char_backend_socket", "sigquit", "false", "leave it out: what is received never ends the run here"},
};

static const struct {
    const char *type, *advice;
} not_here[] = {
    {"RemotePass", "modules run in this process: use Container"},
    {"LocalPass", "modules run in this process: use Container"},
};

// --- looking it up -----------------------------------------------------------------------------------

static bool fits(const std::string &pattern, const std::string &type)
{
    return pattern.back() == '*' ? type.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0
                                 : type == pattern;
}

std::string alias_of_type(const std::string &type)
{
    for (const auto &each : type_aliases) {
        if (type == each.alias) {
            return each.type;
        }
    }
    return "";
}

std::vector<std::string> aliases_of_type(const std::string &type)
{
    std::vector<std::string> names;
    for (const auto &each : type_aliases) {
        if (type == each.type) {
            names.push_back(each.alias);
        }
    }
    return names;
}

std::string alias_of_port(const std::string &type, const std::string &port)
{
    for (const auto &each : name_aliases) {
        if (port == each.alias && fits(each.type, type)) {
            return each.name;
        }
    }
    return port;
}

std::string advice_for_type(const std::string &type)
{
    for (const auto &each : not_here) {
        if (type == each.type) {
            return each.advice;
        }
    }
    return "";
}

// --- putting our names in ----------------------------------------------------------------------------

static std::string word_of(const config_node &value)
{
    return value.kind() == config_node::type::string ? value.as_string() : value.text();
}

static bool is_one_of(const std::string &word, const std::string &words)
{
    return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

static config_node *child_of(config_node &module, const std::string &key)
{
    for (const auto &each : module.children()) {
        if (each->key() == key) {
            return each.get();
        }
    }
    return nullptr;
}

static void rename(config_node &module, const std::string &type, std::vector<std::string> &errors)
{
    for (const auto &each : name_aliases) {
        config_node *found = fits(each.type, type) ? child_of(module, each.alias) : nullptr;
        if (found && child_of(module, each.name)) {
            found->use();
            errors.push_back(config_error::line(found->where(), module.full_name(),
                                                std::string("'") + each.alias + "' is another name of '" +
                                                    each.name + "', which is given too",
                                                "keep one of them"));
        } else if (found) {
            found->rename(each.name);
        }
    }
}

static void translate_words(config_node &module, const std::string &type)
{
    for (const auto &each : value_aliases) {
        config_node *found = fits(each.type, type) ? child_of(module, each.parameter) : nullptr;
        if (found && found->kind() == config_node::type::string && found->as_string() == each.word) {
            found->set_unsigned(each.value);
        }
    }
}

static void drop(config_node &module, const std::string &type, std::vector<std::string> &errors)
{
    for (const auto &each : without_meaning) {
        config_node *found = fits(each.type, type) ? child_of(module, each.parameter) : nullptr;
        if (!found || found->is_table()) {
            continue;
        }
        found->use();
        if (each.only && !is_one_of(word_of(*found), each.only)) {
            errors.push_back(config_error::line(
                found->where(), module.full_name(),
                std::string("'") + each.parameter + "' = " + found->text() + " is not possible", each.why));
        }
    }
}

std::vector<std::string> apply_aliases(config_node &module, const std::string &type)
{
    std::vector<std::string> errors;
    rename(module, type, errors);
    translate_words(module, type);
    drop(module, type, errors);
    return errors;
}

} // namespace tk
