#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# terminal_test.py VP HELLO.lua TERMINAL.lua: runs vp on a terminal that this program plays, and looks at its screen:
# the line at the bottom, and what the guest wrote above it. It waits for what has to appear, never for a time.
import atexit
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import fcntl
import termios

ROWS, COLUMNS = 10, 60


class Screen:
    """As much of a terminal (ECMA-48, DEC VT510) as is used here."""

    def __init__(self, rows=ROWS, columns=COLUMNS):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.top, self.bottom = 0, rows - 1
        self.saved = (0, 0)
        self.rest = b""

    def line(self, row):
        return "".join(self.cells[row]).rstrip()

    def text(self):
        return "\n".join(self.line(row) for row in range(self.rows))

    def index(self):
        if self.row == self.bottom:
            del self.cells[self.top]
            self.cells.insert(self.bottom, [" "] * self.columns)
        elif self.row < self.rows - 1:
            self.row += 1

    def reverse_index(self):
        if self.row == self.top:
            del self.cells[self.bottom]
            self.cells.insert(self.top, [" "] * self.columns)
        elif self.row > 0:
            self.row -= 1

    def put(self, character):
        if self.column == self.columns:
            self.column = 0
            self.index()
        self.cells[self.row][self.column] = character
        self.column += 1

    def control(self, parameters, final):
        numbers = [int(n) if n else 0 for n in parameters.split(";")] if re.fullmatch(r"[0-9;]*", parameters) else []
        first = numbers[0] if numbers else 0
        if final == "H":
            self.row = max(first, 1) - 1
            self.column = max(numbers[1] if len(numbers) > 1 else 1, 1) - 1
        elif final == "K" and first == 2:
            self.cells[self.row] = [" "] * self.columns
        elif final == "r":
            self.top = max(first, 1) - 1
            self.bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
            self.row = self.column = 0
        else:
            assert final == "m", (parameters, final)

    def feed(self, data):
        data = self.rest + data
        self.rest = b""
        sequence = re.compile(rb"\x1b(?:\[([0-9;?]*)([@-~])|([78DMc]))|([^\x1b])", re.S)
        at = 0
        while at < len(data):
            found = sequence.match(data, at)
            if not found:
                self.rest = data[at:]
                assert len(self.rest) < 16, self.rest
                return
            at = found.end()
            if found[2]:
                self.control(found[1].decode(), found[2].decode())
            elif found[3] == b"7":
                self.saved = (self.row, self.column)
            elif found[3] == b"8":
                self.row, self.column = self.saved
            elif found[3] == b"D":
                self.index()
            elif found[3] == b"M":
                self.reverse_index()
            elif found[3] == b"c":
                self.__init__(self.rows, self.columns)
            elif found[4] == b"\n":
                self.index()
            elif found[4] == b"\r":
                self.column = 0
            elif found[4] == b"\b":
                self.column -= self.column > 0
            else:
                self.put(found[4].decode("latin-1"))


class Run:
    """vp with stdin, stdout and stderr on one terminal, but for what `elsewhere` takes from it."""

    def __init__(self, arguments, elsewhere=None, term="xterm"):
        self.screen = Screen()
        self.raw = b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        streams = {"stdin": slave, "stdout": slave, "stderr": slave}
        streams.update(elsewhere or {})
        self.process = subprocess.Popen([sys.argv[1]] + arguments, env=dict(os.environ, TERM=term), **streams)
        atexit.register(self.process.kill)  # a test that fails leaves nothing behind
        os.close(slave)

    def more(self):
        try:
            data = os.read(self.master, 4096)
        except OSError:  # nobody has the other end any more
            return False
        self.raw += data
        self.screen.feed(data)
        return bool(data)

    def until(self, what):
        while not what():
            assert self.more(), "it ended without it:\n" + self.screen.text()

    def bottom(self):
        return self.screen.line(ROWS - 1)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        while self.more():
            pass
        self.process.wait()
        os.close(self.master)


PROGRESS = re.compile(r"^\d+\.\d{3} s  \d+\.\d\dx  \d+ MIPS  cpu_0 (active|paused|idle|transaction)\*?$")


