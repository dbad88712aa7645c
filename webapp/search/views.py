"""`/search`: what is published for a place, by words. What was asked for is neither stored nor logged."""

import re
from typing import NamedTuple

from flask import Blueprint, Response, request

from webapp.core import clock
from webapp.core.markdown import text_of
from webapp.core.spoken import language_tag
from webapp.core.web import page
from webapp.inforce.queries import searchable, shown_at, speaking
from webapp.offices.queries import Place, place_asked_for
from webapp.policies.rules import EXPIRED, IN_FORCE, REPEALED, Shown
from webapp.search.queries import Marker, Part, find
from webapp.search.rules import LONGEST

blueprint = Blueprint("search", __name__, url_prefix="/search")

LONGEST_TYPED = 200  # characters that fit into the field; the first of them are looked for, and the page says so
MOST = 30  # editions that are looked at
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
    cut = typed[:LONGEST] if len(typed) > LONGEST else ""
    response = page("search/search.html", place=place, typed=typed, cut=cut, longest=LONGEST_TYPED, **about)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _typed() -> str:
    """Return what was asked for as it was typed, as far as the field takes it."""
    plain = "".join(one if one.isprintable() else " " for one in request.args.get("q", ""))
    return " ".join(plain.split())[:LONGEST_TYPED]


def _answer(typed: str, place: Place) -> dict[str, object]:
    found = find(typed, "edition", among=searchable(place.path), limit=MOST)
    shown = speaking(found.ids, place.path, clock.today())
    now = [each for each in shown if each.state == IN_FORCE]
    before = [each for each in shown if each.state in (EXPIRED, REPEALED)]
    lists = {"guessed": now[:GUESSED]} if found.is_guess else {"now": now[:LISTED], "before": before[:LISTED]}
    marker = Marker(found.words)
    return {name: [_hit(each, marker) for each in lists.get(name, [])] for name in ("now", "before", "guessed")}


def _hit(shown: Shown, marker: Marker) -> Hit:
    text = shown.text(language_tag())
    passages = "\n".join([text.summary, *map(text_of, _ENDS.split(text.html))])
    return Hit(shown, marker.cut(text.title), marker.cut(marker.excerpt(passages)))
