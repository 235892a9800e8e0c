# SPDX-License-Identifier: MIT
"""Measures what the time model costs. ./bench builds what it needs and calls this."""
import argparse
import json
import os
import subprocess
import sys

import report
import rows
from guests import Guests, Refused, Timeout

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def arguments():
    parser = argparse.ArgumentParser(
        prog="./bench", description="Measures what the time model costs, as ratios in one run on this machine: "
        "medians of interleaved repetitions. Writes table.md, plot.svg and results.json.")
    parser.add_argument("filter", nargs="?", default="", help="only rows with this text in their names")
    parser.add_argument("--quick", action="store_true", help="short runs and 3 repetitions: to look whether it works")
    parser.add_argument("--repetitions", type=int, help="default 9, or 3 with --quick")
    parser.add_argument("--list", action="store_true", help="print the rows' names, and measure nothing")
    parser.add_argument("--build", default=f"{ROOT}/build/default", help=argparse.SUPPRESS)
    parser.add_argument("--out", default=f"{ROOT}/build/bench", help="folder of the results (default: build/bench)")
    given = parser.parse_args()
    if given.repetitions is None:
        given.repetitions = 3 if given.quick else 9
    if given.repetitions < 1:
        parser.error("--repetitions: must be 1 or more")
    return given


def small_runner(build, quick):
    """small(program, benchmark): ns for one iteration."""
    def small(program, name):
        done = subprocess.run(
            [f"{build}/bench-programs/{program}", f"--benchmark_filter=^{name}$", "--benchmark_format=json",
             f"--benchmark_min_time={0.05 if quick else 0.5}"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "SC_COPYRIGHT_MESSAGE": "DISABLE"})
        # SystemC's banner, if there is one, comes before the JSON.
        text = done.stdout.decode()
        measured = json.loads(text[text.index("{"):])["benchmarks"] if done.returncode == 0 else []
        if len(measured) != 1 or "error_message" in measured[0]:
            raise Refused(f"{program} does not measure {name}: {done.stderr.decode().strip()}")
        return measured[0]["real_time"]
    return small


def all_groups(given, guests):
    scale = 0.125 if given.quick else 1
    yield from rows.small_groups(small_runner(given.build, given.quick))
    yield from rows.counting_groups(guests, scale)
    yield from rows.platform_groups(guests, scale)
    yield from rows.access_groups(guests, scale)
    yield from rows.door_groups(guests, scale)
    yield from rows.trace_groups(guests, scale)
    yield from rows.idle_groups(guests, scale)
    yield from rows.linux_groups(guests)
    yield from rows.start_groups(guests, f"{ROOT}/conf/hello.lua")


def measure(group, wanted, repetitions, guests):
    """Samples by configuration, and why a configuration has none. Each repetition has another layout."""
    needed = [name for name in group.configurations if any(name in row.needs for row in wanted)]
    samples, refused = {name: [] for name in needed}, {}
    for repetition in range(repetitions):
        guests.layout = repetition
        for name in needed:
            if name in refused:
                continue
            print(f"\r\033[K{group.name}: {name} ({repetition + 1}/{repetitions})", end="", file=sys.stderr, flush=True)
            try:
                samples[name].append(group.configurations[name]())
            except (Refused, Timeout, subprocess.TimeoutExpired) as error:
                refused[name] = f"{name}: {error}"
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return {name: values for name, values in samples.items() if name not in refused}, refused


def main():
    given = arguments()
    results, skipped = [], []
    cores = len(os.sched_getaffinity(0))
    about = {"machine": report.machine(), "repetitions": given.repetitions, "quick": given.quick,
             "load": os.getloadavg()[0]}
    guests = Guests(given.build, HERE)
    for group in all_groups(given, guests):
        wanted = [row for row in group.rows if given.filter.lower() in row.name.lower()]
        if given.list:
            for row in wanted:
                print(f"{row.name} ({row.unit}){': ' + row.to_reach if row.to_reach else ''}")
            continue
        if not wanted:
            continue
        if group.cpus == 2 and cores < 2:
            skipped += [(row.name, "it needs two cores") for row in wanted]
            continue
        samples, refused = measure(group, wanted, given.repetitions, guests)
        medians = rows.medians(samples)
        for row in wanted:
            reasons = [refused[name] for name in row.needs if name in refused]
            if reasons:
                skipped.append((row.name, reasons[0]))
                continue
            results.append((row, row.value(medians)))
            print(f"{row.name}: {results[-1][1]:.3g} {row.unit}", file=sys.stderr)
    if given.list:
        return 0
    if not results and not skipped:
        print(f"bench: error: no row has '{given.filter}' in its name; see --list", file=sys.stderr)
        return 2
    print(report.write(results, skipped, about, given.out))
    print(f"Written to {given.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
