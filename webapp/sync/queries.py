"""What a phone may read: its account, its months, the reference data, and what changed since it last asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, or_, select

from webapp.accounts.queries import Actor, device, under
from webapp.cards.queries import live_cards
from webapp.changes.models import Change
from webapp.changes.queries import COLUMNS, last_seq
from webapp.consents.queries import purposes
from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.errors import AppError
from webapp.core.period import Month
from webapp.events import queries as events
from webapp.feedback.queries import for_phones as told_at_doors
from webapp.forms import queries as forms
from webapp.handover import queries as handover
from webapp.households import queries as households
from webapp.households.rules import WALKERS
from webapp.keys.service import seal_key
from webapp.orgs.models import Unit
from webapp.outreach import queries as outreach
from webapp.receipts.queries import slips_of
from webapp.receipts.rules import spell_time
from webapp.receipts.service import public_key
from webapp.reports import queries as reports
from webapp.sync.rules import AT_DOORS, MONTHS_ON_PHONE, PAGE, Cursor, beyond, mark
from webapp.visits import queries as visits

MONTHS_BACK = MONTHS_ON_PHONE - 1


def me(actor: Actor) -> dict[str, Any]:
    """Return who the phone belongs to, its units and months (the open one first), the keys of receipts and seals."""
    return {
        "account": {"id": actor.account_id, "name": actor.name, "role": actor.role},
        "units": _units(actor),
        "months": _months(actor),
        "server_key": public_key(),
        "seal_key": seal_key(),
        "device": _device(actor),
    }


def _device(actor: Actor) -> dict[str, Any]:
    """Return how many records arrived from this phone, and when the last did: one that was wiped can tell."""
    found = device(actor.device_id)
    at = found.received_at if found else None
    return {"received": found.received if found else 0, "received_at": spell_time(at) if at else None}


def _units(actor: Actor) -> list[dict[str, Any]]:
    own = {"id": actor.unit_id, "code": actor.unit_code, "name": actor.unit_name, "level": actor.unit_level}
    if actor.role == "leader":
        return [own]
    query = select(Unit).where(Unit.parent_id == actor.unit_id, Unit.closed.is_(None)).order_by(Unit.code)
    children = db.session.scalars(query)
    return [own, *({"id": u.id, "code": u.code, "name": u.name, "level": u.level} for u in children)]


def _months(actor: Actor) -> list[dict[str, Any]]:
    months = reports.open_months(actor.unit_id, MONTHS_BACK)
    noted = outreach.noted([actor.unit_id], [int(month) for month in months]) if actor.role == "leader" else {}
    rows = reports.reports([(actor.unit_id, int(month)) for month in months])
    calendar = forms.calendar()
    return [
        {
            "month": str(month),
            "due": spell_time(reports.due_of(actor.unit_id, month, calendar)),
            "state": rows[actor.unit_id, int(month)]["state"] if (actor.unit_id, int(month)) in rows else "empty",
            **_noted(noted.get((actor.unit_id, int(month)), [])),
        }
        for month in months
    ]


def _noted(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a month's report counts of work for everybody as phones know it; nothing where nothing was noted."""
    names = ("id", "measure", "counted", "title")
    told = [{**{name: row[name] for name in names}, "date": row["date"].isoformat()} for row in rows]
    return {"outreach": told} if told else {}


def reference(actor: Actor) -> dict[str, Any]:
    """Return the data a phone needs to work alone: forms, due dates, kinds of service, texts of consents."""
    found: dict[str, dict[str, Any]] = {}
    for back in range(MONTHS_ON_PHONE):
        try:
            form = forms.form_in_force(reports.FORM, Month.of(clock.today()).plus(-back))
        except AppError:
            continue  # no form may be sent for that month: the phone has none, and says so
        found[form.ref] = dict(form.definition)
    return {
        "forms": list(found.values()),
        "calendar": forms.calendar().as_json(),
        "extensions": forms.extensions_of([actor.unit_id]),
        "services": [_without_definition(service) for service in forms.services()],
        "purposes": list(purposes().values()),
        "not_before": visits.rules()["not_before"],
    }


def _without_definition(service: dict[str, Any]) -> dict[str, Any]:
    """Return what a phone needs of a kind of service: no page of its shows the definition, most of the bytes."""
    return {name: value for name, value in service.items() if name != "definition"}


def pull(actor: Actor, cursor: Cursor | None) -> dict[str, Any]:
    """Return the answer to a phone that has read up to `cursor`; without one it starts anew."""
    too_far = _too_far(actor)
    scope, known = mark(actor.account_id, actor.role, actor.unit_path, *too_far), reference(actor)
    known_mark = mark(content_hash(known))
    restart = cursor is not None and (cursor.scope != scope or cursor.seq > last_seq())
    start = cursor.seq if cursor and not restart else 0
    rows = _rows_after(actor, start, too_far)
    page = rows[:PAGE]
    reached = Cursor(page[-1].seq if page else max(start, 0), scope, known_mark)
    answer = {"server_time": spell_time(clock.now()), "cursor": str(reached), "restart": restart, "me": me(actor)}
    if cursor is None or restart or cursor.reference != known_mark:
        answer["reference"] = known
    return {**answer, "changes": _changes(page), "more": len(rows) > PAGE}


