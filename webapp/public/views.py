"""Pages that everybody may read, and the form that changes how pages look."""

from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import find_actor
from webapp.consents.rules import FOR_CHILDREN
from webapp.core import clock
from webapp.core.kept import is_wechat, kept_page
from webapp.core.spoken import months_text
from webapp.core.web import page, readable, safe_next, see_other
from webapp.inforce.queries import shown_at
from webapp.ledger.queries import tip_hash
from webapp.offices.queries import Place, office_at
from webapp.orgs.models import Unit
from webapp.public.queries import counties, place_asked_for, places_under
from webapp.public.rules import EVERYTHING, LOOKS, LOOKS_DAYS, OF_HOUSEHOLDS, REFUSED
from webapp.retention.service import kept_for
from webapp.surveys.queries import open_at

blueprint = Blueprint("public", __name__)

HOME = "/"
ASKED = ("q", "on")  # what a page was asked for besides its place


@blueprint.get("/")
def home() -> BaseResponse:
    """Show residents what they find, claim and say here, and how to call their office; staff go on to their work."""
    if find_actor():
        return see_other("/app")
    return kept_page(tip_hash(), _home)


def _home() -> str:
    place, today = place_asked_for(), clock.today()
    return render_template(
        "public/home.html", place=place, found=shown_at(place.path, today), office=office_at(place.path),
        surveys=open_at(place.path, today), wechat=is_wechat(),
    )  # fmt: skip


@blueprint.get("/places")
def places() -> Response:
    """Show the places to choose from: counties, townships of one, communities of one of those."""
    place, to = place_asked_for(), urlsplit(safe_next(request.args.get("to"), HOME))
    path, asked = readable(to.path), {name: value for name, value in parse_qsl(to.query) if name in ASKED}
    whence = Place("", "").url(path, **asked)
    units = [(unit.name, _way(unit, path, asked, whence)) for unit in places_under(place)]
    return page("public/places.html", place=place, units=units, to=place.url(path, **asked))


def _way(unit: Unit, path: str, asked: dict[str, str], whence: str) -> str:
    """Return the address that choosing `unit` leads to: back to `path`, or while it is no community, to those below."""
    chosen = Place(unit.name, unit.path, unit.code or "")
    if unit.level == "community":
        return chosen.url(path, **asked)
    return chosen.url("/places", to=whence if whence != HOME else None)


@blueprint.get("/about")
def about() -> Response:
    """Show what the site is for, and what it refuses to hold or do."""
    return page("public/about.html", refused=REFUSED, counties=counties())


@blueprint.get("/privacy")
def privacy() -> Response:
    """Show what is held, why, by which law, how long, and who receives it."""
    return page("public/privacy.html", held=EVERYTHING, periods=_periods(), children=FOR_CHILDREN, counties=counties())


def _periods() -> dict[str, str]:
    """Return how long each kind is kept here, as a person would say it."""
    return {name: months_text(months) for name, months in kept_for().items()}


@blueprint.get("/privacy/door")
def door_notice() -> Response:
    """Show what is held of a household on one sheet, to be printed and left at the door."""
    return page("public/door.html", held=OF_HOUSEHOLDS, periods=_periods(), children=FOR_CHILDREN, counties=counties())


@blueprint.post("/settings/looks")
def set_looks() -> BaseResponse:
    """Remember language, size or theme in this browser; what is not sent, or not a choice, stays as it was."""
    response = see_other(_back())
    for name, choices in LOOKS.items():
        value = request.form.get(name)
        if value in choices:
            # Readable by scripts: the offline shells are kept for each look.
            response.set_cookie(
                name, value, max_age=LOOKS_DAYS * 24 * 3600, samesite="Lax", secure=request.is_secure, path="/"
            )
    return response


def _back() -> str:
    """Return the page that the form stood on, as a path of this site."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    query = f"?{came_from.query}" if came_from.query else ""
    referer = readable(came_from.path) + query if came_from.netloc == request.host else HOME
    return safe_next(request.form.get("next"), safe_next(referer, HOME))
