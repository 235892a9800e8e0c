#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# qemu_test.py VP BOARD.lua OTHER_DIR: QEMU is not there, is another one, or gives up in the middle of a run.
#
# OTHER_DIR has a libqemu that does not speak our version of its interface.
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import ALL_NAMES, Vp, all_files, check_whole, left_in, monitor_of, scratch  # noqa: E402

PROGRAM, BOARD, OTHER_DIR = sys.argv[1:4]
LIBRARY = "libqemu-system-aarch64.so"

# Two instructions: UDF (Armv7-M ARM, A7.7.194), at reset, and in the handler of HardFault. A fault in there is a
# lock-up (B1.5.15), for which QEMU has no model.
LOCKUP = """
platform = {
    moduletype = "Container", quantum_ns = 1000000, idle = "warp",
    router = { moduletype = "router" },
    code = { moduletype = "gs_memory",
             target_socket = { address = 0, size = 0x10000, bind = "&router.initiator_socket" } },
    loader = { moduletype = "loader", initiator_socket = { bind = "&router.target_socket" },
               { data = { 0x1000, 0x101, 0x101, 0x101 }, address = 0 }, { data = { 0xde00de00 }, address = 0x100 } },
    qemu_inst = { moduletype = "QemuInstance", args = { "AARCH64" } },
    micro = { moduletype = "cpu_arm_cortexM4", args = { "&qemu_inst" }, mem = { bind = "&router.target_socket" } },
}
"""


def platform(folder, text):
    path = os.path.join(folder, "board.lua")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def refused(vp, message):
    vp.finish()
    assert vp.code == 2, (vp.code, vp.err)
    assert re.fullmatch(message + "\n", vp.err), vp.err
    assert left_in(vp.folder) == [], left_in(vp.folder)


def libqemu_is_not_there():
    with scratch() as folder:
        refused(Vp(PROGRAM, [BOARD, "-p", "platform.target=VAX"] + all_files(folder), folder),
                r".*/board\.lua:\d+: platform\.qemu_inst: there is no libqemu-system-vax\.so in /.*; "
                r"TIMEKEEPER_LIB_DIR can name its directory.*")


def libqemu_is_another():
    where = r".*/board\.lua:\d+: platform\.qemu_inst: "
    with scratch() as folder:
        refused(Vp(PROGRAM, [BOARD] + all_files(folder), folder, environment={"TIMEKEEPER_LIB_DIR": OTHER_DIR}),
                where + re.escape(OTHER_DIR) + r"/libqemu-system-aarch64\.so does not speak version \d+ of libqemu's "
                r"interface; build it with this qemu-timekeeper.*")
    with scratch() as folder:
        fake = os.path.join(folder, "tmp", LIBRARY)
        with open(fake, "wb") as file:
            file.write(b"no library")
        vp = Vp(PROGRAM, [BOARD] + all_files(folder), folder,
                environment={"TIMEKEEPER_LIB_DIR": os.path.join(folder, "tmp")})
        vp.process.wait()
        os.remove(fake)
        refused(vp, where + r"cannot load libqemu: .*/libqemu-system-aarch64\.so: file too short.*")


def qemu_gives_up():
    """cpu_abort(): one line names the CPU, the line before QEMU's dump of its registers the reason."""
    with scratch() as folder:
        board = platform(folder, LOCKUP)
        vp = Vp(PROGRAM, [board] + all_files(folder), folder).finish()
        assert vp.code == 3, (vp.code, vp.err)
        assert vp.err.startswith("qemu: fatal: Lockup: can't escalate 3 to HardFault"), vp.err
        assert re.search(r"^R12=.* R15=00000100$", vp.err, re.M), "where it was: " + vp.err
        assert vp.err.endswith("\nvp: platform.micro: QEMU or the simulation gave up (SIGABRT); the run is over, and what "
                               "stands above is all that is known\n"), vp.err
        os.remove(board)
        assert left_in(folder) == [], left_in(folder)


def ended_in_order(vp, code):
    vp.finish()
    assert vp.code == code, (vp.code, vp.err)
    assert "ends at once" not in vp.err and "does not end in order" not in vp.err, vp.err
    assert left_in(vp.folder) == ALL_NAMES, left_in(vp.folder)
    check_whole(vp.folder)


def a_fault_of_the_program_itself():
    """Any of its threads: the signal goes to the process."""
    ours = "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0"  # and not a sanitizer's
    environment = {name: ":".join(filter(None, (os.environ.get(name), ours))) for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")}
    for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT):
        with scratch() as folder:
            vp = Vp(PROGRAM, [BOARD, "-p", "platform.work=run,access"] + all_files(folder), folder,
                    environment=environment).until(b"ready")
            vp.send(number)
            vp.finish()
            assert vp.code == 3, (vp.code, vp.err)
            said = vp.err.splitlines()
            assert len(said) == 1 and number.name in said[0] and said[0].startswith("vp: "), vp.err
            assert left_in(folder) == [], left_in(folder)


def wait_until_it_executes_nothing(vp):
    """Ends: its CPU 0 comes into its loop, and then two looks are the same. It has said "ready". Returns who asks."""
    ask, before, now = monitor_of(vp), None, -1
    while before != now:
        before, now = now, ask("/api/state")["vcpus"][0]["instructions"]
        time.sleep(0.02)  # the monitor looks again after 10 ms
    return ask


def can_be_paused(ask):
    """Ends: a CPU stops also between two exceptions."""
    ask("/api/pause", post=True)
    while ask("/api/state")["state"] != "paused":
        time.sleep(0.02)
    ask("/api/continue", post=True)


def a_guest_in_a_loop_of_exceptions():
    """A CPU whose exception vectors cannot be fetched executes nothing any more: its time stands, and with it everybody's.
    In deterministic mode it keeps the turn for ever. It does not keep the run from ending in order when it is told to."""
    for mode in ("parallel", "deterministic"):
        arguments = [BOARD, "-p", "platform.work=fault,access", "-p", "platform.mode=" + mode]
        with scratch() as folder:
            vp = Vp(PROGRAM, arguments + ["--monitor", "0"] + all_files(folder), folder).until(b"ready")
            can_be_paused(wait_until_it_executes_nothing(vp))
            vp.send(signal.SIGTERM)
            ended_in_order(vp, 128 + signal.SIGTERM)
        with scratch() as folder:
            vp = Vp(PROGRAM, arguments + ["--timeout-wall", "3s"] + all_files(folder), folder)
            ended_in_order(vp, 5)


def nothing_outside_the_process():
    """No shared memory, no file with a name, also with a second QEMU in the process: so none can be left behind."""
    with scratch() as folder:
        vp = Vp(PROGRAM, [BOARD, "-p", "platform.work=run", "-p", "platform.second=true"], folder).until(b"ready")
        with open("/proc/%d/maps" % vp.process.pid, encoding="utf-8") as file:
            maps = file.read()
        assert maps.count("/libqemu-") > 0 and "/dev/shm" not in maps and "/memfd:" not in maps and "SYSV" not in maps, maps
        assert left_in(folder) == [], "while it runs"
        vp.send(signal.SIGKILL)
        vp.finish()
        assert left_in(folder) == []


def main():
    for check in (libqemu_is_not_there, libqemu_is_another, qemu_gives_up, a_fault_of_the_program_itself,
                  a_guest_in_a_loop_of_exceptions, nothing_outside_the_process):
        print(check.__name__.replace("_", " "), flush=True)
        check()


main()
