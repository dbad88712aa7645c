"""`/search`: what is published for a place, by words. What was asked for is neither stored nor logged."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from flask import Blueprint, Response, request

from webapp.core import clock
from webapp.core.markdown import text_of
from webapp.core.spoken import language_tag
from webapp.core.web import page
from webapp.offices.queries import Place, place_asked_for
from webapp.policies.queries import searchable, shown_at, speaking
from webapp.policies.rules import EXPIRED, IN_FORCE, REPEALED, Shown
from webapp.search.queries import Part, excerpt, find, marked
from webapp.search.rules import LONGEST

blueprint = Blueprint("search", __name__, url_prefix="/search")

MOST = 60  # editions that are looked at
LISTED = 20  # of them on the page, and as many that have ended
GUESSED = 3
_ENDS = re.compile(r"</(?:h[2-4]|p|li|t[hd])>")  # of what stands on lines of its own


class Hit(NamedTuple):
    """A line of the answer: an edition, its title and a sentence of it, cut where it says what was asked for."""

    shown: Shown
    title: list[Part]
    gist: list[Part]


@blueprint.get("")
def show() -> Response:
    """Show what answers the query today, and apart from it what has ended; without a query, what there is."""
    place, typed = place_asked_for(), _typed()
    about = _answer(typed, place) if typed else {"everything": shown_at(place.path, clock.today())}
    response = page("search/search.html", place=place, typed=typed, longest=LONGEST, **about)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _typed() -> str:
    """Return what was asked for as it was typed, as far as it is looked at."""
    return " ".join("".join(one if one.isprintable() else " " for one in request.args.get("q", "")).split())[:LONGEST]


def _answer(typed: str, place: Place) -> dict[str, object]:
    found = find(typed, "edition", among=searchable(place.path), limit=MOST)
    shown = speaking(found.ids, place.path, clock.today())
    now, before = (
        _hits((each for each in shown if each.state in states), found.words)
        for states in ((IN_FORCE,), (EXPIRED, REPEALED))
    )
    if found.is_guess:
        return {"now": [], "before": [], "guessed": now[:GUESSED]}
    return {"now": now[:LISTED], "before": before[:LISTED], "guessed": []}


def _hits(shown: Iterable[Shown], words: frozenset[str]) -> list[Hit]:
    return [_hit(each, words) for each in shown]


def _hit(shown: Shown, words: frozenset[str]) -> Hit:
    text = shown.text(language_tag())
    passages = [text.summary, *map(text_of, _ENDS.split(text.html))]
    return Hit(shown, marked(text.title, words), marked(excerpt(passages, words), words))
