"""Pages of cards: who has one, making many, printing them, what to do when one is lost."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.cards import queries, service
from webapp.cards.models import Card
from webapp.cards.rules import (
    LARGEST_VERSION,
    LEVEL,
    LIVE,
    PER_SHEET,
    SHEETS,
    SIZES,
    buildings_of,
    clean_number,
    clean_size,
    printed_address,
    spaced,
)  # fmt: skip
from webapp.cards.schemas import EndSchema, IssueSchema
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.fields import load
from webapp.core.qr import Drawing, as_png, draw, matrix_of
from webapp.core.web import page, problems_by_field, see_other
from webapp.households import queries as households
from webapp.households.rules import address_text
from webapp.ledger.service import record
from webapp.offices.queries import office_at
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit

blueprint = Blueprint("cards", __name__, url_prefix="/app/cards")

blueprint.app_template_filter("spaced")(spaced)

Household = Mapping[str, Any]
PIXELS = 12  # of one module in a picture file: about 500 pixels, sharp on any label
ODD_NUMBER = Problem("number", "shape", N_("编号是 7 位数字，请对照卡片再看一遍。"))
UNKNOWN_NUMBER = Problem("number", "unknown", N_("您负责的范围里没有这个编号的卡。"))


class Label(NamedTuple):
    """What is printed for one card: its number and its code."""

    number: str
    drawing: Drawing


@blueprint.get("")
def show() -> Response:
    """Show the buildings of a group or community, and one building's doors with their cards."""
    return _list_page(_unit())


def _tab() -> str:
    return "households" if current_actor().role == "officer" else "round"


def _unit() -> Unit:
    unit = unit_asked_for("card.manage")
    if unit.level not in ("group", "community"):
        raise NotFound
    return unit


def _list_page(unit: Unit, problem: Problem | None = None) -> Response:
    here, building = _households(unit), request.args.get("building", "")
    cards = queries.cards_of([row["id"] for row in here])
    carded = {key for key, found in cards.items() if any(card.state == LIVE for card in found)}
    buildings = buildings_of(here, carded)
    chosen = building if any(one.name == building for one in buildings) else ""
    doors = [row for row in here if row["address"]["building"] == chosen]
    return page(
        "cards/list.html", 422 if problem else 200, nav_current=_tab(),
        unit=unit, units=_units(), buildings=buildings, chosen=chosen, doors=doors, cards=cards,
        address_text=address_text,
        said=request.args.get("said"), n=request.args.get("n", 0, type=int), typed=request.args.get("number", ""),
        problems=problems_by_field([problem] if problem else []), sizes=SIZES,
    )  # fmt: skip


def _units() -> list[Unit]:
    """Return the asker's unit and the groups under it, to choose from."""
    own = orgs.unit(current_actor().unit_id)
    return [own, *orgs.children(own.id)]


def _households(unit: Unit) -> list[Household]:
    """Return the households of a group, or of all groups of a community, that still live there, in walking order."""
    ids = [unit.id] if unit.level == "group" else [unit.id, *(child.id for child in orgs.children(unit.id))]
    return [row for row in households.households_of(ids) if row["left_on"] is None]


@blueprint.get("/find")
def find() -> BaseResponse:
    """Go to the card that has a number."""
    unit, number = _unit(), clean_number(request.args.get("number", ""))
    if number is None:
        return _list_page(unit, ODD_NUMBER)
    try:
        return see_other(f"/app/cards/{_reachable(queries.card_by_number(number)).id}")
    except NotFound:
        return _list_page(unit, UNKNOWN_NUMBER)


def _reachable(card: Card | None) -> Card:
    """Return `card` when the asker may handle it. Raises NotFound otherwise."""
    if card is None:
        raise NotFound
    reach(card.unit_id, "card.manage")
    return card


@blueprint.post("/issue")
def issue() -> BaseResponse:
    """Make cards for a household, a building, a group or a whole community."""
    data, problems = load(IssueSchema(), request.form.to_dict())
    if problems:
        raise Invalid(problems)
    if data.get("household"):
        return _issue_one(data["household"])
    with transaction():
        unit = reach(data.get("unit") or current_actor().unit_id, "card.manage")
        building = data.get("building", "")
        made = service.issue(_wanted(unit, building, data["which"]), current_actor())
    return see_other(f"{_address(unit.id, building)}&said=issued&n={len(made)}")


def _issue_one(household_id: str) -> BaseResponse:
    with transaction():
        home = queries.homes([household_id]).get(household_id)
        if home is None:
            raise NotFound
        reach(home["unit_id"], "card.manage")
        made = service.issue([household_id], current_actor())
    return see_other(f"/app/cards/{made[0]}?said=issued" if made else f"/app/households/{household_id}")


