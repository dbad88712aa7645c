"""What an investigator finds in a browser's profile folder: every file as it is, and its compressed parts opened."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

TABLE_END = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"  # the last eight bytes of a LevelDB table
SNAPPY = 1  # a block's type
FOOTER = 48
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def find(profile: Path, words: Iterable[str]) -> list[str]:
    """Return where which of `words` stand: `file: word (encoding)`."""
    spelt = [(word, encoding, word.encode(encoding)) for word in words for encoding in ENCODINGS]
    found = set()
    for path in sorted(path for path in profile.rglob("*") if path.is_file() and not path.is_symlink()):
        for content in contents(path.read_bytes()):
            hits = [(word, encoding) for word, encoding, sought in spelt if sought in content]
            found |= {f"{path.relative_to(profile)}: {word} ({encoding})" for word, encoding in hits}
    return sorted(found)


def contents(raw: bytes) -> Iterator[bytes]:
    """Yield a file's bytes, then what its compressed parts hold: blocks of LevelDB tables, gzip members."""
    yield raw
    if raw.endswith(TABLE_END):
        yield from blocks(raw)
    at = raw.find(b"\x1f\x8b\x08")
    while at >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(raw[at:])
        at = raw.find(b"\x1f\x8b\x08", at + 1)


def blocks(table: bytes) -> Iterator[bytes]:
    """Yield the blocks of a LevelDB table: the index names where each of the others begins."""
    _, at = _number(table, len(table) - FOOTER)
    _, at = _number(table, at)
    offset, at = _number(table, at)
    size, _ = _number(table, at)
    index = _block(table, offset, size)
    yield index
    for handle in _values(index):
        offset, at = _number(handle, 0)
        size, _ = _number(handle, at)
        yield _block(table, offset, size)


def _block(table: bytes, offset: int, size: int) -> bytes:
    raw = table[offset : offset + size]
    return unsnappy(raw) if table[offset + size] == SNAPPY else raw


def _values(block: bytes) -> Iterator[bytes]:
    """Yield the values of a block: each entry is shared, unshared and value lengths, then key and value."""
    restarts = struct.unpack("<I", block[-4:])[0]
    at, end = 0, len(block) - 4 - 4 * restarts
    while at < end:
        _, at = _number(block, at)
        unshared, at = _number(block, at)
        size, at = _number(block, at)
        yield block[at + unshared : at + unshared + size]
        at += unshared + size


def _number(raw: bytes, at: int) -> tuple[int, int]:
    """Return the number in base 128 that begins at `at`, and where it ends."""
    value = shift = 0
    while raw[at] & 0x80:
        value |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | raw[at] << shift, at + 1


def unsnappy(raw: bytes) -> bytes:
    """Return what `raw` was before Snappy compressed it: literals, and copies of what came before."""
    size, at = _number(raw, 0)
    made = bytearray()
    while at < len(raw):
        tag, at = raw[at], at + 1
        if tag & 3 == 0:
            length, at = _literal(raw, tag, at)
            made += raw[at : at + length]
            at += length
            continue
        length, offset, at = _copy(raw, tag, at)
        for _ in range(length):
            made.append(made[-offset])
    assert len(made) == size
    return bytes(made)


def _literal(raw: bytes, tag: int, at: int) -> tuple[int, int]:
    length = tag >> 2
    if length < 60:
        return length + 1, at
    width = length - 59
    return int.from_bytes(raw[at : at + width], "little") + 1, at + width


def _copy(raw: bytes, tag: int, at: int) -> tuple[int, int, int]:
    """Return length and offset of a copy, and where the next tag is."""
    kind = tag & 3
    if kind == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | raw[at], at + 1
    width = 2 if kind == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(raw[at : at + width], "little"), at + width
