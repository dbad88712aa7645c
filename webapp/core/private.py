"""Files and folders that nobody but their owner may read: databases, keys. What is there already stays as it is."""

import os
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def make_folder(path: Path) -> Path:
    """Return the folder `path`, made if it is not there."""
    path.mkdir(FOLDER, parents=True, exist_ok=True)
    return path


def make_file(path: Path) -> Path:
    """Return the file `path`, made empty if it is not there."""
    if not path.exists():
        make_folder(path.parent)
        path.touch(FILE)
    return path


def write(path: Path, content: bytes) -> Path:
    """Return the new file `path` with `content`, on the disk. Raises FileExistsError when there is one already."""
    with os.fdopen(
        os.open(make_folder(path.parent) / path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "wb"
    ) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path
