#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""lint_database.py FROM TO: the compile commands that ./lint looks at.

A build compiles most files several times: for each program of a test, and again under each sanitizer. To clang-tidy and
cppcheck these are the same, and they would look at each; what differs for them is whether the assertions of TK_CHECKED
are there. So of FROM (a compile_commands.json) TO gets each file once with them and once without, if it is compiled so.
"""

import json
import shlex
import sys


# What GCC knows and clang-tidy's compiler warns of, although nothing that they look for depends on it.
OF_THE_LINKER = ("-flto=auto", "-fno-fat-lto-objects")


def sanitized(entry):
    return "-fsanitize=" in entry["command"]


def look(entry):
    return entry["file"], "-DTK_CHECKED" in shlex.split(entry["command"])


def main(source, target):
    with open(source, encoding="utf-8") as file:
        entries = json.load(file)
    looks = {}
    for entry in sorted(entries, key=sanitized):
        words = [word for word in shlex.split(entry["command"]) if word not in OF_THE_LINKER]
        looks.setdefault(look(entry), {**entry, "command": shlex.join(words)})
    with open(target, "w", encoding="utf-8") as file:
        json.dump(list(looks.values()), file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
