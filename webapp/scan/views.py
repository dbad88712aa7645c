"""The scan page, and what it asks where the phone itself does not know a card: whose door is this?"""

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import reach
from webapp.cards import queries as cards
from webapp.cards.models import Card
from webapp.cards.rules import LIVE, clean_number, looks_like_token
from webapp.core.errors import N_, NotFound, Problem
from webapp.core.web import CAMERA_HERE, page, problems_by_field, see_other
from webapp.households import queries as households
from webapp.households.rules import address_text

blueprint = Blueprint("scan", __name__, url_prefix="/app/scan")

ODD = Problem("number", "shape", N_("号码不对，请对照码下面的 7 位数字再看一遍。"))
# The same for a card that is no more, one of another area, and one that nobody has.
UNKNOWN = Problem("number", "unknown", N_("您的片区没有这个号码的户码，也可能已经换了新码。"))


@blueprint.get("")
def show() -> Response:
    """Show the camera's picture, the way to a photo, and the keys for a number."""
    return scan_page()


def scan_page(problem: Problem | None = None, typed: str = "", status: int = 200) -> Response:
    """Return the page, the only one that may ask for the camera."""
    response = page("scan/scan.html", status, typed=typed, problems=problems_by_field([problem] if problem else []))
    response.headers["Permissions-Policy"] = CAMERA_HERE
    return response


@blueprint.post("")
def look_up() -> BaseResponse:
    """Go to the door of a card, or tell a script which it is: `{"id", "address"}`; bodies stand in no log."""
    typed, token = request.form.get("number", ""), request.form.get("token", "")
    number = clean_number(typed)
    found = cards.card_by_token(token) if looks_like_token(token) else cards.card_by_number(number) if number else None
    household_id = _opened(found)
    if "json" in request.headers.get("Accept", ""):
        return _as_json(household_id)
    if household_id is None:
        return scan_page(UNKNOWN if token or number else ODD, typed, 422)
    return see_other(f"/app/households/{household_id}")


def _as_json(household_id: str | None) -> Response:
    found = households.household(household_id) if household_id else None
    if found is None:
        raise NotFound
    return jsonify({"id": found["id"], "address": address_text(found["address"])})


def _opened(card: Card | None) -> str | None:
    """Return the household that `card` opens for the asker; None for one that is no more or of another area."""
    if card is None or card.state != LIVE:
        return None
    try:
        reach(card.unit_id, "card.scan")
    except NotFound:
        return None
    return card.household_id
