#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs_test.py SOURCE BUILD FILE...: runs the commands that documents show.

Each block that is fenced as ```sh is run by bash, in the order of the file, in a folder that is laid out as a clone with
a finished build (the sources are links; what a document writes stays in the folder). It must end with exit code 0.

    a block fenced as ```text right behind it    what is shown of the output: its lines must come in this order;
                                                 "..." stands for anything
    <!-- file: PATH -->                          the next block, in whatever language, is written to PATH
    <!-- exit code: N -->                        the next block ends with N
    <!-- not run: REASON -->                     the next block is not run; counted, and printed

A block that is fenced without a language, and one that is indented, must not begin with a command: it would not be run.
Links inside the repository must lead somewhere.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

MARK = re.compile(r"^<!-- (file|exit code|not run): (.*?) -->$")
FENCE = re.compile(r"^```(\w*)$")
COMMAND = re.compile(r"^\s*(\./|\$ |cmake |ctest |sudo |apt|git |vp |curl |build/|farm/|cd |python3 |make |ninja |perl )")


@dataclass
class Block:
    line: int
    language: str
    marks: dict[str, str]
    text: list[str] = field(default_factory=list)


def blocks_of(name: str, text: str) -> tuple[list[Block], list[str]]:
    """The fenced blocks of a document, and what is wrong with it."""
    found: list[Block] = []
    wrong: list[str] = []
    marks: dict[str, str] = {}
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            if line == "```":
                inside = False
            else:
                found[-1].text.append(line)
        elif fence := FENCE.match(line):
            found.append(Block(number, fence[1], marks))
            marks = {}
            inside = True
        elif mark := MARK.match(line):
            marks[mark[1]] = mark[2]
        elif line.strip():
            if marks:
                wrong.append(f"{name}:{number}: a mark that no block follows")
                marks = {}
            if line.startswith("    ") and COMMAND.match(line):
                wrong.append(f"{name}:{number}: a command in an indented block, which is not run: fence it as ```sh")
    if inside:
        wrong.append(f"{name}: a fence that is not closed")
    for block in found:
        if block.language in ("", "text") and block.text and COMMAND.match(block.text[0]):
            wrong.append(f"{name}:{block.line}: a command in a block that is not run: fence it as ```sh")
    return found, wrong


def dead_links(path: pathlib.Path, name: str, text: str) -> list[str]:
    """Links and pictures inside the repository that lead nowhere."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)|<img src=\"([^\":]+)\"", text)
    return [f"{name}: there is no {each}" for pair in targets for each in pair if each and not (path.parent / each).exists()]


def lay_out(folder: pathlib.Path, source: pathlib.Path, build: pathlib.Path) -> None:
    """A clone with its build: links, but for folders that documents may write to."""
    for each in source.iterdir():
        if each.name not in (".git", "build"):
            (folder / each.name).symlink_to(each)
    (folder / "build").mkdir()
    (folder / "build" / "default").symlink_to(build)


def missing_line(shown: list[str], output: str) -> str:
    """The first shown line that the output does not have behind those before it; "" if all are there."""
    printed = iter(line.rstrip() for line in output.splitlines())
    for line in shown:
        if line.strip() in ("", "..."):
            continue
        wanted = re.compile(".*".join(re.escape(part) for part in line.rstrip().split("...")))
        if not any(wanted.fullmatch(each) for each in printed):
            return line
    return ""


def run_block(block: Block, folder: pathlib.Path, environment: dict[str, str]) -> tuple[int, str]:
    """Runs it in a process group of its own, so that nothing of it stays; its exit code and output."""
    with tempfile.TemporaryFile(mode="w+", errors="replace") as output:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", "\n".join(block.text)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = shell.wait()
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        output.seek(0)
        return code, output.read()


def check(path: pathlib.Path, name: str, source: pathlib.Path, build: pathlib.Path) -> tuple[int, int, int]:
    """Runs a document; how many blocks were run, not run, and wrong."""
    text = path.read_text(encoding="utf-8")
    blocks, wrong = blocks_of(name, text)
    wrong += dead_links(path, name, text)
    for line in wrong:
        print(line)
    run = left_out = 0
    failed = len(wrong)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="docs."))
    environment = os.environ | {"TIMEKEEPER_PRESET": "default", "TMPDIR": str(folder / "tmp"), "LC_ALL": "C.UTF-8"}
    try:
        lay_out(folder, source, build)
        (folder / "tmp").mkdir()
        for number, block in enumerate(blocks):
            where = f"{name}:{block.line}"
            if "file" in block.marks:
                target = folder / block.marks["file"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text("\n".join(block.text) + "\n", encoding="utf-8")
            if block.language != "sh" or "file" in block.marks:
                continue
            if "not run" in block.marks:
                print(f"{where}: not run: {block.marks['not run']}")
                left_out += 1
                continue
            begin = time.monotonic()
            code, output = run_block(block, folder, environment)
            run += 1
            print(f"{where}: {time.monotonic() - begin:.1f} s", flush=True)
            behind = blocks[number + 1] if number + 1 < len(blocks) else None
            shown = behind.text if behind and behind.language == "text" and "file" not in behind.marks else []
            wanted = int(block.marks.get("exit code", "0"))
            line = missing_line(shown, output)
            if code != wanted or line:
                failed += 1
                print(f"{where}: exit code {code}, not {wanted}" if code != wanted else f"{where}: no line: {line}")
                print("\n".join("    " + each for each in block.text))
                print("its output:\n" + output)
    finally:
        shutil.rmtree(folder)
    return run, left_out, failed


def main() -> int:
    source, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    # Who is asked to end leaves neither a block that runs nor the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sums = [0, 0, 0]
    for name in sys.argv[3:]:
        sums = [a + b for a, b in zip(sums, check(source / name, name, source, build))]
    print(f"{sums[0]} blocks run, {sums[1]} not run, {sums[2]} wrong")
    return 1 if sums[2] else 0


if __name__ == "__main__":
    sys.exit(main())
