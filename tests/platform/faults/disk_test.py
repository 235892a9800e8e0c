#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# disk_test.py VP BOARD.lua: what cannot be written. Each time one clear error, exit code 3, nothing that looks whole and is
# not; and what could be written is there.
import os
import resource
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import ALL_NAMES, Vp, all_files, check_whole, left_in, scratch  # noqa: E402

PROGRAM, BOARD = sys.argv[1:3]
TALKS = [BOARD, "-p", "platform.work=talk,run", "-p", "platform.value=100"]
LAST_LINE = b"line 99 of what the guest has to say\r\n"

WHAT = {"run.json": "the trace", "run.csv": "the trace", "run.vcd": "the trace", "run.html": "the report",
        "stats.json": "the statistics"}


def errors(vp):
    return [line for line in vp.err.splitlines() if line.startswith("vp:") and "records were dropped" not in line]


def a_device_that_is_full(name):
    with scratch() as folder:
        os.symlink("/dev/full", os.path.join(folder, name))
        vp = Vp(PROGRAM, TALKS + all_files(folder), folder).finish()
        assert vp.code == 3 and LAST_LINE in vp.out, (vp.code, vp.err)
        assert errors(vp) == ["vp: %s: cannot write %s: No space left on device" % (
            os.path.join(folder, name), WHAT[name])], vp.err
        assert left_in(folder) == ALL_NAMES and os.path.islink(os.path.join(folder, name)), left_in(folder)


def files_that_may_not_grow():
    """A limit that the small ones keep and the large ones do not, and none keeps."""
    for limit, fits in ((65536, ["run.csv", "stats.json"]), (64, [])):
        with scratch() as folder:
            # Not the default of a shell: there the signal ends who does not ask for anything else.
            vp = Vp(PROGRAM, TALKS + all_files(folder), folder, restore_signals=True,
                    preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))).finish()
            assert vp.code == 3 and LAST_LINE in vp.out, (vp.code, vp.err)
            assert left_in(folder) == fits, left_in(folder)
            said = errors(vp)
            assert len(said) == len(set(WHAT[name] for name in ALL_NAMES if name not in fits)) + (
                sum(name.endswith((".json", ".csv")) and WHAT[name] == "the trace" for name in ALL_NAMES
                    if name not in fits) > 0), said


def a_file_system_that_is_full():
    """A tmpfs of 64 KiB, in a name space of its own: where that is allowed."""
    with scratch() as folder:
        disk = os.path.join(folder, "disk")
        os.mkdir(disk)
        script = 'mount -t tmpfs -o size=64k none "$0" && "$@"; code=$?; ls "$0"; exit $code'
        own = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run(own + ["sh", "-c", script, disk, "true"], capture_output=True).returncode:
            print("a full tmpfs: not tried, this host lets nobody mount one (unshare --user --mount)")
            return
        vp = Vp(own[0], own[1:] + ["sh", "-c", script, disk, PROGRAM] + TALKS + all_files(disk), folder).finish()
        assert vp.code == 3 and LAST_LINE in vp.out, (vp.code, vp.err)
        said = errors(vp)
        assert said and all("cannot write" in line for line in said), said
        assert any("No space left on device" in line for line in said), said
        left = vp.out[vp.out.index(LAST_LINE) + len(LAST_LINE):].decode().split()
        assert set(left) < set(ALL_NAMES) and "run.json" not in left, left


def a_console_that_is_full():
    with open("/dev/full", "wb") as full, scratch() as folder:
        vp = Vp(PROGRAM, TALKS + ["--stats"], folder, stdout=full).finish()
        assert vp.code == 3, (vp.code, vp.err)
        assert errors(vp) == ["vp: not all of standard output could be written"], vp.err
    with scratch() as folder:
        vp = Vp(PROGRAM, TALKS + ["-p", "platform.console=file", "-p", "platform.address=/dev/full"], folder).finish()
        assert vp.code == 3, (vp.code, vp.err)
        assert vp.err == "platform.terminal: cannot write /dev/full: No space left on device\n", vp.err


def a_console_whose_reader_has_gone():
    with scratch() as folder:
        here, there = os.pipe()
        vp = Vp(PROGRAM, TALKS + all_files(folder), folder, stdout=there)
        os.close(there)
        os.close(here)
        vp.finish()
        assert vp.code == 128 + signal.SIGPIPE and vp.err == "", (vp.code, vp.err)
        assert left_in(folder) == [], left_in(folder)


def what_was_there_is_replaced_as_a_whole():
    with scratch() as folder:
        kept = os.path.join(folder, "kept.json")
        with open(kept, "w", encoding="utf-8") as file:
            file.write("what an earlier run left")
        os.chmod(kept, 0o600)
        os.symlink("kept.json", os.path.join(folder, "stats.json"))
        vp = Vp(PROGRAM, TALKS + all_files(folder), folder).until(b"ready")
        with open(kept, encoding="utf-8") as file:
            before = file.read()
        vp.finish()
        assert vp.code == 0 and before == "what an earlier run left", (vp.code, before, vp.err)
        assert os.path.islink(os.path.join(folder, "stats.json")), "a link stays one"
        assert os.stat(kept).st_mode & 0o777 == 0o600, "who may read it stays"
        check_whole(folder)


def main():
    for name in ALL_NAMES:
        if not name.endswith(".vcd"):  # SystemC does not say that it could not write: its file has to be read again
            a_device_that_is_full(name)
    for check in (files_that_may_not_grow, a_file_system_that_is_full, a_console_that_is_full,
                  a_console_whose_reader_has_gone, what_was_there_is_replaced_as_a_whole):
        print(check.__name__.replace("_", " "), flush=True)
        check()


main()
