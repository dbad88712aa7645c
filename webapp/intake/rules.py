"""Records on their way in: what they are, what became of them, when they count as declared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from marshmallow import Schema

from webapp.accounts.queries import Actor
from webapp.core.canonical import content_hash
from webapp.core.errors import N_, Problem
from webapp.receipts.rules import Slip

OLDEST_UNPROVEN = timedelta(days=62)

FORBIDDEN = N_("这个单位不归您的账号填报，请用负责它的账号登录。")
INTERNAL = N_("服务器没能处理这一条，问题已记下；这一条还在本机，可以稍后再上传。")
SEALED = N_("服务器打不开这一条的封装。这一条还在本机，请在联网时解锁后再上传。")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as it was sent; `declared_at` and `seen_at` (the last server time the phone knew) are aware."""

    id: str
    type: str
    base_version: int
    declared_at: datetime
    data: Mapping[str, Any]
    deleted: bool = False
    seen_at: datetime | None = None


class Result(NamedTuple):
    """What became of a record: see `design`'s six outcomes; `current` is the server's version where it differs."""

    id: str
    outcome: str
    version: int = 0
    slip: Slip | None = None
    problems: Sequence[Problem] = ()
    current: Mapping[str, Any] | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the record is on the server as it was sent."""
        return self.outcome in ("created", "updated", "same")


@dataclass(slots=True, eq=False)
class Job:
    """A record with all that is known before the database is asked.

    `author` is whose work it is (an account's id) where that is not who sends it: what somebody takes over.
    `is_sealed` says that it came sealed to the server's key.
    """

    incoming: Incoming
    data: Mapping[str, Any]
    hash: str
    received_at: datetime
    slip: Slip
    problems: Sequence[Problem] = ()
    author: str = ""
    is_sealed: bool = False
    actor: Actor = field(init=False)

    @property
    def declared_at(self) -> datetime:
        """When the record counts as declared."""
        return self.slip.declared_at

    @property
    def author_id(self) -> str:
        """Whose work the record is."""
        return self.author or self.actor.account_id


@dataclass(slots=True)
class Push:
    """The jobs that one person sent together, in their order."""

    actor: Actor
    jobs: Sequence[Job]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a job; `row` is what to store when the outcome is `created` or `updated`.

    `kind` is the type under which phones hear of it, where that is not the record's own.
    """

    outcome: str
    version: int = 0
    problems: Sequence[Problem] = ()
    current: Mapping[str, Any] | None = None
    action: str = ""
    unit_id: str = ""
    month: int = 0
    row: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""

    @property
    def is_stored(self) -> bool:
        """Whether something is to be written."""
        return self.outcome in ("created", "updated")


@dataclass(frozen=True)
class RecordType:
    """A kind of record, declared once.

    `read` loads what `decide` needs for many jobs in few queries; `decide` is pure but for keeping that state up to
    date, so that the next job of the same batch sees what the one before did; `write` stores many at once.
    `visit_action` does in place of `action` for a record that names the visit it was learned at.
    """

    name: str
    schema: Schema
    action: str
    read: Callable[[Sequence[Job]], Any]
    decide: Callable[[Job, Any], Decision]
    write: Callable[[Sequence[Decision]], None]
    schema_numbers: frozenset[int] = frozenset({1})
    visit_action: str = ""

    def action_for(self, job: Job) -> str:
        """Return the action that somebody needs to send `job`."""
        return (job.data.get("visit") and self.visit_action) or self.action


def record_hash(incoming: Incoming) -> str:
    """Return the hash by which phone and server know the content of a record."""
    content: dict[str, Any] = {"data": incoming.data, "id": incoming.id, "type": incoming.type}
    return content_hash({**content, "deleted": True} if incoming.deleted else content)


def declared(incoming: Incoming, received_at: datetime) -> datetime:
    """Return when `incoming` counts as declared: when it says so, within what the server can know.

    Not after it was received, not before the last server time that the phone had seen by then: a wrong phone clock
    neither wins nor loses a deadline. Without that time, an age of more than two months is taken for a wrong clock.
    """
    floor = incoming.seen_at if incoming.seen_at and incoming.seen_at <= received_at else None
    if floor is None and incoming.declared_at < received_at - OLDEST_UNPROVEN:
        return received_at
    return min(max(incoming.declared_at, floor or incoming.declared_at), received_at)


def refused(problems: Sequence[Problem]) -> Decision:
    """Return the decision to refuse for `problems`; the record stays on the phone to be mended."""
    return Decision("refused", problems=problems)


def repeated(job: Job, stored: Mapping[str, Any] | None, earlier: Mapping[str, Mapping[str, int]]) -> Decision | None:
    """Return the answer to what was taken before, and to an id that is another unit's; None for all else.

    `stored` is the record of that id as it is, `earlier` its versions by id and hash.
    """
    if stored and stored["unit_id"] != job.data["unit"]:
        return refused([Problem("unit", "forbidden", FORBIDDEN)])  # says nothing of what the id stands for
    version = earlier.get(job.incoming.id, {}).get(job.hash, 0)
    # Changed and changed back is a new version, made from the last one; what is sent again has its old base.
    is_repeated = version and (version > job.incoming.base_version or version == (stored or {}).get("version"))
    return Decision("same", version) if is_repeated else None


def waves(pushes: Sequence[Push]) -> list[dict[str, list[Job]]]:
    """Return the jobs of `pushes` in an order that may be handled many at a time.

    Within one push the order stays: each change of type begins a new wave, so that a report sees the events sent
    before it. Across pushes there is no order to keep.
    """
    found: list[dict[str, list[Job]]] = []
    for push in pushes:
        wave, last = -1, ""
        for job in push.jobs:
            wave += job.incoming.type != last
            last = job.incoming.type
            if wave == len(found):
                found.append({})
            found[wave].setdefault(last, []).append(job)
    return found
