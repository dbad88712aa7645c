"""Pages and fragments: one URL, two representations; redirects; headers every answer carries."""

import re
from collections.abc import Iterable
from os import SEEK_END
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response as BaseResponse

from webapp.core.errors import Invalid, Problem, say
from webapp.core.fields import typed_count
from webapp.core.period import Month

# One slash, no backslash, blank or control character: browsers take two slashes, or a tab between them, for a host.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*\Z")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
CAMERA_HERE = "camera=(self), geolocation=(), microphone=()"  # on the one page that reads codes
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


ROOM_TO_REFUSE = 10 * 1024 * 1024  # bytes: the photo that somebody took for the form, twice over
STATUS = {"refused": 422, "stale": 409, "gone": 410}  # of a form whose record was not taken, by what became of it


class MonthInAddress(BaseConverter):
    """A month in an address, as `202611`; anything else leads nowhere."""

    regex = "[1-9][0-9]{3}(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        """Return the month that `value` writes."""
        return Month.parse(value)

    def to_url(self, value: Month) -> str:
        """Return `value` as it is written in addresses."""
        return str(value)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """Return `template` rendered with `context`."""
    return make_response(render_template(template, **context), status)


def wants_fragment() -> bool:
    """Return whether htmx asks for a part of the page.

    htmx-flask sees that htmx is asking; whether it wants the whole page stands in a header that only htmx 4 sends.
    """
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and request.headers.get("HX-Request-Type", "partial") == "partial"


def page_or_fragment(template: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """Return `fragment` when htmx asks for a part, else the page `template` that includes it."""
    response = page(fragment if wants_fragment() else template, status, **context)
    response.vary.add("HX-Request")
    return response


def see_other(url: str) -> BaseResponse:
    """Return the redirect after an unsafe method: 303, so that the browser comes back with GET."""
    return redirect(url, 303)


def problems_by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return the sentences of `problems` by the name of their field, in the reader's language."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.field, []).append(say(problem))
    return found


def download(content: bytes, media_type: str, name: str) -> Response:
    """Return a file of somebody's as something to keep, never as a page of this site, whatever it holds."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def base_version() -> int:
    """Return the version that a form was shown with; 0 when it names none."""
    typed = typed_count(request.form.get("base_version", ""))
    return typed if isinstance(typed, int) else 0


def safe_next(url: str | None, default: str) -> str:
    """Return `url` when it is a path of this site, else `default`: a sign-in link must not lead elsewhere."""
    return url if url and _OWN_PATH.match(url) else default


def sent_file(most: int, too_large: Problem) -> FileStorage | None:
    """Return the file of a form (`file`), at its beginning; None when none was chosen.

    Such a form may be larger than others, so that a file of more than `most` bytes is refused where it was chosen.
    Raises Invalid with `too_large` for that, and what the router raises when even this is passed.
    """
    request.max_content_length = most + ROOM_TO_REFUSE
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size > most:
        raise Invalid([too_large])
    return file


def readable(path: str) -> str:
    """Return `path`, or the nearest address above it that can be read: a refused form stands where it was sent."""
    routes = current_app.url_map.bind(request.host)
    while path.strip("/"):
        try:
            routes.match(path, method="GET")
        except HTTPException:
            path = path.rstrip("/").rpartition("/")[0]
        else:
            return path
    return "/"


def add_headers(response: Response) -> Response:
    """Return `response` with the security headers; what is not said to be cacheable is not stored."""
    given = {name for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name not in given])
    return response
