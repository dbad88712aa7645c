"""Reading what the offices' pages of surveys need: which places there are, who could be drawn, what came in."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from webapp.access.rules import covers, may
from webapp.accounts.queries import Actor
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.households import queries as households
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path, within
from webapp.polling.rules import Asked, Place
from webapp.surveys import queries
from webapp.surveys.models import Survey
from webapp.surveys.rules import CLOSED, OPEN, PLACE

STRATA = {"community": "group"}  # level of the office -> level of the places drawn from; communities otherwise


def reachable(survey_id: str, actor: Actor, action: str) -> tuple[Survey, Unit]:
    """Return a survey and the office that asks, when `actor` has `action` there. Raises NotFound otherwise."""
    found = queries.survey(survey_id)
    if found is None or not may(actor.role, action):
        raise NotFound
    unit = orgs.unit(found.unit_id)
    if not covers(actor.unit_path, unit.path):
        raise NotFound
    return found, unit


def lent(survey_id: str, actor: Actor, action: str) -> tuple[Survey, Unit]:
    """Return a survey as `reachable` does, or an open one of an office above, in which `actor` helps to ask."""
    found = queries.survey(survey_id)
    if found and found.state == OPEN and may(actor.role, action) and found.unit_id in ids_on_path(actor.unit_path):
        return found, orgs.unit(found.unit_id)
    return reachable(survey_id, actor, action)


def strata(unit: Unit) -> list[Unit]:
    """Return the places that a survey of `unit` draws from: its groups, or the communities under it."""
    level = STRATA.get(unit.level, "community")
    query = select(Unit).where(within(unit.path), Unit.level == level, Unit.closed.is_(None))
    return sorted(db.session.scalars(query), key=lambda one: (one.code or "", one.name, one.id))


def frame(unit: Unit, places: Iterable[Unit]) -> dict[str, list[str]]:
    """Return the households that live at each of `places` now, all of them under `unit`, by the place's id."""
    found: dict[str, list[str]] = {place.id: [] for place in places}
    for household_id, path in households.living_under(unit.path):
        for place_id in found.keys() & set(ids_on_path(path)):
            found[place_id].append(household_id)
    return found


def asked(survey: Survey, *, by_place: bool) -> Asked:
    """Return what came in by cards and calls, or by codes that hang somewhere (`by_place`)."""
    rows = [row for row in queries.tallies(survey.id) if (row.channel == PLACE) == by_place]
    units = orgs.units(row.unit_id for row in rows)
    rows.sort(key=lambda row: (units[row.unit_id].code or "", row.unit_id))
    return Asked(
        answered={row.unit_id: row.answered for row in rows},
        counts={row.unit_id: row.counts for row in rows},
        invited={} if by_place else queries.invited(survey.id),
    )


def places_for(survey: Survey, found: Asked) -> Mapping[str, Place]:
    """Return the places with answers, and those between them and the office that asks."""
    root = orgs.unit(survey.unit_id)
    paths = {unit.id: ids_on_path(unit.path) for unit in orgs.units(found.answered).values()}
    wanted = {root.id} | {one for path in paths.values() for one in path[path.index(root.id) :]}
    units = orgs.units(wanted)
    return {one.id: Place(one.id, one.name, tuple(ids_on_path(one.path))) for one in units.values()}


def is_over(stands: str) -> bool:
    """Return whether results may be seen: while answers come in, two looks would tell one person's."""
    return stands == CLOSED
