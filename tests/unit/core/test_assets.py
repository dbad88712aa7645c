"""Addresses that change with the content, and content packed for whoever reads it."""

import gzip

import brotli
import pytest
from flask import Flask

from webapp.core.assets import FOREVER, TYPES, Asset, compressed


def test_the_address_follows_the_content() -> None:
    assert Asset(b"a", "t").digest != Asset(b"b", "t").digest
    assert Asset(b"a", "t").digest == Asset(b"a", "other").digest


@pytest.mark.parametrize(
    ("taken", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_each_reader_gets_what_it_can_read(taken: str, coding: str | None) -> None:
    asset = Asset(b"a" * 1000, TYPES[".css"])
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": taken}):
        response = compressed(asset, FOREVER)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert response.headers.get("Content-Encoding") == coding
    assert unpack(response.data) == asset.content
    assert "Accept-Encoding" in response.vary


def test_pictures_are_packed_already() -> None:
    with Flask(__name__).test_request_context(headers={"Accept-Encoding": "gzip, br"}):
        assert compressed(Asset(b"a", TYPES[".png"]), FOREVER).data == b"a"
