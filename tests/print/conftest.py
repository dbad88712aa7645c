"""A real Chromium that prints pages of an app that is not served: what it asks for, the test answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import browser, chromium_path, playwright  # noqa: F401 - the same fixtures serve here
from tests.print.spoil import DPI
from webapp.cards.rules import LONGEST_HOST

# As long as names of offices usually get, and as long as the smallest label allows: codes of version 4 and 5.
SITES = {
    28: "https://sanshi.kaihua-weijian.gov.cn",
    LONGEST_HOST: "https://sanshi-yuebao.weisheng-jiankang.kaihua-xian.gov.cn",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here, so that `-m "not browser"` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def site(request: pytest.FixtureRequest) -> str:
    """Return the address of the app; a test may say how long its host is, which stands in every code."""
    found = SITES[getattr(request, "param", 28)]
    assert len(urlsplit(found).netloc) == getattr(request, "param", 28)
    return found


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[[FlaskClient, str], Page]]:  # noqa: F811 - the fixture's own name
    """Return a function: client, path -> the page as Chromium shows it, with all it loads taken from the client."""
    context = browser.new_context(viewport={"width": 1000, "height": 1400}, service_workers="block")

    def open_page(client: FlaskClient, path: str) -> Page:
        session = client.get_cookie("sanshi")
        assert session
        client.set_cookie("sanshi", session.value, domain=urlsplit(site).hostname or "")

        def answer(route: Route) -> None:
            parts = urlsplit(route.request.url)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            response = client.get(target, base_url=site)
            route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.data)

        page = context.new_page()
        page.route("**/*", answer)
        page.goto(f"{site}{path}")
        return page

    yield open_page
    context.close()


def rasterised(pdf: bytes) -> list[Image.Image]:
    """Return the pages of `pdf` in grey at 200 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]


def texts(pdf: bytes) -> list[str]:
    """Return what stands on the pages of `pdf` to be read by people."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]
