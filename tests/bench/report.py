# SPDX-License-Identifier: MIT
"""table.md, plot.svg and results.json."""
import json
import os
import platform
import shutil
import subprocess


def machine():
    """What it ran on, in a line."""
    model, flags = "unknown processor", ""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
            elif name.strip() == "flags":
                flags = value
    virtual = ", a virtual machine" if " hypervisor" in flags else ""
    with open("/etc/os-release", encoding="utf-8") as file:
        system = next((line.partition("=")[2].strip().strip('"') for line in file if line.startswith("PRETTY_NAME=")), "")
    return f"{model}, {len(os.sched_getaffinity(0))} cores{virtual}, {system}, Linux {platform.release()}"


def table(results, skipped, about):
    """Markdown."""
    lines = [f"Machine: {about['machine']}. {about['repetitions']} repetitions, interleaved; medians"
             f"{'; quick: short runs' if about['quick'] else ''}. Load when it began: {about['load']:.1f}.", "",
             "| measure | value | to reach | reached |", "|---|---|---|---|"]
    for row, value in results:
        reached = "" if row.limit is None else ("yes" if row.reached(value) else "**no**")
        lines.append(f"| {row.name} | {value:.3g} {row.unit} | {row.to_reach.replace('>=', 'at least').replace('<=', 'at most')} | {reached} |")
    if skipped:
        lines += ["", "Not measured:", ""] + [f"- {name}: {reason}" for name, reason in skipped]
    return "\n".join(lines) + "\n"


def plot(results, folder):
    """The shares of raw speed as bars, with what is to be reached as a mark. False: there is no gnuplot."""
    shares = [(row, value) for row, value in results if row.unit == "of raw"]
    if not shares or not shutil.which("gnuplot"):
        return False
    with open(f"{folder}/plot.dat", "w", encoding="ascii") as file:
        for i, (row, value) in enumerate(reversed(shares)):
            file.write(f'{i} {value:.4f} {row.limit if row.limit is not None else "NaN"} "{row.name}"\n')
    script = f'''
set terminal svg size 1000,{60 + 26 * len(shares)} font "sans,11" background "white"
set output "{folder}/plot.svg"
set datafile missing "NaN"
set xrange [0:1.1]
set yrange [-0.7:{len(shares) - 0.3}]
set xlabel "share of raw speed"
set grid xtics
set key outside bottom center horizontal
set style fill solid 0.8 noborder
plot "{folder}/plot.dat" using ($2/2):1:($2/2):(0.32):ytic(4) with boxxyerror lc rgb "#5b84b1" title "measured", \\
     "" using 3:1:(0.42) with yerrorbars pt 0 lw 2 lc rgb "#c0392b" title "to reach"
'''
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    os.unlink(f"{folder}/plot.dat")
    return True


def write(results, skipped, about, folder):
    os.makedirs(folder, exist_ok=True)
    text = table(results, skipped, about)
    with open(f"{folder}/table.md", "w", encoding="utf-8") as file:
        file.write(text)
    with open(f"{folder}/results.json", "w", encoding="utf-8") as file:
        json.dump([{"name": row.name, "value": value, "unit": row.unit, "to_reach": row.to_reach,
                    "repetitions": about["repetitions"]} for row, value in results], file, indent=2)
        file.write("\n")
    if not plot(results, folder):
        skipped.append(("plot.svg", "there is no gnuplot, or no row is a share of raw"))
    return text
