"""Judging a list of doors and taking it in. A list may be long: nothing but its verdicts is kept in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.errors import Problem
from webapp.core.ids import new_id
from webapp.doorlists.rules import (
    NEW_KIND,
    SEVERAL,
    TWICE,
    Planned,
    Row,
    Verdict,
    heeded,
    is_same,
    merged,
    note_of_leaving,
    place_of,
)
from webapp.households.queries import as_data, at_places
from webapp.households.rules import Known, problems_with_household
from webapp.households.service import HOUSEHOLD, known_now
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare
from webapp.ledger import service as ledger

CHUNK = 500
Place = tuple[str, str]
Stored = Mapping[str, Any]
Opening = Callable[[], AbstractContextManager[Any]]


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def judge(rows: Iterable[Row], first: dict[Place, int] | None = None) -> Iterator[Planned]:
    """Yield what each of `rows` means for the register, in their order; nothing is changed.

    `first` says in which rows before them which addresses stood already, and is kept up to date.
    """
    first = {} if first is None else first
    known = known_now()
    for chunk in _chunks(rows):
        stored = at_places({place_of(row.fields) for row in chunk if not row.problems})
        for row in chunk:
            there = stored.get(place_of(row.fields), []) if not row.problems else []
            yield _judged(row, there, first, known)


def _judged(row: Row, at_place: Sequence[Stored], first: dict[Place, int], known: Known) -> Planned:
    there = [home for home in at_place if home["left_on"] is None]
    problems = row.problems or _problems_with_place(row, len(there), first)
    if problems:
        return _error(row, *problems)
    left = note_of_leaving(row, there, [home for home in at_place if home["left_on"]])
    if left:
        return Planned(Verdict(row.number, "same", notes=(left,)))
    return _planned(heeded(row, there[0]) if there else row, there, known)


def _planned(row: Row, there: Sequence[Stored], known: Known) -> Planned:
    before = as_data(there[0]) if there else {}
    if there and is_same(before, row.fields):
        return Planned(Verdict(row.number, "same", notes=row.notes))
    data = merged(before, row.fields) if there else {"kind": NEW_KIND, **row.fields}
    shaped = HOUSEHOLD.schema.load(data)
    wrong = problems_with_household(shaped, there[0] if there else {}, known)
    if wrong:
        return _error(row, *wrong)
    verdict = Verdict(row.number, "changed" if there else "new", notes=row.notes)
    if there:
        return Planned(verdict, there[0]["id"], there[0]["version"], data)
    return Planned(verdict, new_id(), 0, data)


def _problems_with_place(row: Row, count: int, first: dict[Place, int]) -> tuple[Problem, ...]:
    place = place_of(row.fields)
    earlier = first.setdefault(place, row.number)
    if earlier != row.number:
        return (Problem("door", "twice", TWICE, {"row": earlier}),)
    return (Problem("door", "several", SEVERAL, {"count": count}),) if count > 1 else ()


def _error(row: Row, *problems: Problem) -> Planned:
    return Planned(Verdict(row.number, "error", problems))


def take(rows: Iterable[Row], digest: str, actor: Actor, opening: Opening) -> list[Verdict]:
    """Take in what `rows` say, and return the verdicts; a row that is an error is left out.

    Each piece is one transaction, begun by `opening`: a list of thousands must not hold up those who write meanwhile.
    Cut off in the middle, the same list again does the rest. `digest` tells the ledger which file it was.
    """
    found: list[Verdict] = []
    first: dict[Place, int] = {}
    for chunk in _chunks(rows):
        with opening():
            planned = list(judge(chunk, first))
            refused = _send(planned, actor)
        found += [_carried_out(plan, problems) for plan, problems in zip(planned, refused, strict=True)]
    with opening():
        done = sum(verdict.outcome in ("new", "changed") for verdict in found)
        detail = {"rows": done, "hash": digest}
        ledger.record(
            "household.imported", "unit", actor.unit_id, actor_id=actor.account_id, unit_id=actor.unit_id, detail=detail
        )
    return found


def _send(planned: Sequence[Planned], actor: Actor) -> list[Sequence[Problem]]:
    """Send what is planned on the road of all records; return what was refused, for each."""
    now = clock.now()
    ready = [plan for plan in planned if plan.household_id]
    jobs = [prepare(Incoming(p.household_id, "household", p.base_version, now, p.data), HOUSEHOLD) for p in ready]
    results = apply([Push(actor, jobs)], {"household": HOUSEHOLD})[0] if jobs else []
    problems = {result.id: result.problems for result in results if not result.is_kept}
    return [problems.get(plan.household_id, ()) for plan in planned]


def _carried_out(plan: Planned, problems: Sequence[Problem]) -> Verdict:
    return plan.verdict._replace(outcome="error", problems=tuple(problems)) if problems else plan.verdict