def _wanted(unit: Unit, building: str, which: str) -> list[str]:
    """Return the households of `unit` (of one building, if any) that shall get a card: those without one, or all."""
    if unit.level not in ("group", "community"):
        raise NotFound
    here = [row["id"] for row in _households(unit) if building in ("", row["address"]["building"])]
    carded = queries.live_cards(here) if which == "missing" else {}
    return [key for key in here if key not in carded]


def _address(unit_id: str, building: str) -> str:
    return f"/app/cards?unit={unit_id}" + (f"&building={quote(building)}" if building else "")


@blueprint.get("/print")
def sheets() -> Response:
    """Show labels as they will be on paper: those of a building, group or community, or only what was made today."""
    unit, size = _unit(), clean_size(request.args.get("size"))
    building, today = request.args.get("building", ""), request.args.get("only") == "today"
    here = [row for row in _households(unit) if building in ("", row["address"]["building"])]
    found = [card for card in _live(here) if not today or clock.to_local(card.issued_at).date() == clock.today()]
    at_once = SHEETS * PER_SHEET[size]
    parts = max(1, -(-len(found) // at_once))
    part = min(max(1, request.args.get("part", 1, type=int)), parts)
    labels = _labels(found[(part - 1) * at_once : part * at_once], unit.id)
    return page(
        "cards/print.html", nav_current=_tab(), unit=unit, place=office_at(unit.path).name, labels=labels,
        size=size, sizes=SIZES, building=building, today=today, part=part, parts=parts, total=len(found),
        per_sheet=PER_SHEET[size], is_long=any(label.drawing.version > LARGEST_VERSION for label in labels),
    )  # fmt: skip


def _live(here: Sequence[Household]) -> list[Card]:
    cards = queries.cards_of([row["id"] for row in here])
    return [card for row in here for card in cards.get(row["id"], ()) if card.state == LIVE]


def _labels(cards: Sequence[Card], unit_id: str) -> list[Label]:
    return [Label(number, draw(address, LEVEL)) for number, address in _addresses(cards, unit_id)]


def _addresses(cards: Sequence[Card], unit_id: str) -> list[tuple[str, str]]:
    """Return number and address of each of `cards`, once it is written down that somebody sees them."""
    tokens = service.tokens_of(cards)
    found = [(card.number, printed_address(request.host_url, tokens[card.id])) for card in cards if card.id in tokens]
    if found:
        with transaction():
            who, detail = current_actor().account_id, {"count": len(found)}
            record("cards.printed", "unit", unit_id, actor_id=who, unit_id=unit_id, detail=detail)
    return found


@blueprint.get("/<uuid:card_id>")
def card(card_id: UUID) -> Response:
    """Show one card: whose door it is for, whether it opens anything, and what can be done about it."""
    found = _reachable(queries.card(str(card_id)))
    return page(
        "cards/card.html", card=found, household=households.household(found.household_id),
        address_text=address_text, said=request.args.get("said"), nav_current=_tab(),
    )  # fmt: skip


@blueprint.post("/<uuid:card_id>/end")
def end(card_id: UUID) -> BaseResponse:
    """End a card; with `again` another takes its place."""
    _reachable(queries.card(str(card_id)))
    data, problems = load(EndSchema(), request.form.to_dict())
    if problems:
        raise Invalid(problems)
    with transaction():
        found = _reachable(queries.card(str(card_id)))
        made = service.replace(found, data["state"], current_actor()) if data["again"] else None
        service.end([found], data["state"], current_actor())  # also where another cannot take its place
    return see_other(f"/app/cards/{made or card_id}?said={'replaced' if made else data['state']}")


@blueprint.get("/<uuid:card_id>.svg")
def as_svg(card_id: UUID) -> Response:
    """Send one label as a drawing."""
    number, address, place = _single(card_id)
    response = page("cards/label.svg", label=Label(number, draw(address, LEVEL)), place=place)
    return _file(response, "image/svg+xml; charset=utf-8", f"card-{number}.svg")


@blueprint.get("/<uuid:card_id>.png")
def as_picture(card_id: UUID) -> Response:
    """Send the code of one card as a picture."""
    number, address, _ = _single(card_id)
    return _file(make_response(as_png(matrix_of(address, LEVEL), PIXELS)), "image/png", f"card-{number}.png")


def _single(card_id: UUID) -> tuple[str, str, str]:
    """Return number, address and place of one live card. Raises NotFound for one that has ended."""
    found = _reachable(queries.card(str(card_id)))
    place = office_at(orgs.unit(found.unit_id).path).name
    addresses = _addresses([found] if found.state == LIVE else [], found.unit_id)
    if not addresses:
        raise NotFound
    return (*addresses[0], place)


def _file(response: Response, kind: str, name: str) -> Response:
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
