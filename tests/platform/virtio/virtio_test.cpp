// SPDX-License-Identifier: MIT
//
// Linux reads a disk, talks to a network, a console and an entropy source; and what that does to its time.
#include "support/program.h"
#include "support/scratch.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

// A folder with an ext4 image that holds some data, their checksum, and the script that the guest runs.
class disk
{
  public:
    explicit disk(const std::string &script)
    {
        std::filesystem::create_directory(path("root"));
        std::mt19937 random(1);
        std::string data(3000000, ' ');
        for (char &each : data) {
            each = static_cast<char>(random());
        }
        write("root/data", data);
        write("root/script", script);
        write("root/data.sum", tool("sha256sum", {"data"}, path("root")).out);
        tool("mke2fs", {"-q", "-t", "ext4", "-d", "root", "disk.img", "16M"}, m_folder.path());
    }
    std::string path(const std::string &name) const { return m_folder.file(name); }
    void write(const std::string &name, const std::string &content) const { m_folder.write(name, content); }
    std::string read(const std::string &name) const { return m_folder.read(name); }

    // Boots, runs the script, powers off. `settings`: "cpus=1". `change`: Lua for the platform.
    test::finished boot(const std::vector<std::string> &settings, const std::string &change = "") const
    {
        write("platform.lua",
              "conf_dir = '" CONF_DIR "'\ndofile(conf_dir .. '/linux-aarch64.lua')\n" + change);
        std::vector<std::string> arguments = {path("platform.lua"), "--stats=" + path("stats.json")};
        std::vector<std::string> all = {"shell=false", "disk=" + path("disk.img"), "script=script"};
        all.insert(all.end(), settings.begin(), settings.end());
        for (const std::string &each : all) {
            arguments.emplace_back("-p");
            arguments.push_back("platform." + each);
        }
        return test::run(VP_PROGRAM, arguments, m_folder.path());
    }

  private:
    static test::finished tool(const std::string &name, const std::vector<std::string> &arguments,
                               const std::string &directory)
    {
        for (const char *each : {"/usr/bin/", "/usr/sbin/", "/sbin/"}) {
            if (access((each + name).c_str(), X_OK) == 0) {
                test::finished result = test::run(each + name, arguments, directory);
                EXPECT_EQ(result.code, 0) << name << ": " << result.err;
                return result;
            }
        }
        ADD_FAILURE() << "there is no " << name << " here: install coreutils and e2fsprogs";
        return {};
    }

    const test::scratch m_folder;
};

void expect_said(const test::finished &result, const std::vector<std::string> &words)
{
    EXPECT_EQ(result.code, 0) << result.out << result.err;
    for (const std::string &each : words) {
        EXPECT_NE(result.out.find(each), std::string::npos) << "no '" << each << "' in\n" << result.out;
    }
}

// The number behind the words, or -1.
double number_after(const std::string &text, const std::string &words)
{
    const size_t at = text.find(words);
    return at == std::string::npos ? -1 : strtod(text.c_str() + at + words.size(), nullptr);
}

constexpr const char *use_all = "sha256sum -c data.sum\n"
                                "echo bus: $(basename $(readlink -f /sys/block/vda/device/../..))\n"
                                "echo lines: $(grep -c virtio /proc/interrupts)\n"
                                "echo entropy: $(head -c 16 /dev/hwrng | wc -c)\n"
                                "echo this is the guest >/dev/hvc0\n"
                                "ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0\n"
                                "ping -c 2 -W 5 10.0.2.2\n"
                                "cd /; tftp -g -r file 10.0.2.2 && echo fetched: $(cat file)\n";

class virtio : public testing::TestWithParam<const char *>
{
};

