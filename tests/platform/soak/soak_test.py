#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# soak_test.py VP BOARD.lua CONF_DIR LOAD.sh ROUNDS: Linux on four CPUs under mixed load and a storm of SystemC's
# interrupts, for as many rounds of that load. The guest checks what it gets, and its clocks; here, round by round, time
# goes on and memory does not; at the end the statistics are right.
import json
import os
import random
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import Vp, scratch  # noqa: E402

PROGRAM, BOARD, CONF_DIR, LOAD = sys.argv[1:5]
ROUNDS = int(sys.argv[5])

QUANTUM_PS = 10**9
LONGEST_BLOCK_PS = 512000  # 512 instructions, QEMU's limit, at 1e9 a second
WARM_UP = 3                # of all rounds, one in so many is not looked at: caches fill, code is translated
# What the process has beside the guest's RAM and the translated code may grow by so much after that: tables of translated
# code, which is more with each path that the guest takes for the first time, and what the host's allocator keeps.
GROWTH_BYTES = 16 << 20

ROUND = re.compile(rb"^soak: round (\d+), storm (\d+), interrupts (\d+)\r?$")
CLOCKS = re.compile(rb"^soak: clocks: (now|slept) counter (\d+) ns, uptime (\d+) ns, SystemC (\d+) ns")


def tool(name, arguments, folder):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    return subprocess.run([path] + arguments, cwd=folder, check=True, capture_output=True, text=True).stdout


def make_disk(folder):
    root = os.path.join(folder, "root")
    os.mkdir(root)
    with open(os.path.join(root, "data"), "wb") as file:
        file.write(random.Random(1).randbytes(3000000))
    with open(os.path.join(root, "data.sum"), "w", encoding="utf-8") as file:
        file.write(tool("sha256sum", ["data"], root))
    with open(os.path.join(root, "rounds"), "w", encoding="utf-8") as file:
        file.write("%d\n" % ROUNDS)
    shutil.copy(LOAD, os.path.join(root, "load.sh"))
    tool("mke2fs", ["-q", "-t", "ext4", "-d", "root", "disk.img", "16M"], folder)


def memory(pid):
    """Resident bytes: all, and those that are neither the guest's RAM nor translated code."""
    total = own = 0
    with open("/proc/%d/smaps" % pid, encoding="utf-8") as file:
        for line in file:
            head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ", line)
            if head:
                size = int(head[2], 16) - int(head[1], 16)
                counts = size < 512 << 20 and "wx" not in head[3]
            elif line.startswith("Rss:"):
                resident = int(line.split()[1]) * 1024
                total += resident
                own += resident if counts else 0
    return total, own


def close_to(a, b, slack):
    assert abs(a - b) <= slack, (a, b, slack)


class Watch:
    """Looks at each line that the guest says."""

    def __init__(self, vp):
        self.vp = vp
        self.samples = []
        self.interrupts = self.systemc_ns = self.clocks = 0

    def line(self, line):
        assert b"soak: wrong" not in line, line
        found = ROUND.match(line)
        if found:
            total, own = memory(self.vp.process.pid)
            descriptors = len(os.listdir("/proc/%d/fd" % self.vp.process.pid))
            self.samples.append((int(found[1]), total, own, descriptors))
            assert int(found[3]) > self.interrupts, "the storm is over: %r" % line
            self.interrupts = int(found[3])
            if self.samples[-1][0] % max(1, ROUNDS // 20) == 0:
                print("round %d of %d: %d interrupts, %.1f MB resident, %.1f MB of that our own" % (
                    self.samples[-1][0], ROUNDS, self.interrupts, total / 1e6, own / 1e6), flush=True)
        found = CLOCKS.match(line)
        if found:
            self.clock(found[1], *(int(found[i]) for i in (2, 3, 4)))

    def clock(self, which, counter_ns, uptime_ns, systemc_ns):
        self.clocks += 1
        if which == b"now":
            close_to(counter_ns, systemc_ns, (QUANTUM_PS + LONGEST_BLOCK_PS) // 1000)
            assert systemc_ns > self.systemc_ns, "time goes back"
            self.systemc_ns = systemc_ns
        else:  # for a second, on CPUs that have other things to do as well
            assert counter_ns >= 10**9 and uptime_ns >= 10**9, (counter_ns, uptime_ns)
            close_to(counter_ns, systemc_ns, 2 * (QUANTUM_PS + LONGEST_BLOCK_PS) // 1000)

    def check(self):
        assert len(self.samples) == ROUNDS and self.clocks == 2 * ROUNDS, (len(self.samples), self.clocks)
        flat = self.samples[ROUNDS // WARM_UP:]
        for index, what in ((2, "memory"), (3, "descriptors")):
            first, most = flat[0][index], max(sample[index] for sample in flat)
            print("%s: %d after the warm-up, at most %d" % (what, first, most))
            assert most <= first + (GROWTH_BYTES if index == 2 else 0), what + " grows: %s" % flat


def check_stats(file):
    with open(file, encoding="utf-8") as stats_file:
        stats = json.load(stats_file)
    for vcpu in stats["vcpus"]:
        assert vcpu["local_time_ps"] == vcpu["instructions"] * 1000 + vcpu["idle_ps"] + vcpu["annotated_ps"], vcpu
    assert stats["max_skew_ps"] <= QUANTUM_PS + LONGEST_BLOCK_PS, stats
    assert stats["max_systemc_lag_ps"] <= QUANTUM_PS + LONGEST_BLOCK_PS, stats
    print("%.1f s simulated, %.1f s of the host's, %.1f G instructions, %d hand-overs" % (
        stats["sim_time_ps"] / 1e12, stats["wall_s"], sum(v["instructions"] for v in stats["vcpus"]) / 1e9,
        stats["token_handovers"]))


def main():
    with scratch() as folder:
        make_disk(folder)
        stats = os.path.join(folder, "stats.json")
        vp = Vp(PROGRAM, [BOARD, "-p", "platform.conf_dir=" + CONF_DIR, "-p", "platform.disk=" + os.path.join(folder, "disk.img"), "-p",
                          "platform.script=load.sh", "--stats=" + stats], folder)
        watch = Watch(vp)
        for line in vp.process.stdout:
            vp.out += line
            watch.line(line.rstrip(b"\n"))
        vp.finish()
        assert vp.code == 0 and b"soak: %d rounds, 0 wrong" % ROUNDS in vp.out, (vp.code, vp.out[-3000:], vp.err)
        watch.check()
        check_stats(stats)


main()
