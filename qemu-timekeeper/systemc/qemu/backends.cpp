// SPDX-License-Identifier: MIT
#include "timekeeper/systemc/qemu/backends.h"
#include "timekeeper/systemc/sandbox.h"

#include <cstdlib>
#include <set>

namespace tk
{

// --- what the platform file says ---------------------------------------------------------------------

// QEMU takes a comma for the end of an option, and two for a comma.
static std::string escaped(const std::string &text)
{
    std::string all;
    for (const char each : text) {
        all += each == ',' ? ",," : std::string(1, each);
    }
    return all;
}

// File names are relative to the platform file, as everywhere in it; "nbd://..." is none.
static std::string string_text(const std::string &key, const config_node &value)
{
    const std::string text = value.as_string();
    const bool is_file = (key == "file" || key == "path") && text.find(':') == std::string::npos;

    return escaped(is_file ? resolve_path(value.where(), text) : text);
}

static std::string scalar_text(const std::string &key, const config_node &value)
{
    value.use();
    switch (value.kind()) {
    case config_node::type::boolean:
        return value.as_boolean() ? "on" : "off";
    case config_node::type::string:
        return string_text(key, value);
    default:
        return value.text();
    }
}

static void add_option(std::string &text, const std::string &key, const config_node &value)
{
    text += (text.empty() ? "" : ",") + key + "=" + scalar_text(key, value);
}

std::string qemu_backends::options_text(const config_node &options)
{
    options.use();
    if (!options.is_table()) {
        return options.kind() == config_node::type::string ? options.as_string() : options.text();
    }
    std::string text;
    for (const auto &each : options.children()) {
        each->use();
        if (!each->is_table()) {
            add_option(text, each->key(), *each);
            continue;
        }
        if (each->elements().empty()) {
            each->fail("'" + each->key() + "' is a table", "an option is a value, or an array of values");
        }
        for (const config_node *element : each->elements()) {
            add_option(text, each->key(), *element);
        }
    }
    return text;
}

// --- making them -------------------------------------------------------------------------------------

// These only take what the guest sends.
static bool is_silent(const std::string &kind, const std::string &text)
{
    static const std::set<std::string> silent = {"null", "file", "ringbuf", "memory"};
    std::string type = text.substr(0, text.find(','));

    if (const size_t at = text.find("type="); at == 0 || (at != std::string::npos && text[at - 1] == ',')) {
        type = text.substr(at + 5, text.find(',', at) - (at + 5));
    } else if (const size_t old = text.find("backend="); old == 0) {
        type = text.substr(8, text.find(',') - 8);
    }
    return kind == "drive" || (kind == "chardev" && silent.count(type) > 0);
}

void qemu_backends::make(const module &owner, const libqemu_api &api, const std::string &kind,
                         const std::string &id, const std::string &options, const source_location &where)
{
    char *message = nullptr;

    check_host_access(where, owner.full_name(), "it names a " + kind + " of QEMU's");
    if (api.backend_add(kind.c_str(), id.c_str(), options.c_str(), &message) < 0) {
        std::string why = message ? message : "no reason given";
        free(message);
        for (char &each : why) {
            each = each == '\n' ? ' ' : each;
        }
        throw config_error(where, owner.full_name(),
                           "cannot make " + kind + " '" + id + "': QEMU says: " + why,
                           "the value is what stands behind QEMU's option -" + kind);
    }
    if (!is_silent(kind, options)) {
        m_inputs.push_back(std::make_unique<external_input>(false));
    }
}

void qemu_backends::make_all(module &owner, const libqemu_api &api)
{
    for (const char *const kind : {"chardev", "netdev", "drive"}) {
        const config_node *table = owner.config().find(std::string(kind) + "s");
        if (!table) {
            continue;
        }
        table->use();
        if (!table->is_table()) {
            table->fail("'" + table->key() + "' is " + table->kind_name(),
                        "write " + table->key() + " = { some_id = \"...\" }");
        }
        for (const auto &each : table->children()) {
            make(owner, api, kind, each->key(), options_text(*each), each->where());
        }
    }
}

void qemu_backends::close()
{
    m_inputs.clear();
}

} // namespace tk
