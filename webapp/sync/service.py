"""Gathering: requests that wait at the same time share one transaction, and so one flush to the disk.

On the evening of the thirtieth thousands of reports come at once. Each needs its receipt only after its data is on
the disk, and a flush costs more than the report. So whoever holds the writers' turn takes along all who wait.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from webapp.accounts.queries import Actor, actors_of, ended_among, revoked_among
from webapp.accounts.rules import is_same
from webapp.accounts.service import hear, note_received
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Revoked, Unauthorised
from webapp.intake.rules import Job, Push, Result
from webapp.intake.service import apply
from webapp.sync.rules import RECORD_TYPES

ARRIVED = {"created", "updated"}


def _closed_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class Ticket:
    """One waiting request: the hash of its session secret, its jobs, and later its results or its error.

    `account` is whose records these are, as the phone says: they are not taken when somebody else has signed in since.
    `vault` is the hash of what an open vault says, `is_open` whether that is the phone's: else it is told nothing.
    `is_ended` says that somebody has ended the session.
    """

    token_hash: str
    jobs: Sequence[Job]
    account: str | None = None
    vault: str | None = None
    is_open: bool = False
    is_ended: bool = False
    results: list[Result] = field(default_factory=list)
    error: BaseException | None = None
    is_served: bool = False
    call: threading.Lock = field(default_factory=_closed_lock)  # opened when the ticket is served, or is to serve
    following: "Ticket | None" = None  # whom to call next


class Gatherer:
    """The waiting room of one process. One of those waiting serves all; each of the others sleeps on its own lock.

    With one lock for all of them it would have to pass through every hand after a batch before the next could begin.
    """

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: list[Ticket] = []
        self._door = threading.Lock()
        self._is_serving = False

    @contextmanager
    def served(self, ticket: Ticket) -> Iterator[list[Result]]:
        """Give the results of `ticket`, once they are on the disk. Raises Unauthorised for a dead session.

        Of those served together each calls the next when its own answer is made: called all at once they would only
        wrestle for the interpreter, which lets one run at a time.
        """
        with self._door:
            self._waiting.append(ticket)
            is_alone, self._is_serving = not self._is_serving, True
        if not is_alone:
            ticket.call.acquire()
        if not ticket.is_served:
            self._serve_all(ticket)
        try:
            if ticket.error:
                raise ticket.error
            yield ticket.results
        finally:
            if ticket.following:
                ticket.following.call.release()

    def _serve_all(self, own: Ticket) -> None:
        batch: list[Ticket] = []
        try:
            with transaction():
                batch = self._take_all()  # only now: who came while we waited for the turn comes along
                push_all(batch)
        except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may be told that something is stored
            batch = batch or self._take_all()
            for ticket in batch:
                ticket.error = ticket.error or error
        self._call_next()
        others = [ticket for ticket in batch if ticket is not own]
        for ticket, following in zip([own, *others], [*others, None], strict=True):
            ticket.is_served, ticket.following = True, following

    def _take_all(self) -> list[Ticket]:
        with self._door:
            batch, self._waiting = self._waiting, []
        return batch

    def _call_next(self) -> None:
        """Have whoever has waited longest serve the next batch."""
        with self._door:
            self._is_serving = bool(self._waiting)
            if self._waiting:
                self._waiting[0].call.release()


def push_all(tickets: Sequence[Ticket]) -> None:
    """Apply the jobs of `tickets`, each as the account of its session. The caller holds the transaction.

    A phone whose session was ended lately is heard of no more and told nothing; what it sends is held for its unit.
    """
    actors = actors_of({ticket.token_hash for ticket in tickets})
    actors |= ended_among({ticket.token_hash for ticket in tickets} - actors.keys())
    known: list[tuple[Ticket, Actor]] = []
    for ticket in tickets:
        actor = actors.get(ticket.token_hash)
        is_theirs = actor and ticket.account in (None, actor.account_id)
        ticket.error = None if is_theirs else Unauthorised()
        known += [(ticket, actor)] if actor and is_theirs else []
        ticket.is_open, ticket.is_ended = _is_open(actor, ticket), bool(actor and actor.is_ended)
    _tell_revoked([ticket for ticket in tickets if ticket.token_hash not in actors])
    for (ticket, _), results in zip(known, apply([Push(a, t.jobs) for t, a in known], RECORD_TYPES), strict=True):
        ticket.results = results
    _hear([actor for _, actor in known if not actor.is_ended])
    arrived = Counter({actor.device_id: 0 for _, actor in known})
    for ticket, actor in known:
        arrived[actor.device_id] += sum(result.outcome in ARRIVED for result in ticket.results)
    note_received(arrived, clock.now())


def _is_open(actor: Actor | None, ticket: Ticket) -> bool:
    if actor is None or actor.is_ended:
        return False
    return not actor.opening_hash or is_same(actor.opening_hash, ticket.vault)


def _tell_revoked(tickets: Sequence[Ticket]) -> None:
    """Let phones whose sessions somebody has ended know that: they close what lies on them."""
    ended = revoked_among({ticket.token_hash for ticket in tickets})
    for ticket in tickets:
        ticket.error = Revoked() if ticket.token_hash in ended else ticket.error


def _hear(actors: Sequence[Actor]) -> None:
    if actors:
        hear([actor.device_id for actor in actors], clock.now())
