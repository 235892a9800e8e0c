# SPDX-License-Identifier: MIT
"""A Slurm of two nodes on this machine: all its files are in one folder, all its processes below the one that made it."""
import ctypes
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
NODES = ("one", "two")

CONF = """
ClusterName=timekeeper
SlurmctldHost=localhost
SlurmctldPort={controller}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
# Nothing here needs cgroups.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=1000,sched_interval=1
# A node that is silent for that many seconds is dead. One that comes back is welcome.
SlurmdTimeout=3
MessageTimeout=5
ReturnToService=2
KillWait=1
{nodes}
PartitionName=tests Nodes=ALL Default=YES State=UP
"""


def prctl(option, value):
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def below(parent):
    """The processes below this one, as /proc has them."""
    children = {}
    for each in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = each.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has ended
        children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(each.parent.name))
    found = [parent]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def stop_below(parent):
    """Stops them at one moment: what is stopped makes no new ones."""
    stopped = []
    while (pids := below(parent)) != stopped:
        signal_all(pids, signal.SIGSTOP)
        stopped = pids
    return stopped


def kill_below(parent):
    signal_all(stop_below(parent), signal.SIGKILL)


def free_ports(count):
    """Not of those that the system gives to who does not ask for a certain one: a connection could take it before its
    daemon does, or while its daemon is dead."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="utf-8").split()[0])
    found = []
    while len(found) < count:
        port = random.randrange(1024, lowest)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # somebody has it
        found += [port] if port not in found else []
    return found


def program(name):
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not found:
        raise RuntimeError(f"there is no {name}: Debian's packages munge, slurmctld, slurmd and slurm-client are needed")
    return found


class Slurm:
    def __init__(self, folder):
        self.folder = folder
        self.daemons = {}
        prctl(PR_SET_CHILD_SUBREAPER, 1)  # who loses its parent is ours
        for name in ("munge", "state", "log", "tmp", *NODES):
            (folder / name).mkdir(mode=0o700, parents=True)
        key = folder / "munge" / "key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        controller, *ports = free_ports(1 + len(NODES))
        nodes = "\n".join(f"NodeName={name} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port} CPUs=2"
                          for name, port in zip(NODES, ports))
        conf = folder / "slurm.conf"
        user = subprocess.run(["id", "-un"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        conf.write_text(CONF.format(folder=folder, user=user, controller=controller, nodes=nodes), encoding="utf-8")
        # What is killed leaves its temporary files.
        self.environment = dict(os.environ, SLURM_CONF=str(conf), TMPDIR=str(folder / "tmp"))

        def of_munge(name):
            return f"{folder}/munge/{name}"

        self.start("munged", program("munged"), "--foreground", "--force", f"--key-file={key}", f"--socket={of_munge('socket')}",
                   f"--pid-file={of_munge('pid')}", f"--seed-file={of_munge('seed')}", "--num-threads=2")
        self.until(lambda: (folder / "munge" / "socket").exists())
        self.start("slurmctld", program("slurmctld"), "-D", "-c")
        for name in NODES:
            self.start_node(name)
        self.until_nodes("idle", NODES)

    def start(self, name, *command, at_our_end=signal.SIGKILL):
        with open(self.folder / "log" / name, "wb") as log:
            self.daemons[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self.environment, preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, at_our_end))

    def until(self, what):
        """Ends when it is so, or with a daemon."""
        while not what():
            for name, daemon in self.daemons.items():
                if daemon.poll() is not None:
                    raise RuntimeError(f"{name} ended: {(self.folder / 'log' / name).read_text(errors='replace')}")
            time.sleep(0.1)

    def run(self, *command):
        return subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def nodes(self, state):
        """The nodes in this state, in sinfo's words, which has a * behind it if they do not answer."""
        lines = self.run("sinfo", "--noheader", "--Node", "--format=%N %T").stdout.splitlines()
        return {line.split()[0] for line in lines if line.split()[1] == state}

    def until_nodes(self, state, names):
        self.until(lambda: self.nodes(state) >= set(names))

    def start_node(self, name):
        # A node's processes are below one of its own.
        self.start(name, sys.executable, "-B", __file__, program("slurmd"), "-D", "-N", name, at_our_end=signal.SIGTERM)

    def kill_node(self, name):
        """The machine is gone: its daemon, and all that it has started."""
        parent = self.daemons.pop(name)
        kill_below(parent.pid)
        parent.wait()

    def silence_node(self, name):
        """Slurm gives the node up, which has only lost its network: its jobs go on."""
        signal_all(self.slurm_of(name), signal.SIGSTOP)
        self.run("scontrol", "update", f"NodeName={name}", "State=DOWN", "Reason=silent")

    def wake_node(self, name):
        signal_all(self.slurm_of(name), signal.SIGCONT)
        self.run("scontrol", "update", f"NodeName={name}", "State=RESUME")
        self.until_nodes("idle", [name])

    def slurm_of(self, name):
        def is_slurm(pid):
            comm = pathlib.Path(f"/proc/{pid}/comm")
            return comm.exists() and comm.read_text(encoding="utf-8").strip() in ("slurmd", "slurmstepd")

        return [pid for pid in below(self.daemons[name].pid) if is_slurm(pid)]

    @staticmethod
    def close():
        """Nothing is left below this process."""
        while below(os.getpid()):
            kill_below(os.getpid())
            os.wait()


def end(*_):
    Slurm.close()
    sys.exit(1)


def main():
    """slurm.py COMMAND...: is the parent of all that the command starts. When it ends, they do."""
    signal.signal(signal.SIGTERM, end)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    child = subprocess.Popen(sys.argv[1:]).pid
    while os.wait()[0] != child:
        pass
    end()


if __name__ == "__main__":
    main()