def is_progress(line):
    return PROGRESS.match(line) is not None


def guest(text, again=""):
    return [sys.argv[3], "-p", "platform.text=" + text, "-p", "platform.again=" + again]


def shows_the_line_and_leaves_partial_lines_alone():
    run = Run(guest("one\\ntwo\\nlogin: "))
    run.until(lambda: is_progress(run.bottom()))
    first = run.bottom()
    run.until(lambda: is_progress(run.bottom()) and run.bottom() != first)
    lines = [run.screen.line(row) for row in range(ROWS - 1)]
    assert "login:" in lines, run.screen.text()
    at = lines.index("login:")
    assert lines[at - 2:at] == ["one", "two"], run.screen.text()
    assert (run.screen.row, run.screen.column) == (at, len("login: ")), "the cursor is where the guest left it"
    run.end()
    assert not is_progress(run.bottom()), run.screen.text()
    assert (run.screen.top, run.screen.bottom) == (0, ROWS - 1), "the whole screen scrolls again"
    assert run.process.returncode == 128 + signal.SIGTERM


def what_scrolls_does_not_touch_the_line():
    run = Run(guest("".join("line %d\\n" % i for i in range(40)) + "end"))
    run.until(lambda: is_progress(run.bottom()) and "end" in run.screen.text())
    lines = [run.screen.line(row) for row in range(ROWS - 1)]
    assert lines[-1] == "end" or "end" in lines, run.screen.text()
    at = lines.index("end")
    assert lines[at - 3:at] == ["line 37", "line 38", "line 39"], run.screen.text()
    run.end()


def a_guest_that_takes_the_screen_has_it_for_itself():
    run = Run(guest("\\e[1;10r", "full screen\\n"))
    run.until(lambda: len(run.raw) > 200000)  # it takes that long that the line would be there, and more than once
    assert b"MIPS" not in run.raw, run.screen.text()
    run.end()


def an_escape_sequence_is_never_interrupted():
    run = Run(guest("", "\\e[1mbold\\e[0m \\e[32mgreen\\e[0m\\n"))
    run.until(lambda: run.raw.count(b"MIPS") > 3)  # the screen does not take sequences that are broken
    assert is_progress(run.bottom()), run.screen.text()
    assert run.screen.line(1) == "bold green", run.screen.text()
    run.end()


def quiet_is_quiet():
    run = Run(guest("hello\\n") + ["--quiet"])
    run.until(lambda: "hello" in run.screen.text())
    run.end()
    assert b"MIPS" not in run.raw and b"\x1b" not in run.raw, run.raw


def no_terminal_no_line():
    with open(os.devnull, "w") as nowhere:
        run = Run(guest("hello\\n"), {"stderr": nowhere})
        run.until(lambda: "hello" in run.screen.text())
        run.end()
    assert b"\x1b" not in run.raw, run.raw
    run = Run(guest("hello\\n"), term="dumb")
    run.until(lambda: "hello" in run.screen.text())
    run.end()
    assert b"\x1b" not in run.raw, run.raw


def a_console_elsewhere_leaves_the_terminal_to_the_line():
    with open(os.devnull, "w") as nowhere:
        run = Run(guest("\\e[hello\\n"), {"stdout": nowhere})
        run.until(lambda: is_progress(run.bottom()))
        run.end()


def what_is_over_at_once_needs_no_line():
    run = Run([sys.argv[2]])
    while run.more():
        pass
    run.process.wait()
    assert run.process.returncode == 0, (run.process.returncode, run.screen.text())
    assert "Hello from qemu-timekeeper" in run.screen.text(), run.screen.text()
    assert (run.screen.top, run.screen.bottom) == (0, ROWS - 1)


for test in (shows_the_line_and_leaves_partial_lines_alone, what_scrolls_does_not_touch_the_line,
             a_guest_that_takes_the_screen_has_it_for_itself, an_escape_sequence_is_never_interrupted, quiet_is_quiet,
             no_terminal_no_line, a_console_elsewhere_leaves_the_terminal_to_the_line,
             what_is_over_at_once_needs_no_line):
    print(test.__name__.replace("_", " "), flush=True)
    test()
