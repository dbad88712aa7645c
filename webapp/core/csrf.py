"""Protection of unsafe methods by the headers a browser cannot be talked into faking.

No token, because a token goes stale in a cached or offline page. Source: Fetch Metadata (Sec-Fetch-Site) and the
Origin header of the Fetch standard; cookies are SameSite=Lax besides.
"""

from collections.abc import Callable
from typing import Protocol


class Headers(Protocol):
    """What is asked of headers: one by its name."""

    def get(self, key: str, /) -> str | None:
        """Return the header `key`, None when it was not sent."""


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})


def is_cross_site(method: str, headers: Headers, own_origin: Callable[[], str], *, has_session: bool) -> bool:
    """Return whether a request must be refused as coming from another site.

    `own_origin` returns scheme, host and port of this server as the browser sees them; it is seldom asked. A request
    that carries the session cookie and neither of the two headers is refused, one without a cookie has nothing to
    steal.
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in SAME_SITE
    origin = headers.get("Origin")
    if origin is not None:
        return origin != own_origin()
    return has_session
