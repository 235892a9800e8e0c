# SPDX-License-Identifier: MIT
"""Pages of ours in Chromium: what their tests share.

Nothing here waits for a time: Selenium's waits end when the page has come so far, and fail late."""
import base64
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LATE_S = 120  # when a wait for the page counts as failed
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}  # --paper in page.css

# For each element with text of its own: its contrast with what is behind it (WCAG 2.1, 1.4.3).
CONTRASTS = """
const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (node) => {
    for (; node; node = node.parentElement) {
        const colour = rgb(getComputedStyle(node).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
};
return [...document.querySelectorAll('body *:not(script):not(svg *)')]
    .filter((node) => node.offsetParent && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
    .map((node) => {
        const [a, b] = [light(rgb(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), node.textContent.trim().slice(0, 40)];
    });
"""

# How many colours the canvas shows, and a sum over its pixels.
CANVAS = """
const canvas = document.getElementById('lanes');
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
const colours = new Map();
let sum = 0;
for (let i = 0; i < data.length; i += 4) {
    const colour = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
    colours.set(colour, (colours.get(colour) || 0) + 1);
    sum = (sum * 31 + colour) % 1000000007;
}
return { colours: [...colours.values()].filter((count) => count > 50).length, sum };
"""


class PageTest(unittest.TestCase):
    """A browser for all tests of a class. What its console says makes a test fail."""
    browser = folder = None

    @classmethod
    def start_browser(cls, folder):
        """With its profile and its pictures in folder."""
        cls.folder = folder
        options = Options()
        # Its sandbox does not work for root, nor in most containers; what it shows is our own page.
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-extensions", "--disable-background-networking", f"--user-data-dir={folder}/profile"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        cls.addClassCleanup(cls.browser.quit)

    def tearDown(self):
        self.assertEqual(self.complaints(), [])

    def complaints(self):
        """What the console has said since it was asked last."""
        return [each for each in self.browser.get_log("browser") if each["level"] in ("SEVERE", "WARNING")]

    def command(self, name, **arguments):
        return self.browser.execute_cdp_cmd(name, arguments)

    def resize(self, width, height, scheme=None):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        if scheme:
            self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def show(self, address, width, scheme="light"):
        self.resize(width, 900, scheme)
        self.browser.get(address)
        self.wait(lambda: self.canvas()["colours"] > 3)

    def wait(self, what):
        WebDriverWait(self.browser, LATE_S, poll_frequency=0.1).until(lambda _: what())

    def run_script(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def canvas(self):
        return self.run_script(CANVAS)

    def keep(self, name):
        """The whole page as name.png."""
        self.resize(*self.run_script("return [innerWidth, document.documentElement.scrollHeight]"))
        self.run_script("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(self.command("Page.captureScreenshot")["data"]))

    # --- what all pages have to be

    def expect_names(self):
        for selector in ("button", "canvas", "input", "svg", "[tabindex]", "section"):
            for each in self.browser.find_elements(By.CSS_SELECTOR, selector):
                self.assertTrue(each.accessible_name or not each.is_displayed(), each.get_attribute("outerHTML")[:100])

    def expect_contrast(self):
        self.assertEqual([each for each in self.run_script(CONTRASTS) if each[0] < 4.5], [])

    def expect_fits(self, width):
        self.assertLessEqual(self.run_script("return document.documentElement.scrollWidth"), width, "it needs no scrolling to the side")
