"""What the processes of a server have used, as Linux counts it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """Processor seconds, and the peak of resident memory in MB, pages that processes share counted in each."""

    cpu: float
    memory: float


def used_by(group: int) -> Used:
    """Return what the processes of the process group `group` have used so far."""
    cpu = memory = 0.0
    for folder in _members(group):
        fields = _stat(folder)
        cpu += (int(fields[11]) + int(fields[12])) / TICKS
        memory += _peak(folder) / 1024
    return Used(cpu, memory)


def all_used() -> float:
    """Return the processor seconds that all processes of the machine have used so far."""
    user, nice, system, _idle, _wait, *rest = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    return sum(map(int, (user, nice, system, *rest))) / TICKS


def _members(group: int) -> Iterator[Path]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(_stat(folder)[2]) == group:
            yield folder


def _stat(folder: Path) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third on: the second may hold blanks (proc(5))."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def _peak(folder: Path) -> int:
    """Return the peak of resident memory in kB."""
    lines = (folder / "status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
