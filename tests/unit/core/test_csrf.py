"""Which requests count as coming from another site."""

import pytest

from webapp.core.csrf import is_cross_site

OWN = "https://sanshi.example"


@pytest.mark.parametrize(
    ("method", "headers", "has_session", "refused"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site"}, True, False),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, True, False),
        ("POST", {"Sec-Fetch-Site": "none"}, True, False),
        ("POST", {"Sec-Fetch-Site": "same-site"}, True, True),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Origin": OWN}, True, True),
        ("POST", {"Origin": OWN}, True, False),
        ("POST", {"Origin": "http://sanshi.example"}, True, True),
        ("POST", {"Origin": "https://sanshi.example:444"}, True, True),
        ("POST", {"Origin": "null"}, True, True),
        ("POST", {"Origin": "https://elsewhere.example"}, False, True),
        ("POST", {}, True, True),
        ("POST", {}, False, False),
        ("DELETE", {}, True, True),
    ],
)
def test_unsafe_methods_need_our_own_page(method: str, headers: dict, has_session: bool, refused: bool) -> None:
    assert is_cross_site(method, headers, lambda: OWN, has_session=has_session) is refused
