// SPDX-License-Identifier: MIT
#include "qemu_types.h"
#include "options.h"
#include "timekeeper/systemc/config.h"
#include "timekeeper/systemc/qemu/library.h"
#include "timekeeper/systemc/qemu/object.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vp
{

static const libqemu_api &started(const std::string &target)
{
    static const char *const arguments[] = {"-M", "none", "-accel", "tcg,thread=multi", "-smp", "1"};
    const libqemu_api &api = tk::load_libqemu(target);
    libqemu_config config{};
    char *message = nullptr;

    config.argv = arguments;
    config.argc = static_cast<int>(sizeof(arguments) / sizeof(arguments[0]));
    if (api.start(&config, &message) < 0) {
        const std::string text = message ? message : "no reason given";
        free(message);
        throw std::runtime_error("QEMU does not start: " + text);
    }
    return api;
}

// --- the list ----------------------------------------------------------------------------------------

struct qemu_type {
    std::string name, kind, bus, help;
};

static std::vector<qemu_type> all_types(const libqemu_api &api)
{
    std::vector<qemu_type> all;
    api.types(
        [](void *opaque, const char *type, const char *kind, const char *bus, const char *help) {
            static_cast<std::vector<qemu_type> *>(opaque)->push_back(
                {type, kind, bus ? bus : "", help ? help : ""});
        },
        &all);
    return all;
}

static std::string module_type(const qemu_type &type)
{
    return type.kind == "cpu" ? "qemu_cpu" : type.kind == "object" ? "qemu_object" : "qemu_device";
}

static bool on_system_bus(const qemu_type &type)
{
    return type.bus.empty() || type.kind == "sysbus-device";
}

static bool fits(const std::string &name, const std::string &pattern)
{
    if (pattern.find_first_of("*?[") == std::string::npos) {
        return name.find(pattern) != std::string::npos;
    }
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

void list_qemu_types(const std::string &target, const std::string &pattern, std::ostream &out)
{
    bool any = false;
    for (const qemu_type &each : all_types(started(target))) {
        if (!fits(each.name, pattern)) {
            continue;
        }
        any = true;
        out << module_type(each) << " " << each.name;
        if (!on_system_bus(each)) {
            out << "  on a bus of type " << each.bus;
        }
        out << (each.help.empty() ? "" : "  (" + each.help + ")") << "\n";
    }
    if (!any) {
        throw usage_error("this QEMU has no CPU, device or object '" + pattern +
                          "'; the pattern is a part of the name, or has a * in it");
    }
}

// --- one type ----------------------------------------------------------------------------------------

struct look {
    // A bus: its type, and the types that it is derived from.
    struct bus {
        std::string type, all_types;
    };
    std::vector<std::string> properties, ports, memory_links, clocks;
    std::vector<bus> buses;
    unsigned regions = 0;
};

static const char *const memory_link = "link<memory-region>";

static std::string numbered(const std::string &name, uint64_t count)
{
    return count == 1 ? name + "_0" : name + "_0 to " + name + "_" + std::to_string(count - 1);
}

static void take_property(look &into, const libqemu_feature &feature)
{
    const std::string type = feature.type;
    if (type == memory_link) {
        into.memory_links.push_back(feature.name);
        into.ports.push_back("bus_" + tk::qemu_object::word(feature.name) +
                             ": TLM initiator; the address space '" + feature.name + "'");
        return;
    }
    std::string value = feature.value ? feature.value : "";
    if (type.compare(0, 5, "link<") == 0) {
        value = "\"&module\"";
    }
    into.properties.push_back(tk::qemu_object::word(feature.name) + (value.empty() ? "" : " = " + value) +
                              "  -- " + type + (feature.help ? std::string("; ") + feature.help : ""));
}

static void take_feature(void *opaque, const libqemu_feature *feature)
{
    look &into = *static_cast<look *>(opaque);
    const std::string name = tk::qemu_object::word(feature->name);

    switch (feature->kind) {
    case LIBQEMU_FEATURE_PROPERTY:
        take_property(into, *feature);
        break;
    case LIBQEMU_FEATURE_GPIO_IN:
        into.ports.push_back(numbered((name.empty() ? "gpio" : name) + "_in", feature->number) +
                             ": signal input");
        break;
    case LIBQEMU_FEATURE_GPIO_OUT: {
        const bool irq = strcmp(feature->name, "sysbus-irq") == 0;
        const std::string list = name.empty() ? "gpio" : irq ? "irq" : name;
        into.ports.push_back(numbered(list + "_out", feature->number) + ": signal output" +
                             (irq ? "; interrupt" : ""));
        break;
    }
    case LIBQEMU_FEATURE_REGION:
        into.ports.push_back("mmio_" + std::to_string(into.regions++) + ": TLM target; " +
                             std::to_string(feature->number) + " bytes, '" + feature->name + "'");
        break;
    case LIBQEMU_FEATURE_CLOCK:
        into.clocks.push_back(feature->name);
        break;
    case LIBQEMU_FEATURE_BUS:
        into.buses.push_back({feature->type, feature->value});
        break;
    }
}

// What the child has to say, in two parts with a mark between: as made, and as realized.
static const char mark = '\f';

// Names in lines of at most 100 columns.
static void print_names(const std::vector<std::string> &names, std::ostream &out)
{
    static const std::string indent = "        ";
    std::string line = indent;
    for (const std::string &each : names) {
        if (line.size() + each.size() > 100) {
            out << line << "\n";
            line = indent;
        }
        line += each + " ";
    }
    out << line << "\n";
}

static bool takes(const look::bus &bus, const std::string &wanted)
{
    return !wanted.empty() && (" " + bus.all_types + " ").find(" " + wanted + " ") != std::string::npos;
}

static void print_buses(const look &seen, const std::vector<qemu_type> &types, std::ostream &out)
{
    for (const look::bus &bus : seen.buses) {
        std::vector<std::string> names;
        for (const qemu_type &each : types) {
            if (takes(bus, each.bus)) {
                names.push_back(each.name);
            }
        }
        out << "    a bus of type " << bus.type << ", for devices whose first argument is this module:\n";
        print_names(names, out);
    }
}

static void print_ports(const look &seen, const std::vector<qemu_type> &types, bool is_cpu, std::ostream &out)
{
    if (is_cpu) {
        out << "    mem: TLM initiator; what the CPU accesses\n";
    }
    for (const std::string &each : seen.ports) {
        if (!is_cpu || each.compare(0, 11, "bus_memory:") != 0) {
            out << "    " << each << "\n";
        }
    }
    print_buses(seen, types, out);
}

static void look_at(const libqemu_api &api, libqemu_object *object, look &into)
{
    char *message = nullptr;
    if (api.describe(object, take_feature, &into, &message) < 0) {
        free(message);
    }
}

// What most devices want before they can be realized.
static void provide(const libqemu_api &api, libqemu_object *object, const look &seen)
{
    for (const std::string &each : seen.memory_links) {
        libqemu_memory *space = api.memory_container(each.c_str(), UINT64_MAX);
        api.link_memory(object, each.c_str(), space, nullptr);
    }
    for (const std::string &each : seen.clocks) {
        api.clock_set(object, each.c_str(), 1000000, nullptr);
    }
}

static void say(int fd, const std::string &text)
{
    for (size_t done = 0; done < text.size();) {
        const ssize_t count = write(fd, text.data() + done, text.size() - done);
        if (count <= 0) {
            _exit(1);
        }
        done += static_cast<size_t>(count);
    }
}

// Devices that have such a bus. QEMU knows only when they are made, so these are those that people use.
static std::string bus_owners(const std::string &bus)
{
    static const std::map<std::string, std::string> owners = {
        {"virtio-bus", "virtio-mmio"},
        {"PCI", "gpex-pcihost, pcie-root-port, pcie-pci-bridge"},
        {"virtio-serial-bus", "virtio-serial-device, virtio-serial-pci"},
        {"SCSI", "virtio-scsi-device, virtio-scsi-pci, lsi53c895a"},
        {"usb-bus", "qemu-xhci"},
        {"i2c-bus", "versatile_i2c"},
        {"SSI", "pl022"},
        {"sd-bus", "pl181"},
    };
    const auto found = owners.find(bus);
    return found == owners.end() ? "" : ", such as " + found->second;
}

// In the child: the type's line and what can be set, the mark, its ports, the mark, its ports when realized.
static void describe_to(int fd, const std::string &target, const std::string &name)
{
    const libqemu_api &api = started(target);
    const std::vector<qemu_type> types = all_types(api);
    std::vector<std::string> names;
    const qemu_type *type = nullptr;
    for (const qemu_type &each : types) {
        names.push_back(each.name);
        type = each.name == name ? &each : type;
    }
    if (!type) {
        const std::string near = tk::did_you_mean(name, names);
        throw usage_error("this QEMU has no CPU, device or object '" + name + "'; " +
                          (near.empty() ? "--list-qemu-types lists them" : near));
    }
    libqemu_object *object = nullptr;
    char *message = nullptr;
    if (api.object_new(name.c_str(), "described", &object, &message) < 0) {
        throw usage_error("QEMU cannot make a " + name + ": " + (message ? message : ""));
    }
    look made;
    look_at(api, object, made);
    const bool is_cpu = type->kind == "cpu";
    std::ostringstream out;
    out << "moduletype = \"" << module_type(*type) << "\", args = { "
        << (on_system_bus(*type) ? "\"&qemu_inst\"" : "\"&device\"") << ", \"" << name << "\" }\n";
    if (!type->help.empty()) {
        out << "    " << type->help << "\n";
    }
    if (!on_system_bus(*type)) {
        out << "    sits on a bus of type " << type->bus << ": that of the device in the first argument"
            << bus_owners(type->bus) << "\n";
    }
    out << "properties = {\n";
    for (const std::string &each : made.properties) {
        out << "    " << each << "\n";
    }
    out << "}\n";
    if (!made.clocks.empty()) {
        out << "clocks = { -- Hz\n";
        for (const std::string &each : made.clocks) {
            out << "    " << tk::qemu_object::word(each) << "\n";
        }
        out << "}\n";
    }
    say(fd, out.str() + mark);
    std::ostringstream ports;
    print_ports(made, types, is_cpu, ports);
    say(fd, ports.str() + mark);
    provide(api, object, made);
    if (on_system_bus(*type) && api.realize(object, nullptr) >= 0) {
        look realized;
        std::ostringstream all;
        look_at(api, object, realized);
        print_ports(realized, types, is_cpu, all);
        say(fd, all.str() + mark);
    }
}

static std::string read_all(int fd)
{
    std::string all;
    char bytes[4096];
    ssize_t count;
    while ((count = read(fd, bytes, sizeof(bytes))) > 0) {
        all.append(bytes, static_cast<size_t>(count));
    }
    return all;
}

static std::vector<std::string> parts_of(const std::string &text)
{
    std::vector<std::string> parts;
    size_t begin = 0, end;
    while ((end = text.find(mark, begin)) != std::string::npos) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

[[noreturn]] static void child(int fd, const std::string &target, const std::string &type)
{
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO); // an assertion of QEMU's is not for the user
    try {
        describe_to(fd, target, type);
    } catch (const std::exception &error) {
        say(fd, error.what());
        _exit(exit_usage);
    }
    _exit(exit_good);
}

void describe_qemu_type(const std::string &target, const std::string &type, std::ostream &out)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    const pid_t pid = fork();
    if (pid < 0) {
        throw std::runtime_error("no process");
    }
    if (pid == 0) {
        close(ends[0]);
        child(ends[1], target, type);
    }
    close(ends[1]);
    const std::string said = read_all(ends[0]); // ends: the child has the only other end, and closes it
    close(ends[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    const std::vector<std::string> parts = parts_of(said);
    if (parts.size() < 2) {
        throw usage_error(said.empty() ? "QEMU did not survive making a " + type : said);
    }
    out << parts[0] << "ports:\n" << parts.back();
    if (parts.size() == 2) {
        out << "    (as it is made: it cannot be realized alone, and may have more then)\n";
    }
}

} // namespace vp
