# SPDX-License-Identifier: MIT
#
# A vp that runs, and a look at what it leaves. For tests that disturb it.
import atexit
import contextlib
import csv
import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.request

ENDINGS = ("json", "csv", "vcd")


@contextlib.contextmanager
def scratch():
    """A folder whose subfolder "tmp" is where programs put their temporary files."""
    with tempfile.TemporaryDirectory(prefix="timekeeper-test-") as folder:
        os.mkdir(os.path.join(folder, "tmp"))
        yield folder


class Vp:
    """vp in `folder`, in a process group of its own."""

    def __init__(self, program, arguments, folder, **more):
        environment = dict(os.environ, TMPDIR=os.path.join(folder, "tmp"))
        environment.update(more.pop("environment", {}))
        self.folder = folder
        self.out = b""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        streams.update(more)
        # What it says on stderr is little: it never has to wait for us to read it.
        self.process = subprocess.Popen([program] + arguments, cwd=folder, env=environment, start_new_session=True,
                                        **streams)
        atexit.register(self.process.kill)  # a test that fails leaves nothing behind

    def until(self, text):
        """Reads its output until the text has come."""
        while text not in self.out:
            data = os.read(self.process.stdout.fileno(), 65536)
            assert data, "it ended without %r:\n%s" % (text, self.out + self.process.stderr.read())
            self.out += data
        return self

    def send(self, number):
        self.process.send_signal(number)

    def finish(self):
        """Its exit code (negative: the signal that ended it), all of stdout and stderr; nothing of it runs any more."""
        out, err = self.process.communicate()
        atexit.unregister(self.process.kill)
        self.out += out or b""
        self.err = (err or b"").decode(errors="replace")
        self.code = self.process.returncode
        try:
            os.killpg(self.process.pid, 0)
            raise AssertionError("a process of its group still runs")
        except ProcessLookupError:
            pass
        return self


def monitor_of(vp):
    """ask(path, post=False) of a vp with --monitor 0: the answer as JSON."""
    line = vp.process.stderr.readline().decode()
    address, token = re.match(r"monitor: (http://.*)/#token=(\w+)\n", line).groups()

    def ask(path, post=False):
        request = urllib.request.Request(address + path, data=b"" if post else None,
                                         headers={"Authorization": "Bearer " + token} if post else {})
        return json.loads(urllib.request.urlopen(request).read())

    return ask


def all_files(folder):
    """Options for everything that vp writes."""
    options = []
    for ending in ENDINGS:
        options += ["--trace", os.path.join(folder, "run." + ending)]
    return options + ["--report", os.path.join(folder, "run.html"), "--stats=" + os.path.join(folder, "stats.json")]


ALL_NAMES = sorted(["run." + ending for ending in ENDINGS] + ["run.html", "stats.json"])


def left_in(folder):
    """Names of the files in there; nothing may be where temporary files go."""
    assert os.listdir(os.path.join(folder, "tmp")) == [], os.listdir(os.path.join(folder, "tmp"))
    return sorted(name for name in os.listdir(folder) if name != "tmp")


def text_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def check_whole(folder):
    """The files of all_files() are whole, and fit together."""
    stats = json.loads(text_of(folder, "stats.json"))
    trace = json.loads(text_of(folder, "run.json"))
    page = text_of(folder, "run.html")
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])
    assert page.rstrip().endswith("</html>"), page[-100:]
    assert data["stats"] == stats
    assert data["trace"]["run"] == trace["otherData"]["run"]
    assert trace["otherData"]["run"]["global_time_ps"] == stats["global_time_ps"]
    rows = list(csv.reader(text_of(folder, "run.csv").splitlines()))
    assert all(len(row) == 5 for row in rows) and rows[1:], rows
    vcd = text_of(folder, "run.vcd")
    # SystemC declares the signals when time goes on for the first time.
    assert re.search(r"\$enddefinitions\s+\$end", vcd) or stats["sim_time_ps"] == 0, vcd[:1000]
    assert re.search(r"the run is over\n\$end\n\n(#\d+\n)?$", vcd), vcd[-100:]
    for vcpu in stats["vcpus"]:
        time = vcpu["instructions"] * 10**12 // vcpu["insn_per_second"] + vcpu["idle_ps"] + vcpu["annotated_ps"]
        assert vcpu["local_time_ps"] == time, vcpu


def not_whole(folder):
    """What SIGKILL may leave: nothing under a name that was asked for, and what says that it is not complete."""
    left = left_in(folder)
    assert not set(left) & set(ALL_NAMES), left
    assert all(".partial." in name for name in left), left
    return left


STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
