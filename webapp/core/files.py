"""Files that people hang on something: what they are by their content, and a name that does nothing.

A name and a declared type are what somebody says; neither decides anything here.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import NamedTuple

from webapp.core.errors import N_, Problem

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000  # bytes of a document that is packed: more is meant to fill a disk
MOST_PACKED = 1000  # packed parts of a PDF
LONGEST_STEM = 80
TOO_LARGE = Problem("file", "large", N_("文件太大，最多 2 MB。"))
EMPTY = Problem("file", "required", N_("请选一个文件。"))
NOT_TAKEN = Problem("file", "type", N_("只收 PDF、DOCX、XLSX、PNG 和 JPEG；按内容认，改了扩展名也一样。"))
ACTIVE = Problem("file", "active", N_("文件里有宏、外部模板或会自己运行的内容，请另存为普通文件再传。"))
LOCKED = Problem("file", "locked", N_("文件加了密码或限制，没法检查里面的内容。请另存为不加密的文件再传。"))

_PNG, _JPEG, _ZIP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"
_PDF = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_ACTS = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia)(?![A-Za-z])")
_PDF_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")  # in the trailer, which is never packed or encrypted itself
_PDF_PACKED = re.compile(b"/" + b"".join(rb"(?:%c|#(?i:%02x))" % (letter, letter) for letter in b"ObjStm"))
_TO_STREAM = re.compile(rb".{0,400}?stream[ \t]*(?:\r\n?|\n)", re.DOTALL)
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
# A document with a password is no ZIP but a compound file with one part (MS-OFFCRYPTO, 2.3.4).
_COMPOUND, _COMPOUND_LOCKED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
_OFFICE = "application/vnd.openxmlformats-officedocument."
XLSX = f"{_OFFICE}spreadsheetml.sheet"  # the type that such a file is sent with
_PACKED = {
    "word/document.xml": ("docx", "wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "spreadsheetml.sheet"),
}
_FORBIDDEN_PART = re.compile(
    r"vbaProject|activeX|oleObject|(?<!printerSettings)(?<!printerSettings\d)\.bin\Z|\.(?:exe|dll|js|vbs|hta|html?)\Z",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    rb"(?:attachedTemplate|oleObject|frame|subDocument)[^>]*TargetMode\s*=\s*[\"']External", re.IGNORECASE
)
_OUTSIDE_FIRST = re.compile(
    rb"TargetMode\s*=\s*[\"']External[\"'][^>]*(?:attachedTemplate|oleObject|frame|subDocument)", re.IGNORECASE
)
_HARMFUL = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*%;&$`'.\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])\Z", re.IGNORECASE)


class Kind(NamedTuple):
    """What a file is: the ending its name gets, and the type it is sent with."""

    ending: str
    media_type: str


def kind_of(content: bytes) -> tuple[Kind | None, list[Problem]]:
    """Return what `content` is, and why it is not taken; one of the two is empty."""
    if not content or len(content) > MOST_BYTES:
        return None, [TOO_LARGE if content else EMPTY]
    if content.startswith(_ZIP):
        return _office(content)
    if _PDF.match(content) and b"%%EOF" in content[-1024:]:
        wrong = LOCKED if _PDF_LOCKED.search(_plain(content)) else ACTIVE if _acts(content) else None
        return (None, [wrong]) if wrong else (Kind("pdf", "application/pdf"), [])
    if content.startswith(_COMPOUND) and _COMPOUND_LOCKED in content:
        return None, [LOCKED]
    kind = _picture(content)
    return kind, [] if kind else [NOT_TAKEN]


def _acts(content: bytes) -> bool:
    """Return whether a PDF names what acts by itself: in the open, by a number for a letter, or in a packed part.

    So does one with more packed than is opened: nobody writes so much but to have it passed over.
    """
    heads = [found.end() for found in islice(_PDF_PACKED.finditer(content), MOST_PACKED + 1)]
    if len(heads) > MOST_PACKED or _names_what_acts(content):
        return True
    room = MOST_UNPACKED
    for found in filter(None, (_TO_STREAM.match(content, head) for head in heads)):
        part = _unpacked(content, found.end(), room)
        room -= len(part)
        if room <= 0 or _names_what_acts(part):
            return True
    return False


def _names_what_acts(part: bytes) -> bool:
    return bool(_PDF_ACTS.search(_plain(part)))


def _plain(part: bytes) -> bytes:
    """Return `part` with letters where a name gives their numbers."""
    return _NUMBERED.sub(_letter, part)


def _letter(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _unpacked(content: bytes, start: int, most: int) -> bytes:
    """Return packed objects of a PDF (ISO 32000-1, 7.5.7), `most` bytes at the most; empty when they do not open."""
    try:
        return zlib.decompressobj().decompress(memoryview(content)[start:], most)
    except zlib.error:
        return b""


def _picture(content: bytes) -> Kind | None:
    if content.startswith(_PNG) and _is_whole_png(content):
        return Kind("png", "image/png")
    is_jpeg = content.startswith(_JPEG) and content.rstrip(b"\0").endswith(b"\xff\xd9")
    return Kind("jpg", "image/jpeg") if is_jpeg else None


def safe_name(given: str, kind: Kind, instead: str = "file") -> str:
    """Return a name for a file of `kind` that is like `given`: no path, no second ending, nothing unseen."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    stem = _HARMFUL.sub("_", last.rpartition(".")[0] or last)
    stem = unicodedata.normalize("NFC", "".join(each for each in stem if unicodedata.category(each)[0] != "C"))
    stem = re.sub(r"[\s_]+", "_", stem).strip("_- ")[:LONGEST_STEM].strip("_- ")
    stem = f"_{stem}" if _RESERVED.match(stem) else stem
    return f"{stem or instead}.{kind.ending}"


def _is_whole_png(content: bytes) -> bool:
    """Return whether `content` is one PNG from the first byte to the last, its header telling a size (RFC 2083)."""
    names = [name for name, _ in _chunks(content)]
    ends = len(_PNG) + sum(size + 12 for _, size in _chunks(content))
    return names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and b"IDAT" in names and ends == len(content)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield name and length of each chunk, as far as they go."""
    at = len(_PNG)
    while at + 12 <= len(content):
        size, name = struct.unpack(">I4s", content[at : at + 8])
        yield name, size
        at += size + 12


def _office(content: bytes) -> tuple[Kind | None, list[Problem]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            found = next((kind for main, kind in _PACKED.items() if main in names), None)
            if found is None or "[Content_Types].xml" not in names or sum(p.file_size for p in parts) > MOST_UNPACKED:
                return None, [NOT_TAKEN]
            if any(_FORBIDDEN_PART.search(name) for name in names) or _reaches_out(packed):
                return None, [ACTIVE]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return None, [NOT_TAKEN]
    return Kind(found[0], _OFFICE + found[1]), []


def _reaches_out(packed: zipfile.ZipFile) -> bool:
    """Return whether a document takes in something from elsewhere, or says that it holds macros."""
    links = [packed.read(name) for name in packed.namelist() if name.endswith(".rels")]
    told = packed.read("[Content_Types].xml")
    return b"macroEnabled" in told or any(_OUTSIDE.search(each) or _OUTSIDE_FIRST.search(each) for each in links)
