"""When a record counts as declared, and in which order a gathering is handled."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from webapp.intake.rules import Incoming, Push, declared, record_hash, waves

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))


def incoming(declared_at: datetime, seen_at: datetime | None) -> Incoming:
    """Return a record of those times."""
    return Incoming("id", "event", 0, declared_at, {}, seen_at=seen_at)


@given(INSTANTS, INSTANTS, st.none() | INSTANTS)
def test_declared_lies_between_what_the_server_knows(received: datetime, said: datetime, seen: datetime | None) -> None:
    counts = declared(incoming(said, seen), received)
    assert counts <= received
    if seen and seen <= received:
        assert counts >= seen
    if (seen or said) <= said <= received and received - said < timedelta(days=60):
        assert counts == said


@given(st.lists(st.lists(st.sampled_from(["event", "report", "visit"]), max_size=8), max_size=6))
def test_waves_lose_nothing_and_keep_each_pushs_order(kinds: list[list[str]]) -> None:
    pushes: list[Any] = [
        Push(None, [SimpleNamespace(incoming=SimpleNamespace(type=kind), at=(p, i)) for i, kind in enumerate(row)])  # type: ignore[arg-type]
        for p, row in enumerate(kinds)
    ]
    handled = [job.at for wave in waves(pushes) for jobs in wave.values() for job in jobs]
    assert sorted(handled) == [(p, i) for p, row in enumerate(kinds) for i in range(len(row))]
    for p, row in enumerate(kinds):
        assert [at for at in handled if at[0] == p] == [(p, i) for i in range(len(row))]


def test_the_hash_covers_id_type_data_and_withdrawal() -> None:
    base = incoming(datetime(2026, 1, 1, tzinfo=UTC), None)
    others = [
        Incoming("other", "event", 0, base.declared_at, {}),
        Incoming("id", "report", 0, base.declared_at, {}),
        Incoming("id", "event", 0, base.declared_at, {"a": 1}),
        Incoming("id", "event", 0, base.declared_at, {}, deleted=True),
    ]
    assert len({record_hash(record) for record in [base, *others]}) == 5
    assert record_hash(base) == record_hash(Incoming("id", "event", 3, base.declared_at + timedelta(days=1), {}))
