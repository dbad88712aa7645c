"""Files that hang on documents: known by content, refused where they were chosen, opened as no page of this site."""

from io import BytesIO

import pytest
from sqlalchemy import select

from tests.support.files import PDF, docx, sent
from tests.support.published import publish
from webapp.core.db import db
from webapp.policies import queries
from webapp.policies.models import Attachment


def test_a_file_is_known_by_its_content_and_kept_under_a_harmless_name(signed_in, begun):
    pages = signed_in("officer")
    sent = {"file": (BytesIO(PDF), "../../<svg onload=x>.html")}
    pages.submit(f"{begun}/files", sent, content_type="multipart/form-data")
    db.session.rollback()
    file = db.session.scalars(select(Attachment)).one()
    assert file.media_type == "application/pdf"
    assert file.name == "svg_onload=x.pdf"
    response = pages.client.get(f"{begun}/files/{file.id}")
    assert response.data == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert pages.client.get(f"/policies/nursery/files/{file.id}").status_code == 404  # not published yet
    pages.submit(f"{begun}/files/{file.id}/remove", {})
    db.session.rollback()
    assert not db.session.scalars(select(Attachment)).all()


def test_everybody_keeps_a_published_file_and_opens_it_as_no_page_of_this_site(app, world):
    edition = publish(world, "nursery", "county", files=[("表格.pdf", PDF)])
    [file] = queries.files_of([edition.id])[edition.id]
    response = app.test_client().get(f"/policies/nursery/files/{file.id}")
    assert response.data == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.one_database
def test_a_file_that_is_too_large_is_refused_at_its_field_and_a_huge_one_with_a_way_back(signed_in, begun):
    pages = signed_in("officer")
    for size, status in ((3_000_000, 422), (9_000_000, 422), (30_000_000, 413)):
        soup = pages.post(f"{begun}/files", status=status, **sent(file=(BytesIO(PDF + b" " * size), "通知.pdf")))
        if status == 422:
            assert "最多 2 MB" in soup.find(id="file-problem").get_text()
        else:
            assert soup.find("a", href=begun)


@pytest.mark.one_database
@pytest.mark.parametrize("content", [b"<svg onload=alert(1)></svg>", b"", docx({"word/vbaProject.bin": "x"})])
def test_what_could_act_is_refused_with_a_sentence(signed_in, begun, content):
    pages = signed_in("officer")
    soup = pages.post(f"{begun}/files", {"file": (BytesIO(content), "通知.pdf")}, content_type="multipart/form-data")
    assert soup.find(id="file-problem")
