"""A Chromium of our own that can be killed in the middle of a write and started again on the same profile."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.support.postgres import free_port
from tests.support.server import START

FLAGS = ("--headless=new", "--no-sandbox", "--no-first-run", "--window-size=360,640")


class Chromium:
    """A browser process on a profile folder; `connect` drives it, `kill` ends it without a goodbye."""

    def __init__(self, program: str, profile: Path, *more: str) -> None:
        self.program = program
        self.profile = profile
        self.flags = (*FLAGS, *more)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.browser: Browser | None = None

    def start(self, driver: Playwright) -> Browser:
        """Start the browser and return the connection to it; its one context is `browser.contexts[0]`."""
        flags = [*self.flags, f"--user-data-dir={self.profile}", f"--remote-debugging-port={self.port}"]
        self.process = subprocess.Popen(
            [self.program, *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START
        while not self._answers():
            assert time.monotonic() < deadline, "Chromium did not start"
            time.sleep(0.05)
        self.browser = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{self.port}")
        return self.browser

    def quit(self) -> None:
        """Close the browser as a person does: it writes down what it has in memory, cookies above all."""
        assert self.browser and self.process
        self.browser.new_browser_cdp_session().send("Browser.close")
        self.process.wait(timeout=START)
        self.process = None

    def kill(self) -> None:
        """End the browser at once (SIGKILL); what it had on disk stays in the profile."""
        if self.process:
            self.browser = None
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/json/version", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
