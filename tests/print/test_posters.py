"""Paper from a document: one A4 page each, with a code that a reader finds and that leads to the public page."""

import pytest
import zxingcpp
from flask import Flask

from tests.print.conftest import rasterised, texts
from tests.support.published import publish

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(("paper", "codes"), [("poster", 1), ("card", 8)])
def test_paper_is_one_page_with_a_code_to_the_public_page(app: Flask, world, signed_in, visit, site, paper, codes):
    edition = publish(world, "nursery", "community")
    page = visit(signed_in("officer").client, f"/app/documents/{edition.document_id}/1/{paper}")
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    [sheet], [said] = rasterised(pdf), texts(pdf)
    assert "托育补助" in said
    assert "返回" not in said
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in found] == [f"{site}/policies/nursery?at=331126101201"] * codes


LONGEST = [
    {"title": "补" * 80, "summary": "三岁以下的孩子有补助。" * 36 + "到街道", "audience": "有孩子的家庭，" * 14},
    {"title": "Notice: " * 10, "summary": "Every child under three has aid. " * 12, "audience": "Families " * 11},
]


@pytest.mark.parametrize("words", LONGEST, ids=["chinese", "english"])
def test_the_longest_texts_stay_on_one_poster(app: Flask, world, signed_in, visit, words):
    edition = publish(world, "nursery", "community", words=words)
    page = visit(signed_in("officer").client, f"/app/documents/{edition.document_id}/1/poster")
    [sheet] = rasterised(page.pdf(prefer_css_page_size=True, print_background=True))
    assert len(zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode)) == 1
