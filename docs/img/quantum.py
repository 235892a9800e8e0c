#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""quantum.py [--check]: draws quantum.svg, the speed over the quantum, from the tables of ../performance.md.

With --check it only says whether the picture is of these tables.
"""
import math
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLES = HERE.parent / "performance.md"
PICTURE = HERE / "quantum.svg"
LINES = [  # label, colour, what the rows' names begin with
    ("plugin alone, 1 vCPU", "#1f6f8b", "plugin alone, 14-instruction loop, quantum"),
    ("vp, 1 vCPU", "#b5542b", "vp, 1 vCPU, quiet SystemC, quantum"),
    ("vp, 2 vCPUs", "#4a7c3a", "vp, 2 vCPUs, quiet SystemC, quantum"),
]
UNITS = {"us": 1, "ms": 1000}
LEFT, TOP, WIDTH, HEIGHT = 60, 20, 420, 220


def points(tables: str, name: str) -> list[tuple[int, float]]:
    """(quantum in us, share of raw speed), by quantum; of two rows the later one counts."""
    rows = re.findall(rf"^\| {re.escape(name)} (\d+) (us|ms) \| ([\d.]+) of raw", tables, re.MULTILINE)
    return sorted({int(number) * UNITS[unit]: float(share) for number, unit, share in rows}.items())


def x_of(quantum_us: int) -> float:
    return LEFT + WIDTH * math.log10(quantum_us) / 3


def y_of(share: float) -> float:
    return TOP + HEIGHT * (1 - share / 1.3)


def picture(tables: str) -> str:
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {TOP + HEIGHT + 50}" font-family="sans-serif" font-size="13">',
        "<!-- SPDX-License-Identifier: MIT; made by quantum.py -->",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = y_of(share)
        out.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + WIDTH}" stroke="#d0d0d0"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#333333">{share:g}</text>')
    for quantum, text in ((1, "1 us"), (10, "10 us"), (100, "100 us"), (1000, "1 ms")):
        out.append(f'<text x="{x_of(quantum):.1f}" y="{TOP + HEIGHT + 20}" text-anchor="middle" fill="#333333">{text}</text>')
    out.append(
        f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 42}" text-anchor="middle" fill="#333333">'
        "quantum, at 1000 instructions a us; speed as a share of plain QEMU's</text>"
    )
    for number, (label, colour, name) in enumerate(LINES):
        curve = [(x_of(quantum), y_of(share)) for quantum, share in points(tables, name)]
        if len(curve) < 2:
            raise SystemExit(f"{TABLES} has no two rows '{name}'")
        out.append(f'<path d="M{" L".join(f"{x:.1f} {y:.1f}" for x, y in curve)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in curve]
        y = TOP + 30 + 24 * number
        out.append(f'<path d="M{LEFT + WIDTH + 20} {y}h24" stroke="{colour}" stroke-width="2"/>')
        out.append(f'<text x="{LEFT + WIDTH + 52}" y="{y + 4}" fill="#333333">{label}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main() -> int:
    wanted = picture(TABLES.read_text(encoding="utf-8"))
    if "--check" not in sys.argv[1:]:
        PICTURE.write_text(wanted, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != wanted:
        print("docs/img/quantum.svg shows other figures than docs/performance.md: docs/img/quantum.py draws it anew")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
