"""What is in force where and when: editions in, decisions out. Days are dates of Asia/Shanghai."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem

KINDS: Mapping[str, str] = {
    "policy": N_("政策"),
    "benefit": N_("补贴待遇"),
    "service": N_("免费服务"),
    "howto": N_("办事指南"),
    "funds": N_("资金公开"),
    "rights": N_("权利须知"),
    "notice": N_("通知"),
    "results": N_("结果公示"),
}
SOURCE_LANGUAGE = "zh-Hans"
LANGUAGES = (SOURCE_LANGUAGE, "zh-Hant", "en")
TEXTS = ("title", "summary", "body", "audience")
TOPIC = re.compile(r"[a-z0-9-]{2,60}\Z")
# What an edition says of itself besides its texts: columns of its table.
FACTS = (
    "reference", "issuer", "source_name", "source_url", "valid_from", "valid_to", "repealed_by", "repealed_on",
    "verified_by", "verified_on", "contact", "needs_local",
)  # fmt: skip
BLANK: Mapping[str, Any] = {
    "texts": {}, "reference": "", "issuer": "", "source_name": "", "source_url": "", "valid_from": None,
    "valid_to": None, "repealed_by": None, "repealed_on": None, "verified_by": None, "verified_on": None,
    "contact": "", "needs_local": False,
}  # fmt: skip
# The least days that a display lasts: organic laws of residents' and villagers' committees (2025), article 34 and 35.
LEAST_DAYS = 15
A_DAY = timedelta(days=1)

# What an edition is on a day. The first three are stored, the others follow from its days and its neighbours'.
DRAFT, REVIEW, PUBLISHED = "draft", "review", "published"
UPCOMING, IN_FORCE, SUPERSEDED = "upcoming", "in_force", "superseded"
EXPIRED, REPEALED, TAKEN_DOWN = "expired", "repealed", "taken_down"


class Owner(NamedTuple):
    """The unit whose document it is."""

    id: str
    name: str
    level: str


class Source(NamedTuple):
    """Where the content comes from; `url` may be empty."""

    name: str
    url: str


class Repealed(NamedTuple):
    """What repealed it, and the first day without it."""

    by: str
    on: date


class TakenDown(NamedTuple):
    """The day it was taken down, why, and whether that was before the least days of its display were over."""

    on: date
    because: str
    is_early: bool


class File(NamedTuple):
    """A file that hangs on an edition; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int


