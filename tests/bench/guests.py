# SPDX-License-Identifier: MIT
"""One run of bench.elf, in qemu-system or in vp: how long it took between its lines "begin" and "end"."""
import os
import resource
import select
import subprocess
import tempfile
import time

# enum bench_kind in firmware/bench.h
KINDS = {"loop": 0, "branchy": 1, "copy": 2, "interrupts": 3, "mmio": 4, "sleep": 5, "tight": 6, "edges": 7}
PARAMETERS = 0x40010000
PSCI_NONE, PSCI_HVC = 0, 1
QEMU_REGISTER = 0x09010FE0  # PL031's PeriphID0 on QEMU's machine virt
QEMU_PIN = 0x09030004  # bit 0 of the PL061's data there
PIN = 0x0A500004  # the same in board.lua
FOREIGN_REGISTER = 0x0A600000
TLM_REGISTER = 0x0A10001C  # ID of platforms/components/sc_timer.h
LONGEST_RUN_S = 300


class Refused(Exception):
    """The program cannot do what was asked; the text says why."""


class Timeout(Exception):
    """The program did not end."""


class Run:
    """What was seen: times in seconds of the host's monotonic clock, and the CPU time in between."""

    def __init__(self):
        self.begin = self.end = None
        self.cpu_begin = self.cpu_end = 0.0

    @property
    def seconds(self):
        return self.end - self.begin

    @property
    def cpu_seconds(self):
        return self.cpu_end - self.cpu_begin


def cpu_seconds(pid):
    """User and system time of a process so far, from its tasks (their resolution is ns, not a tick)."""
    total = 0
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        pass  # the process, or a thread of it, has just ended
    return total / 1e9


def children_cpu_seconds():
    """That of all processes that have been started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lines_of(process):
    """Lines of a process's stdout; ends with it. A process that says nothing for too long is killed."""
    rest = b""
    give_up = time.monotonic() + LONGEST_RUN_S
    while True:
        left = give_up - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            process.kill()
            process.wait()
            raise Timeout(f"it did not end within {LONGEST_RUN_S} s")
        data = os.read(process.stdout.fileno(), 4096)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line.strip().decode(errors="replace")


def watch(command, one_core, cwd=None):
    """Starts the command, and waits until it has ended. Raises Refused or Timeout."""
    core = min(os.sched_getaffinity(0))
    run = Run()
    before = children_cpu_seconds()
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, cwd=cwd,
            env={**os.environ, "SC_COPYRIGHT_MESSAGE": "DISABLE"},
            preexec_fn=(lambda: os.sched_setaffinity(0, {core})) if one_core else None,
        ) as process:
            for line in lines_of(process):
                if line == "begin":
                    run.begin, run.cpu_begin = time.monotonic(), cpu_seconds(process.pid)
                elif line == "end":
                    run.end = time.monotonic()
        # It may have ended before anybody could ask what it has used.
        run.cpu_end = children_cpu_seconds() - before
        if process.returncode != 0 or run.begin is None or run.end is None:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise Refused(f"exit code {process.returncode}: {said[-1] if said else 'it said nothing'}")
    return run


class Guests:
    """Where the programs are."""

    def __init__(self, build, here):
        self.qemu_program = f"{build}/qemu/bin/qemu-system-aarch64"
        self.plugin = f"{build}/lib/libicount.so"
        self.elf = f"{build}/firmware/bench.elf"
        self.vp_program = f"{build}/bin/vp"
        self.board = f"{here}/board.lua"
        self.foreign = f"{build}/bench-programs/bench_foreign.so"
        self.layout = 0  # bench.h: another one in each repetition
        self.conf = os.path.normpath(f"{here}/../../conf")
        self._linux = None

    def qemu(self, kind, amount, cpus=1, plugin=None, arguments=(), one_core=False):
        """qemu-system alone: raw, with the plugin ('' or its options), or with other arguments."""
        command = [self.qemu_program, "-M", "virt,gic-version=3", "-cpu", "cortex-a53", "-smp", str(cpus),
                   "-nographic", "-nic", "none", "-kernel", self.elf]
        for i, word in enumerate((KINDS[kind], cpus, amount, PSCI_HVC, QEMU_PIN if kind == "edges" else QEMU_REGISTER,
                                  self.layout, 0)):
            command += ["-device", f"loader,addr={PARAMETERS + 8 * i:#x},data={word},data-len=8"]
        if plugin is not None:
            command += ["-plugin", self.plugin + "".join("," + each for each in plugin.split(",") if each)]
        return watch(command + list(arguments), one_core)

    def vp(self, kind, amount, cpus=1, quantum_ns=1000000, event_ns=0, idle="warp", direct=False, one_core=False,
           leaves=(), address=TLM_REGISTER):
        """`leaves`: options and endings of files, ("--trace", ".json") say, that it writes into a folder of its own."""
        words = (KINDS[kind], cpus, amount, PSCI_NONE, address, self.layout, event_ns)
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/bench.lua", "w", encoding="ascii") as file:
                file.write(f'dofile("{self.board}")\n'
                           f'platform = board {{ cpus = {cpus}, quantum_ns = {quantum_ns}, idle = "{idle}",\n'
                           f'    direct = {"true" if direct else "false"}, foreign = "{self.foreign}",\n'
                           f'    words = {{ {", ".join(map(str, words))} }} }}\n')
            more = [f"{folder}/run{each}" if each.startswith(".") else each for each in leaves]
            return watch([self.vp_program, f"{folder}/bench.lua", *more], one_core)

    def linux_folder(self):
        """Kernel and initrd, made at the first call: the same for both."""
        if self._linux is None:
            done = subprocess.run([f"{self.conf}/linux/prepare", "arm64"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False)
            if done.returncode != 0:
                raise Refused(done.stderr.decode(errors="replace").strip().splitlines()[-1])
            self._linux = done.stdout.decode().strip()
        return self._linux

    def linux(self, cpus, plain):
        """conf/linux-aarch64.lua's self-test from exec to exit, in seconds; or the same kernel, initrd and number of
        CPUs in the plain program on its machine virt."""
        folder = self.linux_folder()
        if plain:
            command = [self.qemu_program, "-M", "virt,gic-version=3", "-cpu", "cortex-a53", "-smp", str(cpus), "-m", "512",
                       "-nographic", "-nic", "none", "-kernel", f"{folder}/Image", "-initrd", f"{folder}/initrd",
                       "-append", "console=ttyAMA0 quiet panic=-1"]
        else:
            command = [self.vp_program, f"{self.conf}/linux-aarch64.lua", "-p", f"platform.cpus={cpus}",
                       "-p", "platform.shell=false"]
        start = time.monotonic()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=LONGEST_RUN_S, check=False,
                              env={**os.environ, "SC_COPYRIGHT_MESSAGE": "DISABLE", "TIMEKEEPER_LINUX_DIR": folder})
        seconds = time.monotonic() - start
        if done.returncode != 0 or b"self-test: done" not in done.stdout:
            raise Refused(f"exit code {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
        return seconds

    def hello(self, conf):
        """From exec to exit, in seconds."""
        start = time.monotonic()
        done = subprocess.run([self.vp_program, conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=LONGEST_RUN_S, check=False,
                              env={**os.environ, "SC_COPYRIGHT_MESSAGE": "DISABLE"})
        if done.returncode != 0:
            raise Refused(f"exit code {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
        return time.monotonic() - start
