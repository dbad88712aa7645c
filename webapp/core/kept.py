"""Public pages that everybody gets alike: made and packed once, kept by browsers for a moment, checked by a tag.

Only for pages in which nothing is about the reader but the looks they chose.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from threading import Lock
from typing import cast

import brotli  # type: ignore[import-untyped]
from flask import Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.core import clock
from webapp.core.assets import coding_taken

LOOKS = ("lang", "size", "theme")  # the cookies that change a public page
MOST = 200  # pages that a process keeps
FRESH, STALE = 60, 600  # seconds that a browser may show its copy, and then while it asks for a new one


@dataclass(frozen=True)
class Kept:
    """A page as it is sent."""

    body: bytes

    @cached_property
    def tag(self) -> str:
        """Return what changes with the page."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def brotli(self) -> bytes:
        """Return the page packed by brotli, as tightly as answers are."""
        return cast(bytes, brotli.compress(self.body, quality=7))

    @cached_property
    def gzip(self) -> bytes:
        """Return the page packed by gzip."""
        return gzip.compress(self.body, 6, mtime=0)

    def packed(self, coding: str | None) -> bytes:
        """Return the page in the way that `coding` names, as it is without one."""
        return self.brotli if coding == "br" else self.gzip if coding else self.body


class Shelf:
    """The pages that a process keeps; the one that was not asked for the longest goes first."""

    def __init__(self, most: int = MOST) -> None:
        """Keep at most `most` pages."""
        self.most = most
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> Kept:
        """Return the page of `key`, which must change with everything that the page depends on."""
        with self._lock:
            found = self._pages.get(key)
            if found:
                self._pages.move_to_end(key)
                return found
        made = Kept(make().encode())
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > self.most:
                self._pages.popitem(last=False)
        return made


def kept_page(version: Hashable, make: Callable[[], str]) -> BaseResponse:
    """Return the page at this address, or 304 when the reader has it; `make` renders it.

    `version` changes with whatever the page says. No date of change is sent: the page changes with the day and with
    the reader's looks too, which only the tag knows.
    """
    shelf: Shelf = current_app.extensions.setdefault("kept", Shelf())
    looks = tuple(request.cookies.get(name) for name in LOOKS)
    asked = (request.path, request.query_string, looks, is_wechat())
    found = shelf.get((clock.today(), version, asked), make)
    coding = coding_taken()
    response = Response(found.packed(coding), content_type="text/html; charset=utf-8")
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.update(("Cookie", "Accept-Encoding"))
    response.set_etag(found.tag, weak=True)
    response.headers["Cache-Control"] = freshness(clock.now(), shared=not is_wechat())
    return response.make_conditional(request)


def is_wechat() -> bool:
    """Return whether WeChat's own browser asks: on some phones it keeps nothing, so its readers are told."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def freshness(now: datetime, *, shared: bool) -> str:
    """Return how long a page may be shown without asking: never past midnight, when another rule may be in force.

    What a WeChat reader is told is not `shared` with others behind the same cache.
    """
    local = clock.to_local(now)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), clock.SHANGHAI)
    left = int((midnight - local).total_seconds())
    fresh = min(FRESH, left)
    stale = min(STALE, left - fresh)
    return f"{'public' if shared else 'private'}, max-age={fresh}, stale-while-revalidate={stale}"
