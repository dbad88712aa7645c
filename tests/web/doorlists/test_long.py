"""A list of 20,000 doors, in a process of its own: every bad row is named, and memory stays within bounds."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.builders import World
from tests.support.sources import ROOT
from tests.web.doorlists.test_import import GROUP, HEAD, written
from tests.web.doorlists.test_page import count

ROWS, BAD = 20_000, 50
MOST_KIB = 300 * 1024
SECONDS = 600  # it takes a tenth of them on a machine of its own
# Not what the system counts for children: that begins with what their parent had.
MEASURED = """
import atexit, pathlib, flask.cli
atexit.register(lambda: print(*[line for line in pathlib.Path("/proc/self/status").open() if "VmHWM" in line]))
flask.cli.main()
"""

pytestmark = pytest.mark.one_database


def doors(bad: set[int]) -> Iterator[list[str]]:
    """Yield the rows of the list; those at `bad` name a group that there is not."""
    for at in range(ROWS):
        group = "第九组" if at in bad else GROUP
        building, door = f"{at // 100 + 1}幢", str(at % 100 + 101)
        yield [group, building, "1单元", door, "流动", f"赵{at}", f"199{at:08d}", "是", "3", "晚上在家"]


def as_book(path: Path, bad: set[int]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEAD, *doors(bad)):
        sheet.append(row)
    book.save(path)
    return path


def run(folder: Path, path: Path, *options: str) -> tuple[int, str, int]:
    """Run the command on a list; return its exit code, what it printed, and the most memory it had (KiB)."""
    arguments = ["--app", "webapp", "households", "import", str(path), "--by", "officer", *options]
    environment = {**os.environ, "SANSHI_DATA": str(folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", MEASURED, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr, int(done.stdout.rpartition("VmHWM:")[2].split()[0])


@pytest.mark.timeout(SECONDS)
def test_twenty_thousand_rows(world: World, tmp_path: Path) -> None:
    bad = {at * (ROWS // BAD) + 7 for at in range(BAD)}
    folder = tmp_path / "data"
    code, said, used = run(folder, as_book(tmp_path / "bad.xlsx", bad), "--dry-run")
    wrong = [line for line in said.splitlines() if "错误" in line and line.startswith("第 ")]
    assert code == 1 and [int(line.split()[1]) for line in wrong] == [at + 2 for at in sorted(bad)], said[:2000]
    assert used < MOST_KIB, f"the dry run used {used} KiB"
    assert count() == 0
    code, said, used = run(folder, written(tmp_path / "good.csv", HEAD, *doors(set())))
    assert code == 0 and f"新增 {ROWS}" in said, said[-2000:]
    assert used < MOST_KIB, f"taking the list in used {used} KiB"
    assert count() == ROWS
