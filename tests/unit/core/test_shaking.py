"""A package reduced to what a page uses."""

import shutil
import subprocess
from pathlib import Path

import pytest

from webapp.core.assets import ROOT, TAKEN
from webapp.core.shaking import take

TABLES = """
/** Sizes. */
const SIZES = [1, 2];
const unused = 'SIZES';
export const other = () => unused;
function twice(n) {
    return n * 2; // stays
}
export { SIZES as _SIZES, twice as _twice };
"""
MAIN = """
import { _SIZES as SIZES, _twice as twice } from './tables.js';
const LIMIT = 3;
const { low, high: top } = { low: 1, high: LIMIT };
/**
 * Nobody asks for this one.
 */
export class Other {
    limit = LIMIT;
}
export const answer = (n) => {
    return twice(n) + SIZES[1] + top;
};
export default answer;
"""


def package(folder: Path) -> Path:
    """Write a package of two modules; return its entry."""
    (folder / "tables.js").write_text(TABLES)
    (folder / "main.js").write_text(MAIN)
    return folder / "main.js"


def run(script: str) -> str:
    """Return what `script` prints."""
    node = shutil.which("node")
    assert node
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout


def test_what_is_taken_works_and_nothing_else_is_left(tmp_path: Path) -> None:
    script = take(package(tmp_path), ["answer"])
    assert run(f"{script}console.log(answer(10));") == "25\n"
    assert not [word for word in ("Other", "unused", "import", "export", "Nobody") if word in script]


def test_what_is_taken_stands_under_its_name_for_all_scripts(tmp_path: Path) -> None:
    script = take(package(tmp_path), ["Other"])
    assert script.startswith("var {Other}=")
    assert run(f"{script}console.log(new Other().limit);") == "3\n"


def test_what_is_not_there_cannot_be_taken(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        take(package(tmp_path), ["LIMIT"])


def test_the_reader_of_codes_is_left_whole() -> None:
    path, names = TAKEN["vendor/qr.js"]
    script = take(ROOT / "node_modules" / path, names)
    made = f"{script}const made = new _QRScanner({{ maxSize: {{ width: 64, height: 64 }} }});"
    assert run(f"{made}console.log(typeof made.decodeAsync);") == "function\n"
    assert "BarcodeDetector" not in script
