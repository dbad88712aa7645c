"""Servers born of one process that has read the program: each starts in a fraction of the time, and is its own.

What is read once is what is the same for all of them: modules, static files, packed, addresses and templates,
compiled. A server is a child with its own session, settings and log, and runs the same command as any other.
"""

import contextlib
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from tests.support.sources import ROOT
from tests.support.thrift import compiled


class Born:
    """A server that is not our child: the part of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._watch = os.pidfd_open(pid)

    def __del__(self) -> None:
        """Let go of what the process is watched by."""
        with contextlib.suppress(OSError):
            os.close(self._watch)

    def poll(self) -> int | None:
        """Return something once the process has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return when the process has ended. Raises TimeoutExpired when it takes longer."""
        ended = self._ended(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return ended

    def _ended(self, timeout: float | None) -> int | None:
        ready, _, _ = select.select([self._watch], [], [], timeout)
        return 0 if ready else None


class Nursery:
    """The process that servers are born of; it starts when the first is wanted."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def bear(self, program: Sequence[str], environment: Mapping[str, str], log: Path) -> Born:
        """Start `python -m program` with `environment`; what it says goes into `log`."""
        if self._process is None:
            command = [sys.executable, "-m", "tests.support.nursery"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([list(program), dict(environment), str(log)]) + "\n")
        self._process.stdin.flush()
        return Born(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process; its servers live on until they are stopped."""
        if self._process:
            self._process.communicate()
            self._process = None


def main() -> None:
    """Read the program, then start a server for each line on standard input and print its id."""
    with compiled(), TemporaryDirectory() as folder:
        _prepare(Path(folder))
        for line in sys.stdin:
            _reap()
            program, environment, log = json.loads(line)
            if os.fork() == 0:
                _become(program, environment, log)


def _prepare(folder: Path) -> None:
    """Make an app that nobody asks anything, with its data in `folder`: what it brings along is what takes time."""
    from webapp import create_app
    from webapp.config import from_environment
    from webapp.core.assets import BUNDLES, STYLES, TAKEN, VENDOR, shipped

    for name in (*BUNDLES, *STYLES, *TAKEN, *VENDOR):
        assert shipped().find(name).brotli
    app = create_app(replace(from_environment(), data=folder))
    app.url_map.update()
    for template in app.jinja_env.list_templates(["html"]):
        app.jinja_env.get_template(template)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(program: list[str], environment: dict[str, str], log: str) -> NoReturn:
    os.setsid()
    os.write(1, f"{os.getpid()}\n".encode())  # only now can its whole group be told to end
    signal.signal(signal.SIGINT, signal.default_int_handler)
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, words), (2, words)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(program)
    try:
        runpy.run_module(program[0], run_name="__main__", alter_sys=True)
    except SystemExit:
        pass
    except BaseException:  # noqa: BLE001 - its words go into the log, where whoever waits for the server looks
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
