# SPDX-License-Identifier: MIT
"""What is measured: configurations that are run in turn, and rows that are computed from their medians."""
from dataclasses import dataclass, field
from statistics import median
from typing import Callable, Dict, List, Optional

from guests import FOREIGN_REGISTER, PIN


@dataclass
class Row:
    """`value` gets the configurations' medians by name. `better`: 'more' or 'less' than `limit` is good."""

    name: str
    unit: str
    needs: List[str]
    value: Callable[[Dict[str, float]], float]
    better: str = ""
    limit: Optional[float] = None

    @property
    def to_reach(self):
        if self.limit is None:
            return ""
        return f"{'>=' if self.better == 'more' else '<='} {self.limit:g}"

    def reached(self, value):
        return value >= self.limit if self.better == "more" else value <= self.limit


@dataclass
class Group:
    """Configurations of one kind of work: each a function that measures once. Interleaved, repetition by repetition."""

    name: str
    configurations: Dict[str, Callable[[], float]]
    rows: List[Row] = field(default_factory=list)
    cpus: int = 1


def ratio(name, of, to, limit=None):
    """How fast `of` is, as a share of `to`."""
    return Row(name, "of raw", [of, to], lambda m: m[to] / m[of], "more" if limit else "", limit)


def counting_groups(guests, scale):
    """The plugin alone, against the same QEMU without it."""
    loop, branchy, tight = int(200e6 * scale), int(160e6 * scale), int(100e6 * scale)

    def qemu(*arguments, **options):
        return lambda: guests.qemu(*arguments, **options).seconds

    quanta = {"1 ms": 1000000, "100 us": 100000, "10 us": 10000, "1 us": 1000}
    limits = {"1 ms": 0.97, "100 us": None, "10 us": 0.93, "1 us": 0.75}
    yield Group(
        "plugin, loop",
        {"raw": qemu("loop", loop), "-icount": qemu("loop", loop, arguments=("-icount", "shift=0")),
         "instruction": qemu("loop", loop, plugin="counting=instruction"),
         **{q: qemu("loop", loop, plugin=f"quantum_ns={ns}") for q, ns in quanta.items()}},
        [*(ratio(f"plugin alone, 14-instruction loop, quantum {q}", q, "raw", limits[q]) for q in quanta),
         ratio("plugin alone, 14-instruction loop, counting=instruction", "instruction", "raw"),
         ratio("-icount shift=0, 14-instruction loop", "-icount", "raw")])
    for name, kind, amount, limit in (
            ("branchy code", "branchy", branchy, 0.90), ("branchy code, all foreseen, no memory", "tight", tight, None)):
        yield Group(
            f"plugin, {kind}",
            {"raw": qemu(kind, amount), "plugin": qemu(kind, amount, plugin=""),
             "instruction": qemu(kind, amount, plugin="counting=instruction"),
             "-icount": qemu(kind, amount, arguments=("-icount", "shift=0"))},
            [ratio(f"plugin alone, {name}, quantum 1 ms", "plugin", "raw", limit),
             ratio(f"plugin alone, {name}, counting=instruction", "instruction", "raw"),
             ratio(f"-icount shift=0, {name}", "-icount", "raw")])
    for name, kind, amount in (("memory copy larger than the caches", "copy", max(1, int(24 * scale))),
                               ("an interrupt after the other", "interrupts", int(1.6e6 * scale)),
                               ("reads of a register of QEMU's", "mmio", int(6e6 * scale))):
        yield Group(f"plugin, {kind}", {"raw": qemu(kind, amount), "plugin": qemu(kind, amount, plugin="")},
                    [ratio(f"plugin alone, {name}, quantum 1 ms", "plugin", "raw")])
    yield Group(
        "plugin, 2 vCPUs",
        {"raw 1": qemu("loop", loop), "raw 2": qemu("loop", loop, cpus=2), "plugin 1": qemu("loop", loop, plugin=""),
         "plugin 2": qemu("loop", loop, cpus=2, plugin=""),
         "-icount 2": qemu("loop", loop, cpus=2, arguments=("-icount", "shift=0"))},
        [Row("plugin alone, 2 vCPUs, loop, against -icount shift=0", "times as fast", ["plugin 2", "-icount 2"],
             lambda m: m["-icount 2"] / m["plugin 2"], "more", 4.5),
         Row("plugin alone, 2 vCPUs against 1, same work each", "times the throughput", ["plugin 1", "plugin 2"],
             lambda m: 2 * m["plugin 1"] / m["plugin 2"], "more", 1.9),
         Row("raw, 2 vCPUs against 1, same work each", "times the throughput", ["raw 1", "raw 2"],
             lambda m: 2 * m["raw 1"] / m["raw 2"]),
         ratio("plugin alone, 2 vCPUs, loop, quantum 1 ms", "plugin 2", "raw 2")],
        cpus=2)
    yield Group(
        "plugin, 4 vCPUs",
        {"raw": qemu("loop", loop // 2, cpus=4), "plugin": qemu("loop", loop // 2, cpus=4, plugin="")},
        [ratio("plugin alone, 4 vCPUs, loop, quantum 1 ms", "plugin", "raw")], cpus=4)


def platform_groups(guests, scale):
    """vp: the whole, with SystemC."""
    loop = int(200e6 * scale)

    def raw(*arguments, **options):
        return lambda: guests.qemu(*arguments, **options).seconds

    def vp(*arguments, **options):
        return lambda: guests.vp(*arguments, **options).seconds

    yield Group(
        "vp, 1 vCPU",
        {"raw": raw("loop", loop), "1 ms": vp("loop", loop), "100 us": vp("loop", loop, quantum_ns=100000),
         "10 us": vp("loop", loop, quantum_ns=10000), "events": vp("loop", loop, event_ns=20000)},
        [ratio("vp, 1 vCPU, quiet SystemC, quantum 1 ms", "1 ms", "raw", 0.97),
         ratio("vp, 1 vCPU, quiet SystemC, quantum 100 us", "100 us", "raw", 0.97),
         ratio("vp, 1 vCPU, quiet SystemC, quantum 10 us", "10 us", "raw", 0.93),
         ratio("vp, 1 vCPU, a SystemC event every 20 us, quantum 1 ms", "events", "raw", 0.90)])
    for name, kind, amount in (("branchy code", "branchy", int(160e6 * scale)),
                               ("memory copy larger than the caches", "copy", max(1, int(24 * scale))),
                               ("an interrupt after the other", "interrupts", int(1.6e6 * scale))):
        yield Group(f"vp, {kind}", {"raw": raw(kind, amount), "vp": vp(kind, amount)},
                    [ratio(f"vp, 1 vCPU, {name}, quantum 1 ms", "vp", "raw")])
    yield Group(
        "vp, 2 vCPUs",
        {"raw": raw("loop", loop, cpus=2), "1 ms": vp("loop", loop, cpus=2),
         "100 us": vp("loop", loop, cpus=2, quantum_ns=100000)},
        [ratio("vp, 2 vCPUs, quiet SystemC, quantum 1 ms", "1 ms", "raw", 0.95),
         ratio("vp, 2 vCPUs, quiet SystemC, quantum 100 us", "100 us", "raw", 0.90)],
        cpus=2)
    yield Group(
        "vp, 4 vCPUs",
        {"raw": raw("loop", loop // 2, cpus=4), "1 ms": vp("loop", loop // 2, cpus=4)},
        [ratio("vp, 4 vCPUs, quiet SystemC, quantum 1 ms", "1 ms", "raw")], cpus=4)


def access_groups(guests, scale):
    """One read of a device's register from the guest, the loop around it included."""
    own, fast, slow = int(4e6 * scale), int(4e6 * scale), max(1000, int(2e5 * scale))

    def microseconds(run, amount):
        return lambda: run().seconds / amount * 1e6

    yield Group(
        "register read",
        {"QEMU's own": microseconds(lambda: guests.qemu("mmio", own), own),
         "direct": microseconds(lambda: guests.vp("mmio", fast, direct=True), fast),
         "thread": microseconds(lambda: guests.vp("mmio", slow), slow),
         "one core": microseconds(lambda: guests.vp("mmio", slow, one_core=True), slow)},
        [Row("register read, QEMU's own device, raw", "us", ["QEMU's own"], lambda m: m["QEMU's own"]),
         Row("TLM register read, direct lane", "us", ["direct"], lambda m: m["direct"], "less", 0.25),
         Row("TLM register read, thread lane", "us", ["thread"], lambda m: m["thread"], "less", 1.0),
         Row("TLM register read, thread lane, held to one core", "us", ["one core"], lambda m: m["one core"],
             "less", 10)])


def door_groups(guests, scale):
    """Models of SystemC that know nothing of us: a target behind a bus of its own, and a line there and back."""
    own, edges, reads = int(4e6 * scale), max(1000, int(2e5 * scale)), max(1000, int(2e5 * scale))

    def microseconds(run, amount):
        return lambda: run().seconds / amount * 1e6

    yield Group(
        "doors",
        {"store": microseconds(lambda: guests.qemu("edges", own), own),
         "edge": microseconds(lambda: guests.vp("edges", edges, address=PIN), edges),
         "edge, 2 vCPUs": microseconds(lambda: guests.vp("edges", edges, cpus=2, address=PIN), edges),
         "foreign": microseconds(lambda: guests.vp("mmio", reads, address=FOREIGN_REGISTER), reads)},
        [Row("a store to QEMU's PL061, its line goes nowhere, raw", "us", ["store"], lambda m: m["store"]),
         Row("a line's edge, QEMU to SystemC and back into QEMU", "us", ["edge"], lambda m: m["edge"]),
         Row("a line's edge, QEMU to SystemC and back, 2 vCPUs", "us", ["edge, 2 vCPUs"], lambda m: m["edge, 2 vCPUs"]),
         Row("register read, foreign target behind a foreign bus", "us", ["foreign"], lambda m: m["foreign"])],
        cpus=2)


def trace_groups(guests, scale):
    """What it costs to be traced. The rows of vp above say what it costs not to be."""
    loop, reads = int(200e6 * scale), int(4e6 * scale)
    chrome, page = ("--trace", ".json"), ("--report", ".html")

    def vp(*arguments, **options):
        return lambda: guests.vp(*arguments, **options).seconds

    def share(name, on, off, limit=None):
        return Row(name, "of untraced", [on, off], lambda m: m[off] / m[on], "more" if limit else "", limit)

    yield Group(
        "trace",
        {"off": vp("loop", loop), "chrome": vp("loop", loop, leaves=chrome), "page": vp("loop", loop, leaves=page),
         "off, 100 us": vp("loop", loop, quantum_ns=100000), "chrome, 100 us": vp("loop", loop, quantum_ns=100000, leaves=chrome),
         "reads": vp("mmio", reads, direct=True), "reads, page": vp("mmio", reads, direct=True, leaves=page)},
        [share("traced for Perfetto, 1 vCPU, loop, quantum 1 ms", "chrome", "off", 0.97),
         share("traced for a report, 1 vCPU, loop, quantum 1 ms", "page", "off", 0.97),
         share("traced for Perfetto, 1 vCPU, loop, quantum 100 us", "chrome, 100 us", "off, 100 us"),
         share("traced for a report, nothing but reads in the direct lane", "reads, page", "reads")])
    yield Group(
        "trace, 2 vCPUs",
        {"off": vp("loop", loop, cpus=2), "chrome": vp("loop", loop, cpus=2, leaves=chrome),
         "page": vp("loop", loop, cpus=2, leaves=page)},
        [share("traced for Perfetto, 2 vCPUs, loop, quantum 1 ms", "chrome", "off", 0.95),
         share("traced for a report, 2 vCPUs, loop, quantum 1 ms", "page", "off", 0.95)], cpus=2)


def idle_groups(guests, scale):
    seconds = 100

    def share():
        run = guests.vp("sleep", 3 if scale >= 1 else 1, idle="wallclock")
        return run.cpu_seconds / run.seconds * 100

    yield Group(
        "idle", {"warp": lambda: guests.vp("sleep", seconds).seconds / seconds * 1e3, "wallclock": share},
        [Row("a simulated second of nothing, warp", "ms", ["warp"], lambda m: m["warp"], "less", 1),
         Row("an idle platform, wallclock", "% of a core", ["wallclock"], lambda m: m["wallclock"], "less", 3)])


LINUX_ASLEEP_S = 4  # conf/linux/init: `sleep 2` and `clocks 2`


def linux_groups(guests):
    """A real kernel. The plain program sleeps when the guest does; vp warps."""
    for cpus in (1, 2, 4):
        yield Group(
            f"linux, {cpus} CPUs",
            {"plain": lambda cpus=cpus: guests.linux(cpus, True), "vp": lambda cpus=cpus: guests.linux(cpus, False)},
            [Row(f"linux, {cpus} CPUs, boot to power-off", "times plain QEMU's wall time", ["vp", "plain"],
                 lambda m: m["vp"] / m["plain"], "less", 1.5),
             Row(f"linux, {cpus} CPUs, boot to power-off, plain QEMU without its {LINUX_ASLEEP_S} s asleep",
                 "times plain QEMU's wall time", ["vp", "plain"],
                 lambda m: m["vp"] / (m["plain"] - LINUX_ASLEEP_S))],
            cpus=min(cpus, 2))


def start_groups(guests, conf):
    yield Group("start", {"hello": lambda: guests.hello(conf) * 1e3},
                [Row("vp conf/hello.lua, from exec to exit", "ms", ["hello"], lambda m: m["hello"], "less", 150)])


def small_groups(small):
    """Google Benchmark's programs. small(program, benchmark): ns for one iteration."""
    def ns(program, name):
        return lambda: small(program, name)

    yield Group(
        "small",
        {"quantum": ns("core_bench", "quantum_event/1"), "quantum 16": ns("core_bench", "quantum_event/16"),
         "gate": ns("core_bench", "gate_open_and_pass"), "gates": ns("gate_bench", "gate_round_trip/real_time"),
         "memory": ns("router_bench", "router_memory_read"), "register": ns("router_bench", "router_register_read"),
         "kernel": ns("kernel_bench", "method_and_thread"), "event": ns("kernel_bench", "an_event")},
        [Row("the pure core, one quantum event", "ns", ["quantum"], lambda m: m["quantum"], "less", 50),
         Row("the pure core, one quantum event, 16 vCPUs", "ns", ["quantum 16"], lambda m: m["quantum 16"]),
         Row("b_transport into router and memory, without QEMU", "million/s", ["memory"], lambda m: 1e3 / m["memory"],
             "more", 15),
         Row("b_transport into router and a timer's register, without QEMU", "million/s", ["register"],
             lambda m: 1e3 / m["register"]),
         Row("a gate that is open already", "ns", ["gate"], lambda m: m["gate"]),
         Row("two threads, a hand-over there and back", "us", ["gates"], lambda m: m["gates"] / 1e3),
         Row("SystemC alone, a method and a thread in turn, two delta cycles", "us", ["kernel"],
             lambda m: m["kernel"] / 1e3),
         Row("SystemC alone, an event, two methods and a delta cycle behind it", "us", ["event"],
             lambda m: m["event"] / 1e3)])


def medians(samples):
    return {name: median(values) for name, values in samples.items()}
