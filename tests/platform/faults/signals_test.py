#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# signals_test.py VP BOARD.lua [ROUNDS [SEED]]: SIGINT, SIGTERM, SIGHUP and SIGKILL at moments that nobody chose.
#
# Each round starts a guest whose CPUs run, idle, are paused or make accesses, waits for a moment that a seeded generator
# chooses, and sends a signal. Nothing is said about how long anything takes: whatever the moment was, the end has to be
# in order, and what is left has to be whole. ROUNDS are those of each state, mode and kind of signal.
import os
import random
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import STOPPING, ALL_NAMES, Vp, all_files, check_whole, left_in, monitor_of, not_whole, scratch  # noqa: E402

PROGRAM, BOARD = sys.argv[1:3]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1

GUESTS = {
    "running": "run,run,run",
    "idle": "idle,idle",
    "in accesses": "access,access,access",
    "mixed": "run,idle,access,wake",
}
MODES = ("parallel", "deterministic")


def started(folder, work, mode, more=()):
    return Vp(PROGRAM, [BOARD, "-p", "platform.work=" + work, "-p", "platform.mode=" + mode] + all_files(folder) +
              list(more), folder)


def paused(folder, mode):
    """A run that has come to a stand by the monitor's "pause"."""
    vp = started(folder, GUESTS["mixed"], mode, ["--monitor", "0"]).until(b"ready")
    monitor_of(vp)("/api/pause", post=True)
    return vp


def some_moment(generator, longest_s):
    time.sleep(generator.random() * longest_s)


def a_stop_is_in_order(start, generator):
    with scratch() as folder:
        vp = start(folder)
        some_moment(generator, 0.05)
        number = generator.choice(STOPPING)
        vp.send(number)
        vp.finish()
        assert vp.code == 128 + number, (vp.code, number, vp.err)
        assert not re.search("^vp: (?!trace: .* records were dropped)", vp.err, re.M), vp.err
        assert left_in(folder) == ALL_NAMES, left_in(folder)
        check_whole(folder)


def a_stop_while_it_starts_is_in_order(start, generator):
    """Before main() the signal still is the host's to handle; from then on it waits for the run."""
    with scratch() as folder:
        vp = start(folder)
        some_moment(generator, 0.2)
        number = generator.choice(STOPPING)
        vp.send(number)
        vp.finish()
        if vp.code == -number:
            assert vp.out == b"" and left_in(folder) == [], (vp.out, left_in(folder))
            return
        assert vp.code == 128 + number, (vp.code, number, vp.err)
        assert left_in(folder) == ALL_NAMES, left_in(folder)
        check_whole(folder)


def a_kill_leaves_nothing_that_misleads(start, generator):
    with scratch() as folder:
        vp = start(folder)
        some_moment(generator, 0.05)
        vp.send(signal.SIGKILL)
        vp.finish()
        assert vp.code == -signal.SIGKILL, (vp.code, vp.err)
        not_whole(folder)
        # What is left hinders nobody: the next run in that folder is like any other.
        again = Vp(PROGRAM, [BOARD, "-p", "platform.work=finish", "-p", "platform.value=7"] + all_files(folder), folder)
        again.finish()
        assert again.code == 7, again.err
        assert left_in(folder) == ALL_NAMES, left_in(folder)
        check_whole(folder)


def main():
    generator = random.Random(SEED)
    rounds = 0
    for mode in MODES:
        states = {name: lambda folder, work=work: started(folder, work, mode).until(b"ready")
                  for name, work in GUESTS.items()}
        states["paused"] = lambda folder: paused(folder, mode)
        starting = lambda folder: started(folder, GUESTS["mixed"], mode)  # noqa: E731
        for _ in range(ROUNDS):
            for name, start in states.items():
                for check in (a_stop_is_in_order, a_kill_leaves_nothing_that_misleads):
                    print("%s, %s: %s" % (mode, name, check.__name__.replace("_", " ")), flush=True)
                    check(start, generator)
                    rounds += 1
            for check in (a_stop_while_it_starts_is_in_order, a_kill_leaves_nothing_that_misleads):
                print("%s, starting: %s" % (mode, check.__name__.replace("_", " ")), flush=True)
                check(starting, generator)
                rounds += 1
    print("%d rounds, seed %d: all in order" % (rounds, SEED))


main()
