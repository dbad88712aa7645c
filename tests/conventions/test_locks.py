"""What is installed is pinned, and the pins say nothing about where somebody happened to get it from."""

import json
import re

import pytest

from tests.support.sources import ROOT

LOCKS = ("package-lock.json", "bench/package-lock.json")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_python_packages_are_pinned(name: str):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    assert not [line for line in lines if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", line)]


def test_constraints_agree_with_requirements():
    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)$", (ROOT / name).read_text(), re.MULTILINE)
        return {package.lower().replace("_", "-"): version for package, version in found}

    asked = {**pins("requirements.txt"), **pins("requirements-dev.txt")}
    known = pins("constraints.txt")
    assert {package: known.get(package) for package in asked} == asked


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_registry(name: str):
    packages = json.loads((ROOT / name).read_text())["packages"]
    assert not [path for path, entry in packages.items() if "resolved" in entry]
