"""A client that checks every page it gets: what holds for all pages is not said again in each test."""

import re
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.support.reading import read

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "list", "form")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}
# In ids, tokens and names of files with their hash any three digits stand by chance.
DRAWN = re.compile(r"/static/[^\s\"']+|(?<![\w-])[\w-]{20,}(?![\w-])", re.ASCII)
IDENTIFIER = re.compile(r"[A-Za-z][\w.:-]*\Z")


def undrawn(source: object) -> str:
    """Return a page's `source` without ids, tokens and hashes: what is to stand nowhere else can be looked for."""
    return DRAWN.sub("…", str(source))


class Pages:
    """Fetches pages as a browser does, and refuses any that breaks a rule all pages keep."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """Return the page at `url`, parsed, after the checks."""
        return self._page(self.client.get(url, **kwargs), url, status)

    def post(self, url: str, data: dict[str, Any] | None = None, status: int = 422, **kwargs: Any) -> BeautifulSoup:
        """Return the page that answers a form, such as the same form with what is wrong."""
        return self._page(self._post(url, data, **kwargs), url, status)

    def submit(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> str:
        """Send a form that succeeds; return where the redirect leads."""
        response = self._post(url, data, **kwargs)
        assert response.status_code == 303, f"{url}: {response.status_code}\n{response.text[:2000]}"
        return response.headers["Location"]

    def fragment(self, url: str, status: int = 200) -> BeautifulSoup:
        """Return what htmx gets at `url`: a part of the page."""
        response = self.client.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        assert response.status_code == status
        assert "HX-Request" in response.headers.get("Vary", ""), f"{url}: a cache would mix page and fragment"
        assert "<html" not in response.text, f"{url}: a whole page instead of a part"
        return BeautifulSoup(response.text, "html.parser")

    def _post(self, url: str, data: dict[str, Any] | None, **kwargs: Any) -> TestResponse:
        headers = {**SAME_ORIGIN, **kwargs.pop("headers", {})}
        return self.client.post(url, data=data or {}, headers=headers, **kwargs)

    def _page(self, response: TestResponse, url: str, status: int) -> BeautifulSoup:
        assert response.status_code == status, f"{url}: {response.status_code}\n{response.text[:2000]}"
        assert response.mimetype == "text/html", f"{url}: {response.mimetype}"
        soup, mistakes = read(response.text)
        for template in soup.find_all("template"):  # what is in it is not on the page yet
            template.extract()
        problems = [
            *problems_of_headers(response, url),
            *mistakes,
            *problems_of_page(soup),
            *problems_of_links(soup, self.client.application),
        ]
        assert not problems, f"{url}\n" + "\n".join(problems)
        return soup


def problems_of_headers(response: TestResponse, url: str) -> list[str]:
    """Return what is wrong with the headers of a page."""
    problems = []
    if "script-src 'self'" not in response.headers.get("Content-Security-Policy", ""):
        problems.append("no Content-Security-Policy")
    if urlsplit(url).path.startswith("/app") and "no-store" not in response.headers.get("Cache-Control", ""):
        problems.append("a signed-in page may be stored")
    return problems


def problems_of_page(soup: BeautifulSoup) -> list[str]:
    """Return what is wrong with a page by itself: the rules every page keeps."""
    return [
        *problems_of_heading(soup),
        *problems_of_ids(soup),
        *problems_of_forms(soup),
        *problems_of_summary(soup),
        *problems_of_inline_code(soup),
        *(f"img without alt: {img}" for img in soup.find_all("img") if img.get("alt") is None),
    ]


def problems_of_heading(soup: BeautifulSoup) -> list[str]:
    """Return whether heading, title and language of the page are wrong."""
    headings = [" ".join(h.get_text().split()) for h in soup.find_all("h1")]
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    problems = [] if soup.html and soup.html.get("lang") in {"zh-Hans", "zh-Hant", "en"} else ["no language"]
    if len(headings) != 1:
        return [*problems, f"{len(headings)} h1: {headings}"]
    private = soup.find("h1", attrs={"data-private": True})
    if private and not private.has_attr("data-shell"):  # browsers keep titles: this one says nothing of the heading
        return [*problems, f"title {title!r} tells"] if headings[0] in title else problems
    return problems if title.startswith(headings[0]) else [*problems, f"title {title!r} is not h1 {headings[0]!r}"]


def problems_of_ids(soup: BeautifulSoup) -> list[str]:
    """Return ids that are twice there or odd, and references to ids that are not there."""
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    problems = [f"id twice: {name}" for name in sorted({name for name in ids if ids.count(name) > 1})]
    problems += [f"odd id: {name!r}" for name in ids if not IDENTIFIER.match(name)]
    for tag in soup.find_all(True):
        for attribute in REFERENCES:
            value = tag.get(attribute)
            names = value if isinstance(value, list) else str(value or "").split()
            problems += [f"{attribute}={name!r} leads nowhere" for name in names if name not in ids]
    return problems


def problems_of_forms(soup: BeautifulSoup) -> list[str]:
    """Return forms that need a script to work, and inputs nobody can name."""
    forms = [str(f)[:200] for f in soup.find_all("form") if not f.get("action") or not f.get("method")]
    inputs = [tag for tag in soup.find_all(["input", "select", "textarea"]) if tag.get("type") not in UNLABELLED]
    nameless = [str(tag)[:200] for tag in inputs if not has_label(soup, tag)]
    return [f"form without action and method: {f}" for f in forms] + [f"no label: {tag}" for tag in nameless]


def problems_of_summary(soup: BeautifulSoup) -> list[str]:
    """Return what is wrong with an error summary: each line names its field and leads to it, in their order."""
    lines = soup.select("#error-summary li a")
    nameless = [f"summary names no field: {line}" for line in lines if not line.strong or not line.strong.get_text()]
    places = {f"#{tag['id']}": place for place, tag in enumerate(soup.find_all(id=True))}
    lost = [f"summary leads nowhere: {line}" for line in lines if line["href"] not in places]
    order = [places[str(line["href"])] for line in lines if line["href"] in places]
    return [*nameless, *lost, *(["summary in another order than the fields"] if order != sorted(order) else [])]


def has_label(soup: BeautifulSoup, tag: Tag) -> bool:
    """Return whether the input `tag` has a name that is read aloud."""
    if tag.get("aria-label") or tag.get("aria-labelledby") or tag.find_parent("label"):
        return True
    return bool(tag.get("id") and soup.find("label", attrs={"for": tag["id"]}))


def problems_of_inline_code(soup: BeautifulSoup) -> list[str]:
    """Return what the Content-Security-Policy would block, and attributes that are not HTML."""
    problems = [f"inline script: {s}" for s in soup.find_all("script") if not s.get("src")]
    problems += [f"inline style: {s}" for s in soup.find_all("style")]
    for tag in soup.find_all(True):
        wrong = [name for name in tag.attrs if name == "style" or name.startswith(("on", "hx-"))]
        problems += [f"attribute {name} on {tag.name}" for name in wrong]
    return problems


def problems_of_links(soup: BeautifulSoup, app: Flask) -> list[str]:
    """Return links and forms that lead to no page of this site."""
    targets = [(str(tag["href"]), "GET") for tag in soup.find_all(["a", "link"], href=True)]
    targets += [(str(tag["src"]), "GET") for tag in soup.find_all(src=True)]
    targets += [(str(f["action"]), str(f.get("method", "get")).upper()) for f in soup.find_all("form", action=True)]
    return [f"{method} {target} leads nowhere" for target, method in targets if not leads(app, target, method)]


def leads(app: Flask, target: str, method: str) -> bool:
    """Return whether a route of `app` takes `target`; other sites and places on the same page are not looked at."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path:
        return not parts.scheme or parts.scheme in {"http", "https", "data", "mailto", "tel"}
    try:
        app.url_map.bind("localhost").match(parts.path, method="GET" if method == "DIALOG" else method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return parts.path.startswith("/")
