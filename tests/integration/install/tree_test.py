# SPDX-License-Identifier: MIT
"""tree_test.py PREFIX SOURCE: the installed tree, which has been moved since it was made."""
import os
import pathlib
import re
import subprocess
import sys
import unittest

PREFIX = pathlib.Path(sys.argv.pop(1)).resolve()
SOURCE = pathlib.Path(sys.argv.pop(1))


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def lib_dir():
    return next(PREFIX.glob("lib*/**/libtimekeeper-core.so")).parent


def dynamic(file, tag):
    """The values of one tag of an ELF file's dynamic section."""
    return re.findall(rf"\({tag}\).*\[(.*)\]", run("readelf", "-dW", file))


def own_elf_files():
    """Programs, libraries and modules for this machine; the guests' programs are not."""
    for file in sorted(PREFIX.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.suffix != ".elf" and file.read_bytes()[:4] == b"\x7fELF":
            yield file


def header_functions(name):
    """The functions that a C header declares."""
    text = (PREFIX / "include/timekeeper" / name).read_text()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
    return set(re.findall(r"\b(tk_\w+)\(", text)) - set(re.findall(r"\(\*(tk_\w+)\)\(", text))


def map_names(path):
    text = re.sub(r"/\*.*?\*/", "", (SOURCE / path).read_text(), flags=re.S)
    return set(re.findall(r"\b(tk_\w+);", text))


def exported(library):
    lines = run("nm", "-D", "--defined-only", library).splitlines()
    # A: the name of the version itself
    return {line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"}


class Symbols(unittest.TestCase):
    def check(self, library, committed, headers):
        names = map_names(committed)
        self.assertGreater(len(names), 10)
        self.assertEqual(exported(lib_dir() / library), names)
        self.assertEqual(set().union(*map(header_functions, headers)), names)

    def test_of_the_core_are_the_committed_ones(self):
        self.check("libtimekeeper-core.so", "qemu-timekeeper/core/libtimekeeper-core.map", ["timekeeper.h"])

    def test_of_the_timeline_are_the_committed_ones(self):
        self.check("libtimekeeper.so", "qemu-timekeeper/timeline/libtimekeeper.map",
                   ["gate.h", "output.h", "timeline.h", "trace.h"])

    def test_the_core_needs_nothing_but_the_c_library(self):
        self.assertEqual(dynamic(lib_dir() / "libtimekeeper-core.so", "NEEDED"), ["libc.so.6"])


class Names(unittest.TestCase):
    def test_sonames_have_a_version_and_a_development_link(self):
        for name, version in (("core", "0"), ("systemc", "0.1"), ("platform", "0.1"), ("", "0")):
            link = lib_dir() / f"libtimekeeper{'-' + name if name else ''}.so"
            self.assertTrue(link.is_symlink(), link)
            soname = dynamic(link, "SONAME")
            self.assertEqual(soname, [f"{link.name}.{version}"])
            self.assertTrue((lib_dir() / soname[0]).exists(), soname)


class Moved(unittest.TestCase):
    def test_no_rpath_is_absolute(self):
        for file in own_elf_files():
            for path in dynamic(file, "RUNPATH") + dynamic(file, "RPATH"):
                for each in path.split(":"):
                    self.assertTrue(each.startswith("$ORIGIN"), f"{file}: {path}")

    def test_own_libraries_are_found_in_the_tree(self):
        for file in own_elf_files():
            for line in run("ldd", file).splitlines():
                self.assertNotIn("not found", line, file)
                if "libtimekeeper" in line:
                    self.assertIn(str(PREFIX), line, file)

    def test_no_text_and_no_guest_names_the_build(self):
        # SystemC::systemc and the like are looked for again, where the package is used.
        build = str(pathlib.Path(__file__).resolve().parents[3])
        for file in PREFIX.rglob("*"):
            if file.suffix in (".cmake", ".pc", ".h", ".lua", ".elf"):
                self.assertNotIn(build.encode(), file.read_bytes(), file)

    def test_vp_runs_its_first_platform(self):
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
        out = run(PREFIX / "bin/vp", PREFIX / "share/qemu-timekeeper/conf/hello.lua", cwd="/", env=environment)
        self.assertIn("Hello", out)

    def test_linux_is_prepared_as_from_the_sources(self):
        for name in ("aarch64", "riscv64"):
            platform = PREFIX / f"share/qemu-timekeeper/conf/linux-{name}.lua"
            environment = {key: value for key, value in os.environ.items() if key != "TIMEKEEPER_LINUX_DIR"}
            self.assertIn("platform.cpus", run(PREFIX / "bin/vp", platform, "--list-params", cwd="/", env=environment))

    def test_the_plugin_runs_in_the_plain_program(self):
        modules = lib_dir() / "qemu-timekeeper"
        run(modules / "qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a53", "-nographic", "-nic", "none",
            "-plugin", f"{modules}/libicount.so,idle=warp", "-semihosting", "-kernel",
            PREFIX / "share/qemu-timekeeper/firmware/count.elf", stdin=subprocess.DEVNULL)


class ManualPages(unittest.TestCase):
    def test_have_the_options_that_the_programs_have(self):
        for name in ("vp", "timekeeper-farm"):
            page = (PREFIX / f"share/man/man1/{name}.1").read_text().replace("\\-", "-")
            options = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", run(PREFIX / "bin" / name, "--help")))
            self.assertGreater(len(options), 10)
            self.assertEqual(set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", page)), options)


if __name__ == "__main__":
    unittest.main()
