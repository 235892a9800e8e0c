#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# cycles_test.py VP BOARD.lua [CYCLES [SEED [AT_ONCE]]]: start, run, stop, again and again. Half of the runs are ended by
# their guest, with an exit code that comes out at the other end; half at a moment that nobody chose, by a signal, with
# CPUs that run, idle, wake up and make accesses. Two at a time (or AT_ONCE), as one waits where the other works. At the
# end nothing is left.
import concurrent.futures
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import STOPPING, Vp, left_in, scratch  # noqa: E402

PROGRAM, BOARD = sys.argv[1:3]
CYCLES = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
AT_ONCE = int(sys.argv[5]) if len(sys.argv) > 5 else 2
WORKS = ("run", "idle", "access", "wake")


def cycle(number, folder):
    generator = random.Random("%d, cycle %d" % (SEED, number))
    options = [BOARD, "-p", "platform.mode=" + generator.choice(("parallel", "deterministic"))]
    works = [generator.choice(WORKS) for _ in range(generator.randrange(0, 4))]
    if number % 2 == 0:
        expected = generator.randrange(0, 256)
        vp = Vp(PROGRAM, options + ["-p", "platform.work=" + ",".join(["finish"] + works), "-p",
                                    "platform.value=%d" % expected], folder)
    else:
        stop = generator.choice(STOPPING)
        expected = 128 + stop
        works.append(generator.choice(WORKS))
        vp = Vp(PROGRAM, options + ["-p", "platform.work=" + ",".join(works)], folder).until(b"ready")
        time.sleep(generator.random() * 0.01)  # a moment that nothing depends on
        vp.send(stop)
    vp.finish()
    assert vp.code == expected, "cycle %d: %d instead of %d: %s" % (number, vp.code, expected, vp.err)
    assert b"ready\r\n".startswith(vp.out) and vp.err == "", (number, vp.out, vp.err)


def main():
    with scratch() as folder, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        cycles = [pool.submit(cycle, number, folder) for number in range(CYCLES)]
        try:
            for each in concurrent.futures.as_completed(cycles):
                each.result()
        except BaseException:
            for each in cycles:
                each.cancel()
            raise
        assert left_in(folder) == [], left_in(folder)
    print("%d cycles, seed %d: each ended as it should, and nothing is left" % (CYCLES, SEED))


main()
