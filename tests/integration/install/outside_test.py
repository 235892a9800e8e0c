# SPDX-License-Identifier: MIT
"""outside_test.py PREFIX SOURCE BUILD: the examples as projects of others, which find the installed package."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

PREFIX = pathlib.Path(sys.argv.pop(1)).resolve()
SOURCE = pathlib.Path(sys.argv.pop(1))
BUILD = pathlib.Path(sys.argv.pop(1))
VP = PREFIX / "bin/vp"


def run(*command, code=0, **environment):
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                           env={**os.environ, "SC_COPYRIGHT_MESSAGE": "DISABLE", **environment})
    assert ended.returncode == code, f"{command}: {ended.returncode}\n{ended.stdout}{ended.stderr}"
    return ended.stdout if code == 0 else ended.stderr


def build(source):
    """Builds the project in a folder of its own; returns that."""
    folder = BUILD / source.name
    shutil.rmtree(folder, ignore_errors=True)
    run("cmake", "-G", "Ninja", "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={PREFIX}",
        "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF")
    run("cmake", "--build", folder)
    return folder


class Iss(unittest.TestCase):
    EXPECTED = ("10 ms: 40000\n20 ms: 80000\n30 ms: 120000\n40 ms: 160000\n50 ms: 200000\n"
                "CPU 0: 1000002 instructions, 50000100 ns = 50000100 ns executed + 0 ns asleep\n"
                "CPU 1: 27 instructions, 50005000 ns = 27000 ns executed + 49978000 ns asleep\n")

    def test_with_cmake(self):
        self.assertEqual(run(build(SOURCE / "examples/iss") / "iss"), self.EXPECTED)

    def test_with_pkg_config(self):
        folder = next(PREFIX.glob("lib*/**/timekeeper-core.pc")).parent
        flags = run("pkg-config", "--cflags", "--libs", "timekeeper-core", PKG_CONFIG_PATH=str(folder)).split()
        BUILD.mkdir(parents=True, exist_ok=True)
        run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", SOURCE / "examples/iss/iss.c", SOURCE / "examples/iss/cpu.c",
            "-o", BUILD / "iss-pc", *flags)
        self.assertEqual(run(BUILD / "iss-pc", LD_LIBRARY_PATH=str(folder.parent)), self.EXPECTED)


class EmbedSoc(unittest.TestCase):
    def test_a_timer_interrupts_the_cpu_and_a_device_drives_a_line(self):
        out = run(build(SOURCE / "examples/embed-soc") / "embed-soc")
        self.assertRegex(out, r"\A\d+ ns: blinks from \d+ ns on\n(.*\n)*\d+ ns: 10 interrupts\n(.*\n)*"
                              r"ends at \d+ ns after 10 edges, with code 0\n\Z")
        start = int(re.search(r"blinks from (\d+) ns", out).group(1))
        edges = re.findall(r"^(\d+) ns: soc\.led (on|off)$", out, re.M)
        self.assertEqual([level for _, level in edges], ["on", "off"] * 5)
        for number, (at, _) in enumerate(edges):
            self.assertGreater(int(at), start + (number + 1) * 1000000)
            self.assertLess(int(at), start + (number + 1) * 1000000 + 20000)


class EmbedSubsystem(unittest.TestCase):
    def test_cpus_from_cpp_and_from_lua_are_the_same(self):
        source = SOURCE / "examples/embed-subsystem"
        program = build(source) / "embed-subsystem"
        from_cpp = run(program)
        self.assertRegex(from_cpp, r"\A\d+ ns: Hello from qemu-timekeeper: CNTVCT \d+.*\n(.*\n)*"
                                   r"ends at \d+ ns with code 0\n\Z")
        self.assertEqual(run(program), from_cpp)
        self.assertEqual(run(program, source / "cpus.lua"), from_cpp)


class MyPeripheral(unittest.TestCase):
    def test_vp_loads_it(self):
        source = SOURCE / "examples/my-peripheral"
        folder = build(source)
        out = run(VP, source / "platform.lua", LIBRARY_DIR=str(folder))
        self.assertIn("HELLO FROM QEMU-TIMEKEEPER", out)
        self.assertRegex(out, r"platform\.uart: \d+ bytes until \d+ ns")
        params = run(VP, source / "platform.lua", "--list-params", LIBRARY_DIR=str(folder))
        self.assertIn("platform.uart.access_ns", params)
        # and says what is wrong, and where
        wrong = run(VP, source / "platform.lua", code=2, LIBRARY_DIR="/nonexistent")
        self.assertRegex(wrong, r"platform\.lua:\d+: platform\.uart: cannot load '/nonexistent/my-peripheral': there is no")
        wrong = run(VP, source / "platform.lua", "-p", "platform.uart.moduletype=loud_consol", code=2,
                    LIBRARY_DIR=str(folder))
        self.assertIn("did you mean 'loud_console'?", wrong)
        # An own slow peripheral takes its time: 1000 ns an access instead of 1 ns.
        slow, fast = (run(VP, source / "platform.lua", "-p", f"platform.uart.access_ns={ns}", LIBRARY_DIR=str(folder))
                      for ns in (1000, 1))
        ends = [int(out.rsplit("until ", 1)[1].split()[0]) for out in (slow, fast)]
        self.assertGreater(ends[0], ends[1] + 999 * 50)


if __name__ == "__main__":
    unittest.main()
