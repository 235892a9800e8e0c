#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""page_test.py VP SMP.lua TERMINAL.lua FOLDER: the monitor's page in Chromium, while a run goes on behind it: it draws and
follows, drives the run with its token, and says what the API says. Screenshots of it are left in FOLDER.

All runs begin paused, and are paused when figures are compared."""
import base64
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.request

from browser import PAPER, PageTest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

VP, SMP, TERMINAL, FOLDER = (pathlib.Path(each).resolve() for each in sys.argv[1:5])
QUANTUM_PS = 10**9  # of SMP


class Run:
    """vp with a monitor."""

    def __init__(self, *arguments):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([VP, *arguments, "--monitor", "0", "--paused"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if not line.startswith("monitor: http://"):
            raise RuntimeError(f"vp: {line}{self.process.communicate()[1]}")
        self.address, _, self.token = line.removeprefix("monitor: ").strip().partition("#token=")

    def read(self, path):
        with urllib.request.urlopen(self.address + "api/" + path) as answer:
            return answer.read()

    def get(self, path):
        return json.loads(self.read(path))

    def end(self):
        self.process.kill()
        self.process.communicate()


class MonitorPage(PageTest):
    @classmethod
    def setUpClass(cls):
        FOLDER.mkdir(parents=True, exist_ok=True)
        cls.start_browser(FOLDER)

    def start(self, *arguments):
        self.run_of = Run(*arguments)
        self.addCleanup(self.end)
        self.open()

    def end(self):
        self.browser.get("about:blank")  # before nobody answers it any more
        self.complaints()
        self.run_of.end()

    def open(self, width=1280, scheme="light", token=True):
        self.resize(width, 900, scheme)
        self.browser.get("about:blank")  # else only what is behind the # would change
        self.browser.get(self.run_of.address + (f"#token={self.run_of.token}" if token else ""))
        self.until("paused")

    # --- what a user sees and does

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.find(selector).text

    def until(self, state):
        self.wait(lambda: self.text("#control-state") == state)

    def press(self, what):
        self.find(f"#control [data-post={what}]").click()

    def type(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def table(self, selector):
        return self.run_script("return [...document.querySelectorAll(`${arguments[0]} tbody tr`)].map((row) => "
                               "[...row.cells].map((cell) => (cell.querySelector('input') || {}).value || cell.textContent))", selector)

    def figure(self, name):
        return self.run_script("return document.querySelector(`[data-figure=${arguments[0]}]`)?.dataset.value", name)

    def open_details(self):
        for each in self.browser.find_elements(By.CSS_SELECTOR, "#control summary"):
            each.click()

    def step(self):
        """One more quantum: waits until the page shows the end of it."""
        before = self.run_of.get("state")["systemc"]["time_ps"]
        self.press("step")
        self.wait(lambda: self.run_of.get("state")["systemc"]["time_ps"] > before)
        self.expect_state()

    def shows(self, state):
        """Whether the page says of the run what the API says."""
        def close(shown, ps):  # the page rounds to ns
            return shown.endswith(" s") and abs(float(shown[:-2]) - ps / 1e12) < 0.6e-9

        rows = self.table("#control-cpus")
        who_there_are = [state["systemc"], *state["vcpus"]]
        return (self.text("#control-state") == state["state"]
                and close(self.text("#control-time"), state["global_time_ps"])
                and len(rows) == len(who_there_are)
                and all(row[0] == who.get("name", "SystemC")
                        and row[1] == who["state"] + (", has the token" if who.get("token") else "")
                        and row[2] == who["waits_for"]["why"]
                        and close(row[3], who.get("local_time_ps", who.get("time_ps")))
                        and row[4] == str(who.get("insn_per_second", ""))
                        for row, who in zip(rows, who_there_are)))

    def expect_state(self):
        """The page comes to show what the API says, which comes to stand still: a vCPU on its way to its place is seen there later."""
        seen = []

        def settled():
            seen[:] = [self.run_of.get("state")]
            return seen[0]["state"] == "paused" and self.shows(seen[0])

        self.wait(settled)
        return seen[0]

    def expect_report(self):
        """The figures come to be those of the report, which are those of the state."""
        state = self.run_of.get("state")
        counts = [str(cpu["instructions"]) for cpu in state["vcpus"]]
        self.wait(lambda: [row[2].replace(" ", "") for row in self.table("#cpus")] == counts)
        report = self.run_of.get("report")["trace"]
        for key in ("global_time_ps", "instructions", "token_handovers", "max_skew_ps", "max_systemc_lag_ps", "quantum_ps"):
            self.assertEqual(self.figure(key), str(report["run"][key]), key)
        self.assertEqual(report["run"]["quantum_ps"], state["quantum_ps"])
        # The state has global time as it was last learnt, the report as a clock's reader saw it on the way to the pause.
        self.assertGreaterEqual(report["run"]["global_time_ps"], state["global_time_ps"])
        self.assertEqual(report["run"]["instructions"], sum(map(int, counts)))
        self.assertEqual([f"platform.{row[0]}" for row in self.table("#cpus")], [cpu["name"] for cpu in state["vcpus"]])

    # --- tests

    def test_opens_and_needs_nothing_from_elsewhere(self):
        self.start(SMP)
        self.assertEqual(self.text("#title"), "smp.lua")
        state = self.expect_state()
        self.assertEqual((state["state"], state["global_time_ps"]), ("paused", 0))
        self.assertEqual(self.browser.current_url, self.run_of.address, "the token is not in the address bar")
        asked = self.run_script("return performance.getEntriesByType('resource').map((each) => each.name)")
        self.assertEqual([each for each in asked if not each.startswith((self.run_of.address + "api/", "data:"))], [])
        self.open_details()
        self.run_script("update = () => {}")  # it stands still meanwhile
        self.expect_names()

    def test_draws_and_follows_step_by_step(self):
        self.start(SMP)
        picture = self.canvas()
        for _ in range(3):
            begin = self.run_of.get("state")["global_time_ps"]
            self.step()
            self.assertEqual(self.run_of.get("state")["systemc"]["time_ps"], begin + QUANTUM_PS)
            self.wait(lambda before=picture: self.canvas()["sum"] != before["sum"])
            self.expect_report()
            picture = self.canvas()
        self.assertGreater(picture["colours"], 3)

    def test_runs_until_a_time(self):
        self.start(SMP)
        self.type("#control-until", "0.0253")
        self.find("#control-run").click()
        self.wait(lambda: self.run_of.get("state")["systemc"]["time_ps"] == 25300000000)
        self.expect_state()
        self.expect_report()
        self.find("#control-run").click()
        self.wait(lambda: self.find("#control-error").is_displayed())
        self.assertTrue(self.complaints())  # 409 Conflict
        self.assertEqual(self.expect_state()["systemc"]["time_ps"], 25300000000)

    def test_sets_rate_and_quantum(self):
        self.start(SMP)
        self.type("#control-quantum", "250")
        self.find("#control-set-quantum").click()
        self.wait(lambda: self.run_of.get("state")["quantum_ps"] == 250000000)
        field = self.browser.find_elements(By.CSS_SELECTOR, "#control-cpus input")[3]
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys("123456789", Keys.ENTER)
        self.wait(lambda: self.run_of.get("state")["vcpus"][3]["insn_per_second"] == 123456789)
        self.run_script("document.activeElement.blur()")  # nobody types there any more
        self.step()
        self.expect_report()
        self.assertEqual(self.run_of.get("state")["systemc"]["time_ps"], 250000000)

    def test_continues_and_pauses(self):
        self.start(TERMINAL)  # which never ends
        for _ in range(3):
            before = self.run_of.get("state")["global_time_ps"]
            self.press("continue")
            self.until("running")
            self.wait(lambda at=before: int(self.figure("global_time_ps")) > at)
            self.press("pause")
            self.until("paused")
            self.assertGreater(self.expect_state()["global_time_ps"], before)
            self.expect_report()

    def test_details_are_the_api_s(self):
        self.start(SMP)
        for _ in range(2):
            self.step()
        self.open_details()
        registers = [[module["module"], register["name"], register["offset"], register["value"]]
                     for module in self.run_of.get("registers")["modules"] for register in module["registers"]]
        self.assertGreater(len(registers), 10)
        self.wait(lambda: self.table("#control-registers") == registers)
        windows = [[each[key] for key in ("address", "size", "module", "socket", "type")]
                   for each in self.run_of.get("memory")["windows"]]
        self.wait(lambda: self.table("#control-memory") == windows)
        why = self.run_of.read("why").decode()
        self.assertIn("The simulation is paused", why)
        self.wait(lambda: self.find("#control-why pre").get_attribute("textContent") == why)

    def test_without_the_token_it_only_looks(self):
        self.start(SMP)
        other = self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        self.addCleanup(self.browser.switch_to.window, other)
        self.addCleanup(self.browser.close)
        self.open(token=False)
        self.press("continue")
        self.wait(lambda: "token" in self.text("#control-error"))
        self.assertTrue(self.complaints())  # 401 Unauthorized
        self.assertEqual(self.expect_state()["global_time_ps"], 0)

    def test_loaded_anew_it_still_has_its_token(self):
        self.start(SMP)
        self.browser.refresh()
        self.until("paused")
        self.step()

    def test_a_refusal_is_not_the_end(self):
        self.start(SMP)
        self.run_script("""
            const real = fetch;
            window.fetch = (path, ...rest) => path === '/api/state'
                ? Promise.resolve(new Response('{"error": "busy"}', { status: 503, headers: { 'Content-Type': 'application/json' } }))
                : real(path, ...rest);
            window.restore = () => { window.fetch = real; };""")
        self.wait(lambda: self.text("#control-time") == "busy")
        self.run_script("restore()")
        self.expect_state()
        self.step()

    def test_says_when_the_run_is_over(self):
        self.start(SMP)
        self.press("continue")
        self.until("over")
        self.assertEqual(self.run_of.process.wait(), 0)
        self.assertEqual([each.get_attribute("outerHTML") for each in
                          self.browser.find_elements(By.CSS_SELECTOR, "#control button, #control input") if each.is_enabled()], [])
        self.wait(lambda: self.find("#notice").is_displayed())
        self.assertEqual(self.text("#subtitle"), "A run in time")
        self.assertTrue(all("ERR_CONNECTION" in each["message"] or "ERR_EMPTY" in each["message"] for each in self.complaints()))

    def test_looks(self):
        self.start(SMP)
        self.type("#control-until", "0.03")
        self.find("#control-run").click()
        self.wait(lambda: self.run_of.get("state")["systemc"]["time_ps"] == 30 * QUANTUM_PS)
        for width, name in ((1280, "wide"), (400, "narrow")):
            for scheme in ("light", "dark"):
                self.open(width, scheme)
                self.open_details()
                self.wait(lambda: self.table("#control-registers") and self.table("#control-memory") and self.canvas()["colours"] > 3)
                self.expect_fits(width)
                self.expect_contrast()
                self.assertEqual(self.run_script("return getComputedStyle(document.body).backgroundColor"), PAPER[scheme])
                self.keep(f"{name}-{scheme}")

    def test_prints(self):
        self.start(SMP)
        self.step()
        self.resize(1280, 900, "dark")
        pdf = base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])
        self.assertTrue(pdf.startswith(b"%PDF"))
        (FOLDER / "monitor.pdf").write_bytes(pdf)
        self.command("Emulation.setEmulatedMedia", media="print")
        self.addCleanup(self.command, "Emulation.setEmulatedMedia", media="")
        self.run_script("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.run_script("return getComputedStyle(document.body).backgroundColor"), PAPER["light"])
        buttons = self.browser.find_elements(By.CSS_SELECTOR, "button")
        self.assertEqual([each.get_attribute("outerHTML") for each in buttons if each.is_displayed()], [], "paper has no buttons")
        self.resize(760, 900)
        self.expect_fits(760)
        self.keep("print")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
