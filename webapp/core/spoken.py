"""Months, days and instants as a person reads them, in the reader's language and in Asia/Shanghai."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, format_timedelta
from flask_babel import get_locale
from markupsafe import Markup

from webapp.core.clock import to_local
from webapp.core.errors import say
from webapp.core.period import Month

A_MONTH, A_YEAR = timedelta(days=30), timedelta(days=365)  # as the words for lengths of time count
_SENTENCE = re.compile(r".+?(?:[。！？]|[.!?](?=\s|$))", re.DOTALL)


def month_text(month: Month | int) -> str:
    """Return `month` (or its number, 202611) as `2026年11月`, `November 2026`."""
    first = (Month.from_int(month) if isinstance(month, int) else month).first
    return format_skeleton("yMMMM", first, locale=get_locale())


def day_text(day: date) -> str:
    """Return `day` as `2026年11月21日`, `Nov 21, 2026`."""
    return format_skeleton("yMMMd", day, locale=get_locale())


def brief_day_text(day: date) -> str:
    """Return `day` without its year, as `11月21日`, `Nov 21`."""
    return format_skeleton("MMMd", day, locale=get_locale())


def month_name(month: Month | int) -> str:
    """Return `month` without its year, as `11月`, `Nov`."""
    first = (Month.from_int(month) if isinstance(month, int) else month).first
    return format_skeleton("MMM", first, locale=get_locale())


def months_text(months: int) -> str:
    """Return a length of time as `2年`, `18个月`, `2 years`."""
    years, rest = divmod(months, 12)
    if rest:
        return format_timedelta(A_MONTH * months, "month", threshold=months, locale=get_locale())
    return format_timedelta(A_YEAR * years, "year", locale=get_locale())


def language_tag() -> str:
    """Return the reader's language as forms and pages tag it: `zh-Hans`, `zh-Hant`, `en`."""
    return str(get_locale() or "zh_Hans").replace("_", "-")


def words(texts: Mapping[str, str]) -> str:
    """Return the one of `texts` (by language) that is the reader's, or the Simplified Chinese one."""
    return texts.get(language_tag()) or texts["zh-Hans"]


def moment_text(instant: datetime) -> str:
    """Return `instant` (aware) as `2026-11-21 20:03`: the same in every language, so that it can be compared."""
    return to_local(instant).strftime("%Y-%m-%d %H:%M")


def second_text(instant: datetime) -> str:
    """Return `instant` (aware) to the second: `2026-11-21 20:03:11`."""
    return to_local(instant).strftime("%Y-%m-%d %H:%M:%S")


def _shown(text: Callable[[datetime], str]) -> Callable[[datetime], Markup]:
    """Return `text` for pages: a line breaks before the time, never within the day, where browsers take its hyphens."""
    return lambda instant: Markup('<span class="number">{}</span> {}').format(*text(instant).split())


def first_sentence(text: str) -> str:
    """Return the first sentence of `text`, with what ends it: a line about a page whose whole summary is too long."""
    found = _SENTENCE.match(text.strip())
    return found[0] if found else text.strip()


# The names by which templates call these.
FILTERS: dict[str, Callable[..., str]] = {
    "say": say,
    "month": month_text,
    "day": day_text,
    "brief_day": brief_day_text,
    "month_name": month_name,
    "words": words,
    "first_sentence": first_sentence,
    "moment": _shown(moment_text),
    "second": _shown(second_text),
}
