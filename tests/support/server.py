"""The production server as a process of its own, to be killed and started again on the same data."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tests.support import nursery
from tests.support.nursery import Born, Nursery
from tests.support.postgres import free_port
from tests.support.sources import ROOT

START = 90.0  # seconds; nobody waits longer than it takes


class Server:
    """Sanshi, or another `program` with the same settings, serving a data folder on a free port."""

    nursery: ClassVar[Nursery | None] = None  # what servers of a test run are born of

    def __init__(self, data: Path, program: Sequence[str] = ("flask", "serve"), **settings: str) -> None:
        self.data = data
        self.program = program
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / f"server-{self.port}.log"
        self.environment = {
            **os.environ, "SANSHI_DATA": str(data), "PORT": str(self.port), "SANSHI_WORKERS": "1",
            "FLASK_APP": "webapp", **settings,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | Born | None = None

    def flask(self, *arguments: str) -> str:
        """Run a command of the app on the same data; return what it prints. Raises RuntimeError when it fails."""
        command = [sys.executable, "-m", "flask", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start serving; return when the process answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start the process; it does not answer yet."""
        if self.nursery and ROOT == nursery.ROOT:  # a test may have put another program in its place
            self.process = self.nursery.bear(self.program, self.environment, self.log)
            return
        with self.log.open("ab") as log:
            # A session of its own, so that a kill reaches the workers too.
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.program],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Return when the process answers. Raises RuntimeError when it ends, or takes too long."""
        assert self.process
        deadline = time.monotonic() + START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Return whether the server says that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def kill(self) -> None:
        """End the server at once, in the middle of whatever it does (SIGKILL to it and its workers)."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End the server in order."""
        self._signal(signal.SIGTERM)

    def restart(self) -> None:
        """Kill the server and start it again on the same port and data."""
        self.kill()
        self.start()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        group = self.process.pid
        try:
            os.killpg(group, number)
            self.process.wait(timeout=15)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(group, signal.SIGKILL)
            self.process.wait()
        _wait_until_gone(group)
        self.process = None


def _wait_until_gone(group: int) -> None:
    """Return when the last thread of the process `group` has ended.

    A worker that is killed outlives its parent by a moment. As long as it has the database open, whoever looks into
    that does not recover what another one committed and had no time to say so: the record seems lost, then is there.
    """
    until = time.monotonic() + START
    while any(_is_alive(thread, group) for thread in Path("/proc").glob("[0-9]*/task/[0-9]*/stat")):
        if time.monotonic() > until:
            raise RuntimeError(f"processes of group {group} live on")
        time.sleep(0.005)


def _is_alive(thread: Path, group: int) -> bool:
    try:
        state, _, of_group = thread.read_text().rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return False
    return int(of_group) == group and state not in "ZX"