class Words(NamedTuple):
    """The texts of an edition in one language; `html` is the clean body, `is_fallback` says it is not the one asked."""

    language: str
    title: str
    summary: str
    body: str
    audience: str
    html: str
    is_fallback: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """The days of a published edition, which is all that validity depends on; `valid_to` is the last day or none."""

    id: str
    number: int
    valid_from: date
    valid_to: date | None = None
    repealed_on: date | None = None
    taken_down_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A published edition as the public sees it on a day.

    `until` is the last day on which it is in force as far as is known: its own, the day before it was repealed, or
    the day before the next edition begins. `state` is `in_force`, `upcoming`, `superseded`, `expired`, `repealed` or
    `taken_down`; of the last, `texts` holds titles only.
    """

    edition_id: str
    document_id: str
    topic: str
    kind: str
    owner: Owner
    number: int
    texts: Mapping[str, Mapping[str, str]]
    html: Mapping[str, str]
    reference: str
    issuer: str
    source: Source
    valid_from: date
    valid_to: date | None
    until: date | None
    repealed: Repealed | None
    verified_by: str | None
    verified_on: date | None
    contact: str
    needs_local: bool
    published_on: date
    state: str
    taken_down: TakenDown | None = None
    attachments: Sequence[File] = field(default_factory=tuple)

    def text(self, language: str) -> Words:
        """Return the texts in `language` (`zh-Hans`, `zh-Hant`, `en`), in Simplified Chinese where there are none."""
        found = language if self.texts.get(language) else SOURCE_LANGUAGE
        words, html = self.texts.get(found, {}), self.html.get(found, "")
        title, summary, body, audience = (words.get(name, "") for name in TEXTS)
        return Words(found, title, summary, body, audience, html, found != language)


def last_day(edition: Dated, later: Iterable[Dated] = ()) -> date | None:
    """Return the last day on which `edition` is in force, given the `later` ones of its document; None: no end known.

    The day lies before `valid_from` when it never is.
    """
    begins = (each.valid_from for each in later if order(each) > order(edition) and not each.taken_down_on)
    first_days_without = [day for day in (edition.repealed_on, *begins) if day]
    ends = [day - A_DAY for day in first_days_without] + ([edition.valid_to] if edition.valid_to else [])
    return min(ends, default=None)


def order(edition: Dated) -> tuple[date, int]:
    """Return what editions of one document are ordered by: the later ends the earlier when it begins."""
    return edition.valid_from, edition.number


def state_on(edition: Dated, siblings: Iterable[Dated], day: date) -> str:
    """Return what a published `edition` is on `day` among all published editions of its document."""
    if edition.taken_down_on:
        return TAKEN_DOWN
    if day < edition.valid_from:
        return UPCOMING
    begun = [each for each in siblings if each.valid_from <= day and not each.taken_down_on]
    if any(order(each) > order(edition) for each in begun):
        return SUPERSEDED
    if edition.repealed_on and edition.repealed_on <= day:
        return REPEALED
    return EXPIRED if edition.valid_to and edition.valid_to < day else IN_FORCE


def current(editions: Iterable[Dated], day: date) -> Dated | None:
    """Return the edition that speaks for a document on `day`: the last to have begun, in force or ended.

    Those that were taken down count only where no other has begun. None before the first begins.
    """
    begun = [each for each in editions if each.valid_from <= day]
    return max(begun, key=lambda each: (each.taken_down_on is None, order(each)), default=None)


def in_force(editions: Iterable[Dated], day: date) -> Dated | None:
    """Return the edition of one document that is in force on `day`, if any."""
    every = list(editions)
    found = current(every, day)
    return found if found and state_on(found, every, day) == IN_FORCE else None


def nearest(documents: Mapping[str, Sequence[Dated]], path: Sequence[str], day: date) -> tuple[str, Dated] | None:
    """Return who speaks about one topic at a place on `day`, and the edition: `(unit id, edition)`.

    `documents` are the published editions by owner's unit id, `path` the ids from the root down to the place. The
    nearest owner with an edition in force wins; where none is in force, the nearest one whose edition has ended, and
    after that one whose edition was taken down. None where nothing had begun. Owners off the path are never seen.
    """
    owners = [unit_id for unit_id in reversed(path) if unit_id in documents]
    for unit_id in owners:
        if found := in_force(documents[unit_id], day):
            return unit_id, found
    ended = [(unit_id, found) for unit_id in owners if (found := current(documents[unit_id], day))]
    return min(ended, key=lambda pair: pair[1].taken_down_on is not None, default=None)


def is_early(published_on: date, taken_down_on: date) -> bool:
    """Return whether a display that began on `published_on` was ended before its least days were over."""
    return taken_down_on < published_on + timedelta(days=LEAST_DAYS)


def may_review(writers: Iterable[str], account_id: str) -> bool:
    """Return whether somebody may judge an edition: nobody judges what they wrote themselves."""
    return account_id not in set(writers)


def problems_with_step(state: str, needed: str) -> list[Problem]:
    """Return why an edition in `state` may not take a step that needs another one."""
    if state == needed:
        return []
    if state == PUBLISHED:
        return [Problem("", "published", N_("已经公布的版本不能改，请写一个新版本。"))]
    return [Problem("", "state", N_("这一稿的状态刚变了，请看过新的再做决定。"))]


def problems_with_handing_in(texts: Mapping[str, Mapping[str, str]], source_name: str, issuer: str) -> list[Problem]:
    """Return what an edition still lacks before a second person looks at it; fields as `EditionSchema` names them."""
    words = texts.get(SOURCE_LANGUAGE, {})
    missing = [f"{name}_{SOURCE_LANGUAGE}" for name in ("title", "summary", "body") if not words.get(name)]
    missing += [name for name, text in (("issuer", issuer), ("source_name", source_name)) if not text]
    return [Problem(name, "required", N_("交审前请填写这一项。")) for name in missing]
