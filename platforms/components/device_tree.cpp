// SPDX-License-Identifier: MIT
#include "device_tree.h"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace components
{

TK_MODULE("device_tree", device_tree, "describes the platform to a guest kernel: a flattened device tree");

static const char *const own_table = "device_tree";

device_tree::device_tree(const sc_core::sc_module_name &name, tk::module_context &context)
    : module(name, context)
{
    context.expect_args(0, 0);
    describe_param({"root", "table", "", "", "", "the root node: properties, and nodes as tables"});
}

void device_tree::configured()
{
    tk::config_node *root = config().find("root");
    if (!root || !root->is_table()) {
        fail("has no table 'root'", "write root = { compatible = \"...\", ... }: the root node");
    }
    m_root.size_cells = 2;
    m_sources.push_back({&m_root, root, nullptr, nullptr});
    add_subnodes(m_root, *root);
    std::vector<described> waiting;
    find_modules(config().parent() ? *config().parent() : config(), waiting);
    add_modules(std::move(waiting));
    for (size_t i = 0; i < m_sources.size(); i++) {
        fill(m_sources[i]);
    }
    try {
        m_blob = fdt_blob(m_root);
    } catch (const std::runtime_error &error) {
        fail(error.what());
    }
    if (!m_file.get().empty()) {
        write_file();
    }
}

// --- nodes -------------------------------------------------------------------------------------------

static bool is_array(const tk::config_node &value)
{
    return value.is_table() && !value.children().empty() &&
           value.elements().size() == value.children().size();
}

static tk::config_node *child_of(const tk::config_node &table, const std::string &key)
{
    for (const auto &each : table.children()) {
        if (each->key() == key) {
            return each.get();
        }
    }
    return nullptr;
}

static bool is_subnode(const tk::config_node &value)
{
    return value.is_table() && !is_array(value) && value.key() != "interrupt_inputs";
}

static unsigned cells_of(const tk::config_node &table, const char *key, unsigned otherwise)
{
    const tk::config_node *given = child_of(table, key);
    return given ? static_cast<unsigned>(std::min<uint64_t>(given->as_uint64(), UINT32_MAX)) : otherwise;
}

// "/a/b" below a node, without unit addresses; nullptr: there is none.
static fdt_node *find_node(fdt_node &from, const std::string &path)
{
    fdt_node *node = &from;
    for (size_t begin = 0; node && begin < path.size();) {
        const size_t slash = std::min(path.find('/', begin), path.size());
        if (slash > begin) {
            node = node->child(path.substr(begin, slash - begin));
        }
        begin = slash + 1;
    }
    return node;
}

void device_tree::add_subnodes(fdt_node &node, tk::config_node &table)
{
    table.use();
    node.address_cells = cells_of(table, "#address-cells", node.address_cells);
    node.size_cells = cells_of(table, "#size-cells", node.size_cells);
    for (const auto &each : table.children()) {
        if (!is_subnode(*each)) {
            continue;
        }
        node.children.push_back(std::make_unique<fdt_node>());
        fdt_node &below = *node.children.back();
        below.name = each->key();
        m_sources.push_back({&below, each.get(), nullptr, &node});
        add_subnodes(below, *each);
    }
}

// The modules of a container, and those inside them.
void device_tree::find_modules(tk::config_node &container, std::vector<described> &found)
{
    for (const auto &each : container.children()) {
        if (!each->is_table() || !child_of(*each, "moduletype")) {
            continue;
        }
        tk::config_node *table = child_of(*each, own_table);
        if (table && table->is_table() && !child_of(*table, "moduletype")) {
            found.push_back({each.get(), table, table->find("under")});
        }
        find_modules(*each, found);
    }
}

// In the file's order, but for those under a node of a later one.
void device_tree::add_modules(std::vector<described> waiting)
{
    while (!waiting.empty()) {
        std::vector<described> still;
        for (const described &each : waiting) {
            fdt_node *parent = each.under ? find_node(m_root, each.under->as_string()) : &m_root;
            parent ? add_module(*each.owner, *each.table, *parent) : still.push_back(each);
        }
        if (still.size() == waiting.size()) {
            node_at(still[0].under->as_string(), *still[0].under); // says that there is none
        }
        waiting = std::move(still);
    }
}

void device_tree::add_module(tk::config_node &owner, tk::config_node &table, fdt_node &parent)
{
    const tk::config_node *name = table.find("node");

    parent.children.push_back(std::make_unique<fdt_node>());
    fdt_node &made = *parent.children.back();
    made.name = name ? name->as_string() : owner.key();
    m_by_module[&owner] = &made;
    m_sources.push_back({&made, &table, &owner, &parent});
    add_subnodes(made, table);
}

fdt_node &device_tree::node_at(const std::string &path, const tk::config_node &where)
{
    fdt_node *node = find_node(m_root, path);
    if (!node) {
        where.fail("'" + path + "' is no node of the device tree",
                   "write the path of a node, \"/soc/clock\", without unit addresses");
    }
    return *node;
}

// The module that "&name" or "&name.port" in `from` means, as platform files look names up; nullptr: none.
static tk::config_node *named_module(const tk::config_node &scope, const std::string &path)
{
    tk::config_node *node = const_cast<tk::config_node *>(&scope);
    const tk::config_node *root = &scope;
    while (root->parent()) {
        root = root->parent();
    }
    for (size_t begin = 0; node && begin <= path.size();) {
        const size_t dot = std::min(path.find('.', begin), path.size());
        const std::string part = path.substr(begin, dot - begin);
        node =
            begin == 0 && part == root->key() ? const_cast<tk::config_node *>(root) : child_of(*node, part);
        begin = dot + 1;
    }
    return node;
}

uint32_t device_tree::phandle(const std::string &reference, const tk::config_node &where)
{
    fdt_node *node = nullptr;
    if (reference.compare(0, 2, "&/") == 0) {
        node = &node_at(reference.substr(1), where);
    } else {
        const size_t slash = std::min(reference.find('/'), reference.size());
        const auto found = m_by_module.find(named_module(*config().parent(), reference.substr(1, slash - 1)));
        if (found == m_by_module.end()) {
            where.fail(
                "'" + reference + "' names no module that has a device_tree table",
                "write \"&module\", \"&module/node\" for a node below, or \"&/path\" for a node of 'root'");
        }
        node = find_node(*found->second, reference.substr(slash));
        if (!node) {
            where.fail("'" + reference + "': the module's node has none below it with this path",
                       "write its path there without unit addresses");
        }
    }
    if (node->phandle == 0) {
        node->phandle = ++m_phandles;
    }
    return node->phandle;
}

// --- properties --------------------------------------------------------------------------------------

static bool is_reference(const tk::config_node &value)
{
    return value.kind() == tk::config_node::type::string && value.as_string()[0] == '&';
}

static bool is_cell(const tk::config_node &value)
{
    return value.kind() == tk::config_node::type::integer || is_reference(value);
}

std::string device_tree::cells(const tk::config_node &value)
{
    if (is_array(value)) {
        std::string all;
        value.use();
        for (const tk::config_node *each : value.elements()) {
            all += cells(*each);
        }
        return all;
    }
    if (is_reference(value)) {
        return fdt_cell(phandle(value.as_string(), value));
    }
    if (value.kind() != tk::config_node::type::integer || value.as_uint64() > UINT32_MAX) {
        value.fail(
            "'" + value.key() + "' is " + value.text(),
            "a cell is an integer below 2^32 or a reference \"&module\"; write a larger number as two");
    }
    return fdt_cell(static_cast<uint32_t>(value.as_uint64()));
}

std::string device_tree::property(const tk::config_node &value)
{
    if (value.kind() == tk::config_node::type::boolean) {
        value.use();
        return "";
    }
    const auto elements = value.elements();
    if (is_cell(value) ||
        std::any_of(elements.begin(), elements.end(), [](const auto *each) { return is_cell(*each); })) {
        return cells(value);
    }
    std::string text;
    for (const std::string &each : value.as_strings()) {
        text += each + '\0';
    }
    return text;
}

// Each address window that the module is bound with.
std::string device_tree::windows(tk::config_node &owner, const fdt_node &parent)
{
    std::string reg;
    for (const auto &each : owner.children()) {
        const tk::config_node *address = each->is_table() ? child_of(*each, "address") : nullptr;
        const tk::config_node *size = each->is_table() ? child_of(*each, "size") : nullptr;
        if (!address || !size || !child_of(*each, "bind")) {
            continue;
        }
        try {
            reg += fdt_cells(address->as_uint64(), parent.address_cells);
            reg += parent.size_cells == 0 ? "" : fdt_cells(size->as_uint64(), parent.size_cells);
        } catch (const tk::config_error &) {
            throw;
        } catch (const std::runtime_error &error) {
            address->fail(error.what());
        }
    }
    return reg;
}

// The cells for one line of the module; "" if it leads to no interrupt controller's input.
std::string device_tree::interrupt_at(const tk::config_node &owner, const tk::config_node &bind)
{
    const std::string text = bind.as_string();
    const size_t dot = text.rfind('.');
    if (text[0] != '&' || dot == std::string::npos || !owner.parent()) {
        return "";
    }
    const tk::config_node *controller = named_module(*owner.parent(), text.substr(1, dot - 1));
    const tk::config_node *table = controller ? child_of(*controller, own_table) : nullptr;
    const tk::config_node *inputs = table ? child_of(*table, "interrupt_inputs") : nullptr;
    if (!inputs) {
        return "";
    }
    for (const auto &each : inputs->children()) {
        std::vector<uint64_t> numbers;
        if (!tk::match_ports(each->key(), text.substr(dot + 1), numbers)) {
            continue;
        }
        std::string all;
        for (const tk::config_node *cell : each->elements()) {
            const bool number = cell->kind() == tk::config_node::type::string && cell->as_string() == "%";
            all += number && !numbers.empty() ? fdt_cell(static_cast<uint32_t>(numbers[0])) : cells(*cell);
        }
        return all;
    }
    return "";
}

std::string device_tree::interrupts(tk::config_node &owner)
{
    std::string all;
    for (const auto &each : owner.children()) {
        const tk::config_node *bind = each->is_table() ? child_of(*each, "bind") : nullptr;
        if (!bind || child_of(*each, "address")) {
            continue;
        }
        if (!bind->is_table()) {
            all += interrupt_at(owner, *bind);
        }
        for (const tk::config_node *element : bind->elements()) {
            all += interrupt_at(owner, *element);
        }
    }
    return all;
}

static void set_unit_address(fdt_node &node, const fdt_node &parent)
{
    const std::string *reg = node.find("reg");
    if (!reg || node.name.find('@') != std::string::npos) {
        return;
    }
    uint64_t address = 0;
    for (size_t i = 0; i < reg->size() && i < size_t(parent.address_cells) * 4; i++) {
        address = address << 8 | static_cast<unsigned char>((*reg)[i]);
    }
    char text[24];
    snprintf(text, sizeof(text), "@%" PRIx64, address);
    node.name += text;
}

// What the table says.
void device_tree::fill_from_table(fdt_node &node, const tk::config_node &table, bool of_module)
{
    for (const auto &each : table.children()) {
        const std::string &key = each->key();
        if (key == "interrupt_inputs") {
            each->use_all();
        } else if (!is_subnode(*each) && !(of_module && (key == "node" || key == "under"))) {
            const bool absent = each->kind() == tk::config_node::type::boolean && !each->as_boolean();
            if (!absent) {
                node.properties.emplace_back(key, property(*each));
            }
        }
    }
}

// What the module's own bindings say, unless the table has said it.
void device_tree::fill_from_module(fdt_node &node, tk::config_node &owner, const fdt_node &parent)
{
    const std::string reg = node.find("reg") ? "" : windows(owner, parent);
    const std::string lines = node.find("interrupts") ? "" : interrupts(owner);
    if (!reg.empty()) {
        node.properties.emplace_back("reg", reg);
    }
    if (!lines.empty()) {
        node.properties.emplace_back("interrupts", lines);
    }
}

void device_tree::fill(const source &from)
{
    fdt_node &node = *from.node;
    if (!from.parent) {
        for (const char *each : {"#address-cells", "#size-cells"}) {
            if (!child_of(*from.table, each)) {
                node.properties.emplace_back(each, fdt_cell(2));
            }
        }
        fill_from_table(node, *from.table, false);
        return;
    }
    fill_from_table(node, *from.table, from.owner != nullptr);
    if (from.owner) {
        fill_from_module(node, *from.owner, *from.parent);
    }
    set_unit_address(node, *from.parent);
}

// --- where it goes -----------------------------------------------------------------------------------

void device_tree::write_file()
{
    std::ofstream out(m_file.resolved(), std::ios::binary);
    out << m_blob;
    out.flush();
    if (!out) {
        m_file.fail("cannot write " + m_file.resolved() + ": " + strerror(errno));
    }
}

void device_tree::start_of_simulation()
{
    write_blob();
}

void device_tree::on_reset_end(tk::reset_kind kind)
{
    if (kind == tk::reset_kind::cold) {
        write_blob();
    }
}

void device_tree::write_blob()
{
    tlm::tlm_generic_payload transaction;
    const auto length = static_cast<unsigned>(m_blob.size()); // at most 2 MiB
    transaction.set_command(tlm::TLM_WRITE_COMMAND);
    transaction.set_address(m_address);
    transaction.set_data_ptr(reinterpret_cast<unsigned char *>(m_blob.data()));
    transaction.set_data_length(length);
    transaction.set_streaming_width(length);
    if (m_socket->transport_dbg(transaction) < length) {
        m_address.fail("there is no memory for the " + std::to_string(length) +
                           " bytes of the device tree at address " + std::to_string(m_address),
                       "give it a gs_memory there");
    }
}

} // namespace components
