"""A browser whose processes are slowed by the kernel, since DevTools slows the thread of the page alone."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup/cpu")  # control groups, version 1 (cgroups(7)); they want root
PERIOD = 20_000  # microseconds: short beside what is measured


@contextmanager
def slowed(profile: Path, times: int) -> Iterator[bool]:
    """Hold each process of the browser on `profile` to 1/`times` of a core; give whether the machine lets us."""
    made: list[Path] = []
    try:
        yield _hold_all(profile, times, made)
    finally:
        for group in made:
            _let_go(group)


def _hold_all(profile: Path, times: int, made: list[Path]) -> bool:
    """Make a group for each process, noting it in `made`; return False when that is not allowed here."""
    try:
        for pid in _browser(profile):
            made.append(_held(pid, times))  # noqa: PERF401 - those made so far are removed when the next one fails
    except OSError:
        return False
    return bool(made)


def _held(pid: int, times: int) -> Path:
    group = GROUPS / f"sanshi-bench-{pid}"
    group.mkdir()
    (group / "cpu.cfs_period_us").write_text(str(PERIOD))
    (group / "cpu.cfs_quota_us").write_text(str(PERIOD // times))
    (group / "cgroup.procs").write_text(str(pid))
    return group


def _let_go(group: Path) -> None:
    with suppress(OSError):
        for pid in (group / "cgroup.procs").read_text().split():
            (GROUPS / "cgroup.procs").write_text(pid)
    group.rmdir()


def _browser(profile: Path) -> list[int]:
    """Return the ids of the browser that was started on `profile` and of all its descendants."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = [pid for pid in parents if f"--user-data-dir={profile}" in _words(pid)]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return found


def _parent(process: Path) -> int:
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _words(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    return []
