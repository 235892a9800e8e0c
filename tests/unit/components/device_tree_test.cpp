// SPDX-License-Identifier: MIT
#include "device_tree.h"
#include "test_modules.h"
#include "test_platform.h"

#include <gtest/gtest.h>
#include <libfdt.h>

namespace
{

// A router, memory at 0x1000, a controller and a device with a node each, and a device_tree with this root.
std::string described(const std::string &root, const std::string &device = "", const std::string &more = "")
{
    return R"(platform = {
        router = { moduletype = 'router' },
        cpu = { moduletype = 'test_initiator', socket = { bind = '&router.target_socket' } },
        ram = { moduletype = 'gs_memory',
                target_socket = { address = 0x1000, size = 0x2000, bind = '&router.initiator_socket' },
                device_tree = { node = 'memory', device_type = 'memory' } },
        controller = { moduletype = 'test_line',
                device_tree = { ['interrupt-controller'] = true, ['#interrupt-cells'] = 3,
                                interrupt_inputs = { ['i%'] = { 0, '%', 4 } } } },
        timer = { moduletype = 'sc_timer',
                target_socket = { address = 0x100000000, size = 0x1000, bind = '&router.initiator_socket' },
                irq = { bind = '&controller.in' },
                device_tree = { compatible = { 'a,b', 'c,d' }, )" +
           device + R"( } },
        tree = { moduletype = 'device_tree', initiator_socket = { bind = '&router.target_socket' }, address = 0x1100,
                root = {)" +
           root + "}, " + more + "} }";
}

class blob
{
  public:
    explicit blob(const test::platform &p) : m_bytes(p.get<components::device_tree>("tree").blob())
    {
        EXPECT_EQ(fdt_check_full(m_bytes.data(), m_bytes.size()), 0);
    }
    bool has(const std::string &path) const { return fdt_path_offset(m_bytes.data(), path.c_str()) >= 0; }
    bool has(const std::string &path, const std::string &property) const
    {
        return fdt_getprop(m_bytes.data(), node(path), property.c_str(), nullptr) != nullptr;
    }
    std::string bytes(const std::string &path, const std::string &property) const
    {
        int length = 0;
        const void *value = fdt_getprop(m_bytes.data(), node(path), property.c_str(), &length);
        return value ? std::string(static_cast<const char *>(value), static_cast<size_t>(length)) : "(none)";
    }
    std::vector<uint32_t> cells(const std::string &path, const std::string &property) const
    {
        const std::string value = bytes(path, property);
        std::vector<uint32_t> all;
        for (size_t i = 0; i + 4 <= value.size(); i += 4) {
            uint32_t cell;
            memcpy(&cell, value.data() + i, 4);
            all.push_back(fdt32_to_cpu(cell));
        }
        return all;
    }

  private:
    int node(const std::string &path) const
    {
        const int found = fdt_path_offset(m_bytes.data(), path.c_str());
        EXPECT_GE(found, 0) << path;
        return found;
    }
    std::string m_bytes;
};

using words = std::vector<uint32_t>;

TEST(device_tree, repeats_windows_and_names_nodes_after_them)
{
    const test::platform p(described("compatible = 'x,y'"));
    const blob tree(p);
    EXPECT_EQ(tree.cells("/memory@1000", "reg"), (words{0, 0x1000, 0, 0x2000}));
    EXPECT_EQ(tree.cells("/timer@100000000", "reg"), (words{1, 0, 0, 0x1000}));
    EXPECT_EQ(tree.cells("/", "#address-cells"), words{2});
    EXPECT_EQ(tree.cells("/", "#size-cells"), words{2});
}

TEST(device_tree, writes_each_kind_of_value)
{
    const test::platform p(described("s = 'text', l = { 'a', 'bc' }, n = 7, c = { 1, 0xffffffff }, yes = "
                                     "true, no = false, sub = { x = { y = 3 } }"));
    const blob tree(p);
    EXPECT_EQ(tree.bytes("/", "s"), std::string("text\0", 5));
    EXPECT_EQ(tree.bytes("/", "l"), std::string("a\0bc\0", 5));
    EXPECT_EQ(tree.cells("/", "n"), words{7});
    EXPECT_EQ(tree.cells("/", "c"), (words{1, 0xffffffff}));
    EXPECT_EQ(tree.bytes("/", "yes"), "");
    EXPECT_FALSE(tree.has("/", "no"));
    EXPECT_EQ(tree.cells("/sub/x", "y"), words{3});
}

TEST(device_tree, refers_to_modules_and_nodes_by_phandle)
{
    const test::platform p(
        described("parent = '&controller', two = { '&/clock', 5, '&controller' }, clock = { f = 1 }"));
    const blob tree(p);
    const uint32_t controller = tree.cells("/controller", "phandle").at(0);
    const uint32_t clock = tree.cells("/clock", "phandle").at(0);
    EXPECT_NE(controller, clock);
    EXPECT_EQ(tree.cells("/", "parent"), words{controller});
    EXPECT_EQ(tree.cells("/", "two"), (words{clock, 5, controller}));
    EXPECT_FALSE(tree.has("/timer@100000000", "phandle"));
}

TEST(device_tree, refers_to_a_node_below_a_modules_by_phandle)
{
    const test::platform p(described("parent = '&timer/intc', two = { '&timer/intc/deep', 7 }",
                                     "intc = { deep = { reg = 5 } }"));
    const blob tree(p);
    EXPECT_EQ(tree.cells("/", "parent"), tree.cells("/timer@100000000/intc", "phandle"));
    EXPECT_EQ(tree.cells("/", "two"),
              (words{tree.cells("/timer@100000000/intc/deep@5", "phandle").at(0), 7}));
}

TEST(device_tree, puts_a_node_where_it_is_told_with_the_cells_of_that_place)
{
    const test::platform p(described("cpus = { ['#address-cells'] = 1, ['#size-cells'] = 0 }",
                                     "node = 'cpu', under = '/cpus', reg = 3"));
    const blob tree(p);
    EXPECT_EQ(tree.cells("/cpus/cpu@3", "reg"), words{3});
    EXPECT_FALSE(tree.has("/cpus/cpu@3", "under"));
    EXPECT_FALSE(tree.has("/cpus/cpu@3", "node"));
}

TEST(device_tree, puts_a_node_under_that_of_a_later_module)
{
    const test::platform p(R"(platform = {
        router = { moduletype = 'router' },
        ram = { moduletype = 'gs_memory', target_socket = { address = 0, size = 0x1000, bind = '&router.initiator_socket' } },
        inner = { moduletype = 'test_line', device_tree = { under = '/outer/middle', a = 1 } },
        middle = { moduletype = 'test_line', device_tree = { under = '/outer' } },
        outer = { moduletype = 'test_line', device_tree = {} },
        tree = { moduletype = 'device_tree', initiator_socket = { bind = '&router.target_socket' }, root = { a = 1 } },
    })");
    EXPECT_EQ(blob(p).cells("/outer/middle/inner", "a"), words{1});
}

// A GIC's SPIs and a line to something that is no controller.
TEST(device_tree, names_interrupts_by_the_controllers_rule)
{
    const test::platform p(R"(platform = {
        router = { moduletype = 'router' },
        ram = { moduletype = 'gs_memory', target_socket = { address = 0, size = 0x1000, bind = '&router.initiator_socket' } },
        line = { moduletype = 'test_line', device_tree = { interrupt_inputs = { ['in'] = { 0, 9, 4 } } } },
        other = { moduletype = 'test_line' },
        timer = { moduletype = 'sc_timer',
                target_socket = { address = 0x2000, size = 0x1000, bind = '&router.initiator_socket' },
                irq = { bind = { '&line.in', '&other.in' } }, device_tree = {} },
        tree = { moduletype = 'device_tree', initiator_socket = { bind = '&router.target_socket' }, root = { a = 1 } },
    })");
    const blob tree(p);
    EXPECT_EQ(tree.cells("/timer@2000", "interrupts"), (words{0, 9, 4}));
    EXPECT_FALSE(tree.has("/line", "interrupt_inputs"));
    EXPECT_FALSE(tree.has("/other"));
}

TEST(device_tree, is_in_memory_before_the_run)
{
    const test::platform p(described("a = 1"));
    auto &cpu = p.get<test::initiator>("cpu");
    test::settle();
    EXPECT_EQ(cpu.read(0x1100), 0xedfe0dd0u); // FDT_MAGIC, big-endian
}

TEST(device_tree, mistakes_say_where)
{
    const struct {
        std::string lua, words;
    } mistakes[] = {
        {described("a = '&nobody'"), "'&nobody' names no module that has a device_tree table"},
        {described("a = '&timer/no'"), "'&timer/no': the module's node has none below it with this path"},
        {described("a = '&/no/node'"), "'/no/node' is no node of the device tree"},
        {described("a = { 1, 0x100000000 }"), "a cell is an integer below 2^32"},
        {described("a = 1", "under = '/nowhere'"), "'/nowhere' is no node"},
        {described("['#address-cells'] = 1, ['#size-cells'] = 1"), "does not fit into one cell"},
        {"platform = { router = { moduletype = 'router' }, tree = { moduletype = 'device_tree',\n"
         "initiator_socket = { bind = '&router.target_socket' } } }",
         "has no table 'root'"},
    };
    for (const auto &each : mistakes) {
        const std::string error = test::build_error(each.lua);
        EXPECT_NE(error.find("test.lua:"), std::string::npos) << error;
        EXPECT_NE(error.find(each.words), std::string::npos) << error;
    }
}

} // namespace
