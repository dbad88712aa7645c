"""Finding a text in heaps of bytes, however it was written there."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from webapp.config import Settings

SHORTEST = 6  # bytes; what is shorter is found anywhere by chance


def forms(text: str) -> Iterator[bytes]:
    """Yield `text` as it may lie in a file: UTF-8, UTF-16, GB 18030, JSON escapes, percent signs, hex and base64."""
    plain = [text.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    yield from plain
    yield from (json.dumps(text)[1:-1].encode(), quote(text).encode())
    for raw in plain[:3]:
        yield from (raw.hex().encode(), raw.hex().upper().encode())
        for start in range(3):  # bytes before it shift base64, and those behind it blur its last sign
            for spell in (b64encode, urlsafe_b64encode):
                yield spell(bytes(start) + raw)[(0, 2, 3)[start] :].rstrip(b"=")[:-1]


def traces(heap: bytes, texts: Iterable[str]) -> set[str]:
    """Return those of `texts` that lie in `heap` in any form."""
    return {text for text in texts if any(len(form) >= SHORTEST and form in heap for form in forms(text))}


def dump(settings: Settings) -> bytes:
    """Return all that the database of `settings` keeps: the bytes of its files, or of all rows of all tables."""
    if settings.database_url.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in sorted(settings.data.glob("sanshi.db*")))
    return b"".join(_rows(settings.database_url.replace("+psycopg", "")))


def _rows(url: str) -> Iterator[bytes]:
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            yield str(name).encode()
            for form in ("BINARY", "TEXT"):
                with connection.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT {form})'.encode()) as rows:
                    yield from (bytes(part) for part in rows)


def files_in(folder: Path, but: str) -> bytes:
    """Return the bytes of all files in `folder`, those below `but` left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and but not in path.parts)
    return b"".join(path.read_bytes() for path in paths)
