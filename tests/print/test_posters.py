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
