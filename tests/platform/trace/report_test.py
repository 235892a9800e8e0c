#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""report_test.py VP CONF FOLDER: runs a platform with --report and looks at the page in Chromium: it opens from a
file, draws, zooms, and says the same as its data. Screenshots of it are left in FOLDER.

Nothing here waits for a time: Selenium's waits end when the page has come so far, and fail late."""
import base64
import json
import pathlib
import subprocess
import sys
import unittest

from browser import LATE_S, PAPER, PageTest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

VP, CONF, FOLDER = (pathlib.Path(each).resolve() for each in sys.argv[1:4])
PAGE = FOLDER / "smp.html"


class Report(PageTest):
    @classmethod
    def setUpClass(cls):
        FOLDER.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([VP, CONF, "--report", PAGE], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"vp: exit code {done.returncode}: {done.stderr}")
        text = PAGE.read_text(encoding="utf-8")
        cls.data = json.loads(text.split('<script type="application/json" id="data">')[1].split("</script>")[0])
        cls.start_browser(FOLDER)

    def setUp(self):
        self.open(1280)

    # --- what a user does

    def open(self, width, scheme="light"):
        self.show(PAGE.as_uri(), width, scheme)

    def shown(self):
        return self.run_script("return [timeline.from, timeline.until]")

    def width_shown(self):
        begin, end = self.shown()
        return end - begin

    def lanes(self):
        return self.browser.find_element(By.ID, "lanes")

    # --- tests

    def test_needs_nothing_from_elsewhere(self):
        asked = self.run_script("return performance.getEntriesByType('resource').map((each) => each.name)")
        self.assertEqual([each for each in asked if not each.startswith("data:")], [])
        text = PAGE.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")  # a name, not an address
        for word in ("http://", "https://", "<link rel=\"stylesheet", "@import"):
            self.assertNotIn(word, text)

    def test_figures_are_those_of_the_data(self):
        run, stats = self.data["trace"]["run"], self.data["stats"]
        for key in ("global_time_ps", "instructions", "token_handovers", "max_skew_ps", "max_systemc_lag_ps", "quantum_ps"):
            shown = self.browser.find_element(By.CSS_SELECTOR, f"[data-figure={key}]")
            self.assertEqual(shown.get_attribute("data-value"), str(run[key]), key)
            if key in stats:
                self.assertEqual(run[key], stats[key], key)
        shown = self.browser.find_element(By.CSS_SELECTOR, "[data-figure=global_time_ps]").text
        self.assertEqual(shown, f"{run['global_time_ps'] / 1e9:.6f}".rstrip("0").rstrip(".") + " ms")

    def test_table_of_cpus_is_that_of_the_data(self):
        rows = self.browser.find_elements(By.CSS_SELECTOR, "#cpus tbody tr")
        cpus = self.data["trace"]["vcpus"]
        self.assertEqual(len(rows), len(cpus))
        length = self.data["trace"]["run"]["global_time_ps"]
        for row, cpu in zip(rows, cpus):
            cells = [each.text.replace("\u2009", "").replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
                     for each in row.find_elements(By.CSS_SELECTOR, "th, td")]
            self.assertEqual(cells[0], cpu["name"].removeprefix("platform."))
            self.assertEqual(cells[2], str(cpu["instructions"]))
            for cell, of in zip(cells[4:7], ("running", "idle", "paused")):
                self.assertAlmostEqual(float(cell.rstrip("%")), 100 * cpu[of]["ps"] / length, delta=0.0501)
            self.assertTrue(cells[10].startswith(f"{cpu['token_holds']}×"), cells[10])
            self.assertEqual(cells[12:14], [str(cpu["kicks"]), str(cpu["interrupts"])])

    def test_targets_and_lines_are_those_of_the_data(self):
        shown = {row.find_element(By.TAG_NAME, "th").text: row.find_elements(By.TAG_NAME, "td")
                 for row in self.browser.find_elements(By.CSS_SELECTOR, "#targets tbody tr")}
        for target in self.data["trace"]["targets"]:
            cells = [each.text.replace("\u202f", "").replace("\u2009", "").replace(" ", "") for each in shown[target["name"].removeprefix("platform.")]]
            self.assertEqual(cells[:3], [str(target["reads"]), str(target["writes"]), str(target["bytes"])])
        lines = self.browser.find_elements(By.CSS_SELECTOR, "#lines tbody tr")
        self.assertEqual(len(lines), sum(1 for each in self.data["trace"]["lines"] if each["raised"] + each["lowered"]))

    def test_histograms_have_all_samples(self):
        bars = self.run_script("return [...document.querySelectorAll('#histograms figure')].map((figure) => "
                               "[...figure.querySelectorAll('rect title')].map((title) => title.textContent))")
        for texts, key in zip(bars, ("skew", "systemc_lag", "timer_lateness")):
            counts = ["".join(filter(str.isdigit, text.rsplit(":", 1)[1])) for text in texts]
            self.assertEqual(sum(map(int, counts)), self.data["trace"][key]["count"], key)

    def test_diagram_has_all_modules_and_addresses(self):
        platform = self.data["platform"]
        labels = [each.get_attribute("aria-label") for each in self.browser.find_elements(By.CSS_SELECTOR, "#platform .module")]
        rest = self.browser.find_element(By.ID, "platform-rest").text
        for module in platform["modules"]:
            name = module["name"].removeprefix("platform.")
            self.assertTrue(any(each.startswith(f"{name}: {module['type']}") for each in labels) or f"{name} ({module['type']})" in rest, name)
        for binding in platform["bindings"]:
            if binding.get("address") and binding["to"] == "platform.uart":
                self.assertTrue(any(binding["address"] in each for each in labels))
        boxes = self.run_script("return [...document.querySelectorAll('#platform .module rect')].map((each) => "
                                "['x', 'y', 'width', 'height'].map((name) => Number(each.getAttribute(name))))")
        for i, (x1, y1, w1, h1) in enumerate(boxes):
            for x2, y2, w2, h2 in boxes[:i]:
                self.assertFalse(x1 < x2 + w2 and x2 < x1 + w1 and y1 < y2 + h2 and y2 < y1 + h1, "two boxes overlap")

    def test_zooms_and_pans_with_buttons(self):
        before, picture = self.width_shown(), self.canvas()["sum"]
        self.browser.find_element(By.ID, "zoom-in").click()
        self.assertAlmostEqual(self.width_shown(), before / 2, delta=before * 1e-6)
        self.assertNotEqual(self.canvas()["sum"], picture)
        begin = self.shown()[0]
        self.browser.find_element(By.ID, "later").click()
        self.assertGreater(self.shown()[0], begin)
        self.browser.find_element(By.ID, "fit").click()
        self.assertEqual(self.canvas()["sum"], picture)

    def test_zooms_and_pans_with_keys(self):
        everything = self.shown()
        self.lanes().send_keys("++")
        self.assertAlmostEqual(self.width_shown(), everything[1] / 4, delta=everything[1] * 1e-6)
        begin = self.shown()[0]
        self.lanes().send_keys(Keys.ARROW_RIGHT)
        self.assertGreater(self.shown()[0], begin)
        self.lanes().send_keys(Keys.HOME)
        self.assertEqual(self.shown()[0], 0)
        self.lanes().send_keys("0")
        self.assertEqual(self.shown(), everything)

    def test_goes_to_hand_overs(self):
        self.lanes().send_keys("+++")
        self.lanes().send_keys(Keys.HOME, Keys.PAGE_DOWN)
        begin, end = self.shown()
        lane = self.data["trace"]["token"]["lane"]["ps"]
        self.assertTrue(any(begin <= at <= end for at in lane[1:]), (begin, end))
        self.assertIn("token:", self.browser.find_element(By.ID, "readout").text)

    def test_zooms_with_the_wheel_where_the_pointer_is(self):
        box = self.lanes().rect
        middle = self.run_script("return timeline.at(%d)" % (box["width"] * 3 // 4))
        self.command("Input.dispatchMouseEvent", type="mouseWheel", x=box["x"] + box["width"] * 3 // 4 + 1,
                     y=self.run_script("return document.getElementById('lanes').getBoundingClientRect().y") + 60, deltaX=0, deltaY=-300)
        WebDriverWait(self.browser, LATE_S).until(lambda _: self.width_shown() < self.data["trace"]["run"]["global_time_ps"] * 0.9)
        again = self.run_script("return timeline.at(%d)" % (box["width"] * 3 // 4))
        self.assertAlmostEqual(again, middle, delta=self.width_shown() * 0.01)

    def test_pans_with_the_pointer_and_tells_what_is_there(self):
        self.lanes().send_keys("++")
        begin = self.shown()[0]
        ActionChains(self.browser).move_to_element(self.lanes()).click_and_hold().move_by_offset(-200, 0).release().perform()
        self.assertGreater(self.shown()[0], begin)
        said = self.browser.find_element(By.ID, "readout").text
        for cpu in self.data["trace"]["vcpus"]:
            self.assertIn(cpu["name"].removeprefix("platform.") + ": ", said)

    def test_two_fingers_zoom(self):
        before = self.width_shown()
        top = self.run_script("return document.getElementById('lanes').getBoundingClientRect().y") + 60
        fingers = lambda a, b: [{"x": a, "y": top, "id": 0}, {"x": b, "y": top, "id": 1}]  # noqa: E731
        self.command("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
        self.command("Input.dispatchTouchEvent", type="touchStart", touchPoints=fingers(600, 700))
        self.command("Input.dispatchTouchEvent", type="touchMove", touchPoints=fingers(500, 800))
        self.command("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.command("Emulation.setTouchEmulationEnabled", enabled=False)
        self.assertLess(self.width_shown(), before * 0.6)

    def test_axis_of_the_host_has_the_host_s_length(self):
        picture = self.canvas()["sum"]
        self.browser.find_element(By.CSS_SELECTOR, "input[value=ns]").click()
        self.assertEqual(self.shown(), [0, self.data["trace"]["run"]["host_ns"]])
        self.assertNotEqual(self.canvas()["sum"], picture)

    def test_takes_newer_data(self):
        newer = json.loads(json.dumps(self.data))
        newer["trace"]["run"]["token_handovers"] += 1
        newer["trace"]["run"]["dropped"] = 5
        self.run_script("update(arguments[0])", newer)
        shown = self.browser.find_element(By.CSS_SELECTOR, "[data-figure=token_handovers]")
        self.assertEqual(shown.get_attribute("data-value"), str(newer["trace"]["run"]["token_handovers"]))
        notice = self.browser.find_element(By.ID, "notice")
        self.assertTrue(notice.is_displayed())
        self.assertIn("5 of", notice.text)

    def test_everything_has_a_name(self):
        self.expect_names()

    def test_contrast_is_enough(self):
        for scheme in ("light", "dark"):
            self.open(1280, scheme=scheme)
            self.expect_contrast()

    def test_looks(self):
        for width, name in ((1280, "wide"), (400, "narrow")):
            for scheme in ("light", "dark"):
                self.open(width, scheme=scheme)
                self.expect_fits(width)
                self.keep(f"{name}-{scheme}")
                self.assertEqual(self.run_script("return getComputedStyle(document.body).backgroundColor"), PAPER[scheme])

    def test_prints(self):
        self.open(1280, scheme="dark")
        pdf = base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertGreater(len(pdf), 20000)
        (FOLDER / "smp.pdf").write_bytes(pdf)
        self.run_script("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.run_script("return getComputedStyle(document.body).backgroundColor"), PAPER["light"])
        self.run_script("dispatchEvent(new Event('afterprint'))")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