TEST_P(virtio, disk_network_console_and_entropy_source_serve_linux)
{
    const disk image(use_all);
    std::filesystem::create_directory(image.path("tftp"));
    image.write("tftp/file", "what the host has");
    const test::finished result =
        image.boot({"cpus=2", std::string("virtio=") + GetParam(), "rng=true", "disk_readonly=true",
                    "net=user,tftp=" + image.path("tftp"), "hvc=file,path=" + image.path("console.txt")});
    expect_said(result, {"data: OK", "entropy: 16", "2 packets transmitted, 2 packets received",
                         "fetched: what the host has", "script: ended with 0"});
    EXPECT_EQ(result.out.find("timed out"), std::string::npos) << result.out;
    EXPECT_NE(image.read("console.txt").find("this is the guest"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(by, virtio, testing::Values("mmio", "pci"),
                         [](const testing::TestParamInfo<const char *> &each) {
                             return std::string(each.param);
                         });

// The kernel finds the bridge's bus, the cards on it, and gives them interrupts by messages.
TEST(pci, linux_finds_the_cards_and_their_interrupts_come_as_messages)
{
    const disk image(
        "for each in /sys/bus/pci/devices/*; do echo $(basename $each) $(cat $each/vendor $each/device "
        "$each/class); done\n"
        "grep -E 'ITS-MSI.*virtio0-req' /proc/interrupts\n"
        "sha256sum -c data.sum\n");
    expect_said(image.boot({"cpus=1", "virtio=pci", "rng=true"}),
                {"0000:00:00.0 0x1b36 0x0008 0x060000", "0x1af4 0x1001 0x010000", "0x1af4 0x1005 0x00ff00",
                 "ITS-MSI", "data: OK"});
}

// Without the ITS the cards' INTA to INTD go through the bridge.
TEST(pci, linux_is_served_by_the_bridges_lines_too)
{
    const disk image("grep virtio /proc/interrupts\nsha256sum -c data.sum\n");
    const test::finished result =
        image.boot({"cpus=1", "virtio=pci"}, "platform.pcie.device_tree['msi-map'] = false\n");
    expect_said(result, {"data: OK"});
    EXPECT_EQ(result.out.find("ITS-MSI"), std::string::npos) << result.out;
}

TEST(disk_writes, are_in_the_file_afterwards)
{
    const disk image(
        "mount -o remount,rw /disk && echo from the guest >new && sync && mount -o remount,ro /disk\n");
    expect_said(image.boot({"cpus=2"}), {"script: ended with 0"});
    EXPECT_NE(image.read("disk.img").find("from the guest\n"), std::string::npos);
}

// --- time --------------------------------------------------------------------------------------------

// Ten requests a second of the host's: the 3 MB take seconds, and next to nothing of the guest's time, whose
// idle time is warped: the kernel would find its requests timed out.
TEST(disk_time, is_not_the_hosts_and_no_request_times_out)
{
    const disk image("read before rest </proc/uptime\ncat data >/dev/null\nread after rest </proc/uptime\n"
                     "echo took: $before to: $after\ndmesg | grep -iE 'timeout|timed out|I/O error'\n"
                     "sha256sum -c data.sum\n");
    const test::finished result =
        image.boot({"cpus=2", "qemu_inst.drives.disk.iops_rd=20", "disk_readonly=true"});
    expect_said(result, {"data: OK"});
    const double before = number_after(result.out, "took: "), after = number_after(result.out, " to: ");
    ASSERT_GT(before, 0) << result.out;
    ASSERT_GE(after, before) << result.out;
    EXPECT_LT(after - before, 0.2) << result.out;
}

struct machine {
    const char *name;
    std::vector<std::string> settings;
};

void PrintTo(const machine &each, std::ostream *out)
{
    *out << each.name;
}

class same_run : public testing::TestWithParam<machine>
{
};

TEST_P(same_run, with_disk_and_network_each_time)
{
    const disk image(std::string(use_all) + "cat /proc/uptime\n");
    std::filesystem::create_directory(image.path("tftp"));
    image.write("tftp/file", "what the host has");
    std::vector<std::string> settings = GetParam().settings;
    settings.insert(settings.end(), {"disk_readonly=true", "rng=true", "net=user,tftp=" + image.path("tftp"),
                                     "hvc=file,path=" + image.path("console.txt")});
    // One request after the other: which of two comes back first is the host's choice.
    const std::string change = "platform.qemu_inst.qemu_args = { '-seed', '1', '-object', "
                               "'main-loop,id=loop,thread-pool-max=1' }\n";
    std::string first_out;
    nlohmann::json first;
    for (int i = 0; i < 3; i++) {
        const test::finished result = image.boot(settings, change);
        expect_said(result, {"data: OK", "fetched: what the host has"});
        nlohmann::json stats;
        std::ifstream(image.path("stats.json")) >> stats;
        if (i == 0) {
            first = stats;
            first_out = result.out;
        }
        EXPECT_EQ(result.out, first_out);
        for (size_t k = 0; k < stats.at("vcpus").size(); k++) {
            EXPECT_EQ(stats.at("vcpus")[k].at("instructions"), first.at("vcpus")[k].at("instructions")) << k;
            EXPECT_EQ(stats.at("vcpus")[k].at("local_time_ps"), first.at("vcpus")[k].at("local_time_ps"))
                << k;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(all, same_run,
                         testing::Values(machine{"one_cpu", {"cpus=1"}},
                                         machine{"one_cpu_pci", {"cpus=1", "virtio=pci"}},
                                         machine{"deterministic", {"cpus=2", "mode=deterministic"}}),
                         [](const testing::TestParamInfo<machine> &each) {
                             return std::string(each.param.name);
                         });

// --- mistakes ----------------------------------------------------------------------------------------

struct mistake {
    const char *name, *setting, *words;
};

void PrintTo(const mistake &each, std::ostream *out)
{
    *out << each.setting;
}

class settings : public testing::TestWithParam<mistake>
{
};

TEST_P(settings, that_are_wrong_are_one_line)
{
    const test::finished result =
        test::run(VP_PROGRAM,
                  {std::string(CONF_DIR) + "/linux-aarch64.lua", "-p", "platform.shell=false", "-p",
                   std::string("platform.") + GetParam().setting},
                  testing::TempDir());
    EXPECT_EQ(result.code, 2) << result.out;
    EXPECT_NE(result.err.find(GetParam().words), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
}

INSTANTIATE_TEST_SUITE_P(
    all, settings,
    testing::Values(mistake{"disk", "disk=there-is-none.img",
                            "cannot make drive 'disk': QEMU says: Could not open"},
                    mistake{"net", "net=usr", "cannot make netdev 'net': QEMU says: "},
                    mistake{"rng", "rng=yes", "platform.rng: 'yes' is neither true nor false"},
                    mistake{"virtio", "virtio=isa", "it is mmio or pci"},
                    mistake{"script", "script=x", "platform.disk names the disk's image"}),
    [](const testing::TestParamInfo<mistake> &each) { return std::string(each.param.name); });

} // namespace
