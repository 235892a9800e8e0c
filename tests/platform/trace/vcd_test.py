#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""vcd_test.py VP CONF: GTKWave's own reader takes a trace of vp's: what its vcd2fst has read, and its fst2vcd writes again, has the
same signals with the same values at the same times."""
import pathlib
import subprocess
import sys
import tempfile


def read(file):
    """For each signal, by full name: (size, [(time, value) where it changes]). Of a VCD file (IEEE 1800-2017, 21.7)."""
    signals, codes, scopes, now = {}, {}, [], None
    words = iter(file.read_text(encoding="utf-8").split())
    for word in words:
        if word.startswith("$") and word not in ("$dumpvars", "$dumpall", "$end"):
            body = []
            while (each := next(words)) != "$end":
                body.append(each)
            if word == "$scope":
                scopes.append(body[1])
            elif word == "$upscope":
                scopes.pop()
            elif word == "$var":
                name = ".".join([*scopes, body[3]])
                assert name not in signals, f"{name} is there twice"
                signals[name] = (int(body[1]), [])
                codes[body[2]] = name
            elif word == "$timescale":
                assert "".join(body) == "1ps", body
        elif word[0] == "#":
            assert now is None or int(word[1:]) > now, f"time {now} and then {word}"
            now = int(word[1:])
        elif word[0] in "01b":
            value, code = (word[1:], next(words)) if word[0] == "b" else (word[0], word[1:])
            changes = signals[codes[code]][1]
            if not changes or changes[-1][1] != int(value, 2):
                changes.append((now, int(value, 2)))
        else:
            assert word == "$end" or word.startswith("$dump"), f"what is {word}?"
    return signals


def main():
    vp, conf = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="timekeeper-vcd-") as folder:
        ours, fst, again = (pathlib.Path(folder) / name for name in ("run.vcd", "run.fst", "again.vcd"))
        for command in ([vp, conf, "--trace", ours], ["vcd2fst", ours, fst], ["fst2vcd", fst, "-o", again]):
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (command, done.returncode, done.stdout, done.stderr)
        before, after = read(ours), read(again)
    changes = sum(len(each) for _, each in before.values())
    print(f"{len(before)} signals, {changes} changes")
    assert list(before) == list(after), (list(before), list(after))
    for name, signal in before.items():
        assert signal == after[name], (name, signal, after[name])
    assert changes > 1000 and all(each for _, each in before.values())


main()
