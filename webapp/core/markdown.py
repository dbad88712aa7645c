"""Markdown of people who publish, as HTML that cannot do anything: a short list of elements, links that are plain.

What is rendered is cleaned, and what was kept is cleaned again when it is shown: a hole that is found later is then
closed for old pages too.
"""

import re
from html import unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
# A path of this site (not `//host`, nor `/\\host`, which browsers take for one), a place on the page, a page elsewhere
# whose host cannot be mistaken for a name before an `@`, a telephone number.
LINK = re.compile(
    r"/(?![/\\])[^\s\\]*|#[^\s\\]*|https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?|tel:\+?[0-9-]{3,20}", re.IGNORECASE
)
BLOCK_END = re.compile(r"(?<=</h[2-4]>)|(?<=</(?:li|tr)>)|(?<=</p>)")
WITHIN_WORDS, BETWEEN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^>]*>"), re.compile(r"<[^>]*>|\[\[[^\]]*\]\]")
START = re.compile(r"[0-9]{1,4}")
HIGHEST, LOWEST = 2, 4  # headings: the page has its own h1
# Characters that turn the direction of reading or cannot be seen: text with them reads otherwise than it is.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(text: str) -> str:
    """Return Markdown (CommonMark and tables, no raw HTML, no pictures) as clean HTML with headings from h2 to h4."""
    tokens = _parser.parse(TURNING.sub("", text))
    for token in tokens:
        if token.type.startswith("heading_"):
            token.tag = _heading(token)
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    return clean(html)


def clean(html: str) -> str:
    """Return `html` with nothing in it but what is allowed: elements, attributes, links. Cleaning twice is once."""
    cleaned = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_allowed, url_schemes={"http", "https", "tel"},
        clean_content_tags={"script", "style", "template", "iframe", "object", "svg", "math", "noscript", "title"},
    )  # fmt: skip
    return TURNING.sub("", cleaned)  # here too: an entity for such a character is one only now


def text_of(html: str) -> str:
    """Return what clean `html` says, on one line, without the places of amounts (`[[…]]`)."""
    return " ".join(unescape(BETWEEN_WORDS.sub(" ", WITHIN_WORDS.sub("", html))).split())


def lines_of(text: str) -> list[str]:
    """Return what Markdown says, a line for each heading, paragraph, item and row, without any signs of Markdown."""
    return [line for line in map(text_of, BLOCK_END.split(render(text))) if line]


def _heading(token: Token) -> str:
    return f"h{min(max(int(token.tag[1:]), HIGHEST), LOWEST)}"


def _allowed(tag: str, attribute: str, value: str) -> Any:
    pattern = LINK if tag == "a" else START
    is_plain = pattern.fullmatch(value) and not TURNING.search(value)
    return value if attribute == "rel" or is_plain else None
