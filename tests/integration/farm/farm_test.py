#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""farm_test.py TIMEKEEPER-FARM: suites on two nodes of a Slurm. Nothing here asserts on the wall clock: tests of the suites
wait for files, and a hang is CTest's time-out's."""
import collections
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

from slurm import Slurm

FARM = pathlib.Path(sys.argv[1]).resolve()

# The first four are no failures. What is tied together is in one task, in the order that the ties demand.
KINDS = """
add_test(passes "/bin/echo" "hello")
add_test("with ]=] and (.*)+|[a-z]$, ünïcode" "/bin/true")
add_test(skipped "/bin/sh" "-c" "exit 77")
set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 77)
add_test(disabled "/bin/true")
set_tests_properties(disabled PROPERTIES DISABLED TRUE)
add_test(fails "/bin/sh" "-c" "printf 'a \\033[1m < & ]]>'; exit 1")
add_test(never_ends "/bin/sleep" "infinity")
set_tests_properties(never_ends PROPERTIES TIMEOUT 1)
add_test(crashes "/bin/sh" "-c" "kill -SEGV $$")
add_test(not_built "/no/such/program")
add_test(cleanup "/bin/sh" "-c" "rm fixture")
set_tests_properties(cleanup PROPERTIES FIXTURES_CLEANUP board)
add_test(uses_fixture "/bin/sh" "-c" "test -e fixture")
set_tests_properties(uses_fixture PROPERTIES FIXTURES_REQUIRED board)
add_test(setup "/bin/sh" "-c" "echo > fixture")
set_tests_properties(setup PROPERTIES FIXTURES_SETUP board)
add_test(second "/bin/sh" "-c" "rmdir first")
set_tests_properties(second PROPERTIES DEPENDS first)
add_test(first "/bin/sh" "-c" "mkdir first")
add_test(lock_1 "/bin/sh" "-c" "mkdir lock && rmdir lock")
add_test(lock_2 "/bin/sh" "-c" "mkdir lock && rmdir lock")
set_tests_properties(lock_1 lock_2 PROPERTIES RESOURCE_LOCK port)
add_test(alone_1 "/bin/sh" "-c" "mkdir alone && rmdir alone && test -e ../shared/farm-*/results/0.xml")
add_test(alone_2 "/bin/sh" "-c" "mkdir alone && rmdir alone && test -e ../shared/farm-*/results/0.xml")
set_tests_properties(alone_1 alone_2 PROPERTIES RUN_SERIAL TRUE PROCESSORS 2)
"""

EXPECTED = {
    "passes": None, "with ]=] and (.*)+|[a-z]$, ünïcode": None, "skipped": ("skipped", "SKIP_RETURN_CODE=77"),
    "disabled": ("skipped", "Disabled"), "fails": ("failure", "Failed"), "never_ends": ("failure", "Timeout"),
    "crashes": ("failure", "SEGFAULT"), "not_built": ("error", "Unable to find executable"), "cleanup": None, "uses_fixture": None,
    "setup": None, "second": None, "first": None, "lock_1": None, "lock_2": None, "alone_1": None, "alone_2": None,
}

# Tells who runs it; and goes on when the file "first-NODE" is there, or when it is not the first to run it "again-NODE".
NOTE = 'echo "$SLURMD_NODENAME" >> "ran-$0"'
HOLD = NOTE + '; go=first; [ "$(wc -l < "ran-$0")" = 1 ] || go=again; until [ -e "$go-$SLURMD_NODENAME" ]; do sleep 0.1; done'


def tree(folder, text):
    folder.mkdir()
    (folder / "CTestTestfile.cmake").write_text(text, encoding="utf-8")
    return folder


class Result:
    """What the farm left."""

    def __init__(self, code, said, file):
        self.code, self.said = code, said
        self.root = xml.parse(file).getroot() if file.exists() else None
        self.cases = list(self.root.iter("testcase")) if self.root is not None else []
        self.names = [case.get("name") for case in self.cases]

    def verdict(self, name):
        found = [(each.tag, each.get("message")) for case in self.cases if case.get("name") == name
                 for each in case if each.tag in ("failure", "error", "skipped")]
        return found[0] if found else None

    def ran(self, name):
        """By which node, and in which run."""
        case = self.cases[self.names.index(name)]
        found = {each.get("name"): each.get("value") for each in case.iter("property")}
        return found["node"], int(found["run"])


class Farm(unittest.TestCase):
    root = slurm = None

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        self.shared = self.scratch / "shared"
        self.shared.mkdir()
        self.junit = self.scratch / "farm.xml"

    def command(self, *arguments):
        return [FARM, "--poll", "0.3", "--shared", self.shared, "--junit", self.junit, *arguments]

    def start(self, *arguments):
        return subprocess.Popen(self.command(*arguments), cwd=self.scratch, env=self.slurm.environment,
                                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def until(self, farm, what):
        """Ends when it is so, and fails when the farm or a daemon ends before."""
        self.slurm.until(lambda: what() or farm.poll() is not None)
        if farm.poll() is not None:
            self.fail(f"it ended too early: {farm.communicate()[1]}")

    def finish(self, farm):
        _, said = farm.communicate()
        self.assertEqual(list(self.shared.iterdir()), [], f"it leaves nothing behind: {said}")
        self.assertEqual(self.slurm.run("squeue", "--noheader", "--states=PENDING,RUNNING").stdout, "", said)
        result = Result(farm.returncode, said, self.junit)
        self.assertEqual([name for name, count in collections.Counter(result.names).items() if count > 1], [], said)
        return result

    def run_farm(self, *arguments):
        return self.finish(self.start(*arguments))

    def lines(self, name):
        file = self.scratch / f"ran-{name}"
        return file.read_text(encoding="utf-8").split() if file.exists() else []

    # --- tests

    def test_each_kind_of_test_is_reported_once_and_as_ctest_does(self):
        suite = tree(self.scratch / "suite", KINDS)
        result = self.run_farm(suite, "--tasks", "4")
        self.assertEqual({name: result.verdict(name) for name in result.names}, EXPECTED, result.said)
        self.assertEqual(result.names, list(EXPECTED), "in ctest's order")
        self.assertEqual(result.code, 1)
        counts = {key: result.root.find("testsuite").get(key) for key in ("tests", "failures", "errors", "skipped")}
        self.assertEqual(counts, {"tests": "17", "failures": "3", "errors": "1", "skipped": "2"})
        self.assertIn("hello", result.cases[0].findtext("system-out"))
        self.assertEqual({result.ran(name)[0] for name in result.names}, {"one", "two"}, "both nodes have work")
        for group in (("setup", "uses_fixture", "cleanup"), ("first", "second"), ("lock_1", "lock_2")):
            self.assertEqual(len({result.ran(name) for name in group}), 1, group)

    def test_a_selection_without_failures_exits_with_0(self):
        result = self.run_farm(tree(self.scratch / "suite", KINDS), "-R", "^(passes|skipped|first)$")
        self.assertEqual((result.code, result.names), (0, ["passes", "skipped", "first"]), result.said)

    def test_nothing_that_passed_is_no_success(self):
        result = self.run_farm(tree(self.scratch / "suite", KINDS), "-R", "^(disabled|skipped)$")
        self.assertEqual((result.code, result.names), (1, ["skipped", "disabled"]), result.said)

    def test_many_tests_are_few_tasks(self):
        commands = self.scratch / "commands"
        lines = [f"t{i}: echo $SLURM_ARRAY_TASK_ID > task-{i}\n" for i in range(40)]
        commands.write_text("# a comment\n\n" + "".join(lines), encoding="utf-8")
        result = self.run_farm("--commands", commands, "--tasks", "3")
        self.assertEqual((result.code, len(result.cases)), (0, 40), result.said)
        self.assertEqual({(self.scratch / f"task-{i}").read_text(encoding="utf-8").strip() for i in range(40)}, {"0", "1", "2"})

    def test_what_never_has_a_result_is_an_error_and_takes_no_other_with_it(self):
        commands = self.scratch / "commands"  # the parent is ctest
        commands.write_text('a: true\nlost: echo x >> tries; kill -9 $PPID\nb: true\n', encoding="utf-8")
        result = self.run_farm("--commands", commands, "--tasks", "1", "--runs", "2")
        self.assertEqual((result.code, result.names), (1, ["a", "lost", "b"]), result.said)
        self.assertEqual([result.verdict(name) for name in result.names], [None, ("error", "no result after 2 runs"), None])
        self.assertEqual((self.scratch / "tries").read_text(encoding="utf-8"), "x\nx\n")

    def test_interrupted_it_takes_its_jobs_back(self):
        commands = self.scratch / "commands"
        commands.write_text(f"held: exec sh -c '{HOLD}' held\n", encoding="utf-8")
        farm = self.start("--commands", commands)
        self.until(farm, lambda: self.lines("held"))
        farm.send_signal(signal.SIGINT)
        result = self.finish(farm)
        self.assertEqual((result.code, result.root), (130, None), result.said)

    def start_held(self):
        """Four tasks, two on each node: each is past its first test and held in its second; the third is to come. With
        it the tasks of node two."""
        commands = self.scratch / "commands"
        commands.write_text("".join(f"{what}_{i}: exec sh -c '{script}' {what}_{i}\n"
                                    for what, script in (("before", NOTE), ("held", HOLD), ("after", NOTE)) for i in range(4)),
                            encoding="utf-8")
        farm = self.start("--commands", commands, "--tasks", "4", "--runs", "9")
        self.until(farm, lambda: all(self.lines(f"held_{i}") for i in range(4)))
        ours = [i for i in range(4) if self.lines(f"held_{i}") == ["two"]]
        self.assertEqual(len(ours), 2, "each node has two CPUs")
        return farm, ours

    def go(self, *gates):
        for gate in gates:
            (self.scratch / gate).touch()

    def expect_twelve(self, result, ours):
        self.assertEqual((result.code, len(result.names)), (0, 12), result.said)
        for i in range(4):
            self.assertEqual(len(self.lines(f"before_{i}")), 1, "what has a result does not run again")
        for i in ours:
            self.assertEqual(result.ran(f"before_{i}"), ("two", 1))
            self.assertGreater(len(self.lines(f"held_{i}")), 1, result.said)

    def test_tests_of_a_node_that_dies_run_again_elsewhere(self):
        farm, ours = self.start_held()
        self.slurm.kill_node("two")
        self.addCleanup(self.slurm.until_nodes, "idle", ["two"])
        self.addCleanup(self.slurm.start_node, "two")
        self.go("first-one", "again-one")
        result = self.finish(farm)
        self.expect_twelve(result, ours)
        for name in (f"{what}_{i}" for i in ours for what in ("held", "after")):
            node, run = result.ran(name)
            self.assertEqual(node, "one", name)
            self.assertGreater(run, 1, name)

    def test_a_node_that_only_seemed_dead_reports_nothing_twice(self):
        farm, ours = self.start_held()
        self.slurm.silence_node("two")
        self.addCleanup(self.slurm.wake_node, "two")
        self.go("first-one")
        self.until(farm, lambda: all(len(self.lines(f"held_{i}")) > 1 for i in ours))  # they run again
        self.go("first-two")
        self.until(farm, lambda: all("two" in self.lines(f"after_{i}") for i in ours))  # and were never gone
        self.go("again-one", "again-two")
        self.expect_twelve(self.finish(farm), ours)

    def test_says_what_is_wrong(self):
        suite = tree(self.scratch / "suite", KINDS)
        twice = tree(self.scratch / "twice", "add_test(same /bin/true)\nsubdirs(sub)\n")
        tree(twice / "sub", "add_test(same /bin/true)\n")
        group = tree(self.scratch / "group", "add_test(a /bin/true)\nset_tests_properties(a PROPERTIES RESOURCE_GROUPS 2,gpus:1)\n")
        broken = tree(self.scratch / "broken", "add_test(\n")
        empty = tree(self.scratch / "empty", "")
        commands = self.scratch / "commands"
        commands.write_text("good: true\nno colon here\n", encoding="utf-8")
        for arguments, code, words in (
                ([], 2, "give a build tree, or --commands FILE"), ([suite, "--commands", commands], 2, "give a build tree, or"),
                ([self.scratch], 2, "is no build tree"), ([empty], 2, "there is no test"), ([broken], 2, "ctest cannot list its tests"),
                ([suite, "-R", "nothing"], 2, "there is no test of that selection"), ([twice], 2, "two tests same"),
                ([group], 2, "a has RESOURCE_GROUPS"), (["--commands", commands], 2, "commands:2: is not NAME: COMMAND: no colon here"),
                (["--commands", self.scratch / "none"], 2, "cannot read the commands"), ([suite, "--tasks", "0"], 2, "from 1 on"),
                ([suite, "--junit", "none/x.xml"], 2, "there is no such folder"), ([suite, "--shared", "none"], 2, "cannot write there"),
                ([suite, "-R", "passes", "--", "--partition=none"], 3, "invalid partition")):
            result = self.run_farm(*arguments)
            self.assertEqual(result.code, code, (arguments, result.said))
            self.assertIn(words, result.said)
            self.assertIsNone(result.root)


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="timekeeper-farm-") as folder:
        try:
            Farm.root = pathlib.Path(folder)
            Farm.slurm = Slurm(Farm.root / "slurm")
            return not unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result.wasSuccessful()
        finally:
            Slurm.close()


if __name__ == "__main__":
    sys.exit(main())
