"""Small whole files of the kinds that people hang on documents, and what is mixed into hostile ones."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from webapp.core.qr import as_png

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png() -> bytes:
    """Return a small picture."""
    return as_png([[True, False], [False, True]], 2)


def sent(**fields: object) -> dict[str, str | bytes]:
    """Return what sends a form with files, from memory: the client's own way leaves a large body open on the disk."""
    values = {key: FileStorage(*each) if isinstance(each, tuple) else each for key, each in fields.items()}
    boundary, data = encode_multipart(values)
    return {"data": data, "content_type": f"multipart/form-data; boundary={boundary}"}


def packed(main: str, parts: Mapping[str, str] | None = None, types: str = TYPES) -> bytes:
    """Return a packed document with the main part `main` and other `parts`, name by text."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in {"[Content_Types].xml": types, main: "<document/>", **(parts or {})}.items():
            target.writestr(name, text)
    return held.getvalue()


def docx(parts: Mapping[str, str] | None = None, types: str = TYPES) -> bytes:
    """Return a text document."""
    return packed("word/document.xml", parts, types)


def xlsx(parts: Mapping[str, str] | None = None) -> bytes:
    """Return a table document."""
    return packed("xl/workbook.xml", parts)