def _too_far(actor: Actor) -> list[str]:
    """Return the groups whose households a coordinator's phone has no room for; the office's pages show them."""
    if actor.role != "coordinator":
        return []
    query = select(Unit.id).where(under(actor.unit_path), Unit.level == "group").order_by(Unit.code, Unit.id)
    groups = db.session.scalars(query).all()
    return beyond(groups, households.counts(groups))


def _rows_after(actor: Actor, seq: int, too_far: Sequence[str]) -> Sequence[Row[Any]]:
    """Return up to a page of changes, and one more to know of a next page."""
    oldest = int(Month.of(clock.today()).plus(-MONTHS_ON_PHONE))
    query = select(Change.__table__).where(COLUMNS.seq > seq, COLUMNS.month >= oldest)
    if actor.role == "leader":
        query = query.where(COLUMNS.unit_id == actor.unit_id)
    else:
        query = query.where(COLUMNS.unit_id.in_(select(Unit.id).where(under(actor.unit_path))))
    if actor.role not in WALKERS:
        query = query.where(COLUMNS.type.not_in(AT_DOORS))
    elif too_far:
        query = query.where(or_(COLUMNS.type.not_in(AT_DOORS), COLUMNS.unit_id.not_in(too_far)))
    return db.session.execute(query.order_by(COLUMNS.seq).limit(PAGE + 1)).all()


def _changes(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return what changed, each record once, as it stands now."""
    newest = {(row.type, row.record_id): row for row in rows}
    data = _data([row for row in newest.values() if not row.deleted])
    data |= _counted_still(newest.values(), data)
    found: list[dict[str, Any]] = []
    for (kind, record_id), row in newest.items():
        now = data.get(record_id)
        if kind == "household" and now is None and not row.deleted:
            continue  # its key does not open here, as the log says: what the phone has of it stays there
        # What belongs to another unit by now is gone for this one, also for who reads of it only later.
        is_gone = row.deleted or (kind in AT_DOORS and (now is None or now["unit"] != row.unit_id))
        about = {"seq": row.seq, "type": kind, "id": record_id, "version": row.version, "deleted": is_gone}
        found.append({**about, "data": None if is_gone and kind in AT_DOORS else now})
    return found


def _data(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row.type, []).append(row.record_id)
    return {key: data for kind, mine in ids.items() if kind in TOLD for key, data in TOLD[kind](mine).items()}


def _counted_still(rows: Iterable[Row[Any]], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a group is told of needs that went on to another one, and that its own report goes on counting."""
    gone = {row.record_id: row.unit_id for row in rows if row.type == "need" and not row.deleted}
    gone = {key: unit for key, unit in gone.items() if key in data and data[key]["unit"] != unit}
    told = visits.counted_still(gone)
    return {key: told[key] for key, unit in gone.items() if key in told and told[key]["unit"] == unit}


def _events(ids: Sequence[str]) -> dict[str, Any]:
    return {key: events.as_data(row) for key, row in events.events(ids).items()}


def _reports(ids: Sequence[str]) -> dict[str, Any]:
    slips = slips_of(ids)
    found = reports.reports_by_id(ids)
    return {key: reports.as_data(row, slips.get((key, row["version"], row["hash"]))) for key, row in found.items()}


def _households(ids: Sequence[str]) -> dict[str, Any]:
    cards, last, counts = live_cards(ids), visits.last_visits(ids), visits.open_counts(ids)
    since = visits.came_on(ids)
    return {
        key: {
            **households.for_phone(row),
            "cards": cards.get(key, []),
            **({"last": last[key]} if key in last else {}),
            "needs_open": counts.get(key, 0),
            **({"since": since[key]} if key in since else {}),
        }
        for key, row in households.households(ids).items()
    }


def _visits(ids: Sequence[str]) -> dict[str, Any]:
    rows = visits.visits(ids)
    people = visits.names_of({row["author_id"] for row in rows.values()})
    found = visits.told(rows, visits.visit_data)
    return {key: {**data, "who": people.get(rows[key]["author_id"], "")} for key, data in found.items()}


def _needs(ids: Sequence[str]) -> dict[str, Any]:
    return visits.told(visits.needs(ids), visits.need_data)


def _held(ids: Sequence[str]) -> dict[str, Any]:
    return {row.id: handover.as_data(row) for row in handover.opened(ids)}


# The type of a record -> its data as phones know it, by id.
TOLD: dict[str, Callable[[Sequence[str]], dict[str, Any]]] = {
    "event": _events,
    "report": _reports,
    "household": _households,
    "visit": _visits,
    "need": _needs,
    "held": _held,
    "feedback": told_at_doors,
}
