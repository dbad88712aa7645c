"""The ledger notices every change, removal and reordering of its lines, and says which lines."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from tests.builders import World, event
from tests.support.phone import Phone
from webapp.core.db import db, table, transaction
from webapp.core.sealed import derived_key
from webapp.ledger.models import LedgerLine, LedgerTip
from webapp.ledger.queries import broken_lines, tip
from webapp.ledger.rules import Tip, parse_tip, vouched
from webapp.ledger.service import record
from webapp.receipts.models import Receipt

LINES, TIP = table(LedgerLine), table(LedgerTip)
CHANGED = "changed"
ELSE_FOLLOWS = "does not follow the line before it"

# what somebody does to the database -> the lines that must be named, with what is wrong with them
TAMPER: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "a changed word": ("UPDATE ledger_line SET action = 'report.returned' WHERE seq = 3", [(3, CHANGED)]),
    "a changed detail": ("UPDATE ledger_line SET detail = '{\"version\": 9}' WHERE seq = 3", [(3, CHANGED)]),
    "another person": ("UPDATE ledger_line SET actor_id = 'x' WHERE seq = 3", [(3, CHANGED)]),
    "another unit": ("UPDATE ledger_line SET unit_id = 'x' WHERE seq = 3", [(3, CHANGED)]),
    "another month": ("UPDATE ledger_line SET month = 202601 WHERE seq = 3", [(3, CHANGED)]),
    "another record": ("UPDATE ledger_line SET subject_id = 'x' WHERE seq = 3", [(3, CHANGED)]),
    "another kind": ("UPDATE ledger_line SET subject_type = 'event' WHERE seq = 3", [(3, CHANGED)]),
    "another time": ("UPDATE ledger_line SET at = '2026-01-01 00:00:00' WHERE seq = 3", [(3, CHANGED)]),
    "a removed line": ("DELETE FROM ledger_line WHERE seq = 3", [(3, "removed")]),
    "two removed lines": ("DELETE FROM ledger_line WHERE seq IN (2, 3)", [(2, "removed"), (3, "removed")]),
    "the first line removed": ("DELETE FROM ledger_line WHERE seq = 1", [(1, "removed")]),
    "the last line cut off": ("DELETE FROM ledger_line WHERE seq = 5", [(5, "cut off")]),
    "all but one cut off": ("DELETE FROM ledger_line WHERE seq > 1", [(n, "cut off") for n in range(2, 6)]),
    "all cut off": ("DELETE FROM ledger_line", [(n, "cut off") for n in range(1, 6)]),
    "a new hash": ("UPDATE ledger_line SET hash = previous_hash WHERE seq = 3", [(3, CHANGED), (4, ELSE_FOLLOWS)]),
    "a new link": ("UPDATE ledger_line SET previous_hash = hash WHERE seq = 3", [(3, CHANGED)]),
    "no end": ("DELETE FROM ledger_tip", [(5, "nothing says that the ledger ends here")]),
}


@pytest.fixture
def five_lines(app: Flask) -> None:
    """Write five lines."""
    write(5)


def write(count: int, start: int = 0) -> None:
    """Write so many lines, one transaction each."""
    for number in range(start, start + count):
        with transaction():
            record("report.accepted", "report", f"r{number}", actor_id=None, detail={"version": number})


def verified(app: Flask, *arguments: str) -> tuple[int, list[str]]:
    """Return the status of `flask ledger verify` and the lines it says."""
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["ledger", "verify", *arguments])
    return result.exit_code, result.output.splitlines()


@pytest.mark.usefixtures("five_lines")
def test_untouched_it_is_whole(app: Flask) -> None:
    assert list(broken_lines()) == []
    end = db.session.execute(select(LINES.c.hash).where(LINES.c.seq == 5)).scalar_one()
    assert verified(app) == (0, ["the ledger is whole", f"tip 5:{end}"])


def test_an_empty_one_is_whole(app: Flask) -> None:
    assert verified(app) == (0, ["the ledger is whole", f"tip 0:{'0' * 64}"])


@pytest.mark.usefixtures("five_lines")
@pytest.mark.parametrize(("statement", "damage"), TAMPER.values(), ids=TAMPER.keys())
def test_tampering_is_noticed_and_the_line_named(app: Flask, statement: str, damage: list[tuple[int, str]]) -> None:
    with transaction() as session:
        session.execute(text(statement))
    assert [tuple(each) for each in broken_lines()] == damage
    status, said = verified(app)
    assert status == 1
    assert said[:-2] == [f"line {seq}: {what}" for seq, what in damage]


@pytest.mark.usefixtures("five_lines")
def test_what_was_cut_off_stays_noticed_whatever_follows(app: Flask) -> None:
    with transaction() as session:
        session.execute(delete(LINES).where(LINES.c.seq > 3))
    write(2, start=5)
    assert [tuple(each) for each in broken_lines()] == [(4, "removed"), (5, "removed")]


@pytest.mark.usefixtures("five_lines")
@pytest.mark.parametrize(("one", "other"), [(3, 4), (1, 2), (4, 5), (2, 5)])
def test_two_lines_exchanged(app: Flask, one: int, other: int) -> None:
    with transaction() as session:
        for before, after in ((one, 99), (other, one), (99, other)):
            session.execute(update(LINES).where(LINES.c.seq == before).values(seq=after))
    found = {tuple(each) for each in broken_lines()}
    assert (one, f"is line {other}, put here") in found
    assert (other, f"is line {one}, put here") in found


@pytest.mark.usefixtures("five_lines")
def test_a_ledger_that_was_emptied_is_not_an_empty_one(app: Flask) -> None:
    with transaction() as session:
        for name in ("ledger_line", "ledger_tip", "receipt"):
            session.execute(text(f"DELETE FROM {name}"))
    assert [tuple(each) for each in broken_lines()] == [(0, "nothing says that the ledger ends here")]
    assert verified(app)[0] == 1
    write(2)  # going on does not make it whole
    assert [tuple(each) for each in broken_lines()] == [(2, "the end was noted by somebody else than this program")]
    assert verified(app)[0] == 1


def whole_chain_anew() -> None:
    """Do what somebody can who knows how lines are chained, but has no master key: rewrite all from line 3 on."""
    with transaction() as session:
        session.execute(delete(LINES).where(LINES.c.seq >= 3))
        session.execute(delete(TIP))
        write_past_the_guard()


def write_past_the_guard() -> None:
    """Write three lines as if the ledger ended before them, with a tip that somebody else's key vouches for."""
    last = db.session.execute(select(LINES.c.seq, LINES.c.hash).order_by(LINES.c.seq.desc())).first()
    assert last
    own = vouched(last.seq, last.hash, derived_key("ledger"))
    db.session.execute(TIP.insert(), {"id": 1, **own._asdict()})
    for number in range(3):
        record("report.accepted", "report", f"x{number}", actor_id=None, detail={"version": 0})
    end = db.session.execute(select(TIP.c.seq, TIP.c.hash)).one()
    forged = vouched(end.seq, end.hash, b"somebody else's key of 32 bytes!")
    db.session.execute(update(TIP).values(**forged._asdict()))


@pytest.mark.usefixtures("five_lines")
def test_a_chain_written_anew_is_not_vouched_for(app: Flask) -> None:
    noted = str(tip())
    whole_chain_anew()
    said = [what for _, what in broken_lines()]
    assert said == ["the end was noted by somebody else than this program"]
    write(1, start=9)  # going on does not launder it
    assert [what for _, what in broken_lines()] == said
    status, lines = verified(app, "--expect", noted)
    assert status == 1 and "line 5: not the line that was noted elsewhere" in lines


@pytest.mark.usefixtures("five_lines")
def test_what_is_put_on_behind_the_end_is_noticed(app: Flask) -> None:
    end = tip()
    assert end
    write(1, start=5)
    with transaction() as session:
        session.execute(update(TIP).values(seq=end.seq, hash=end.hash, code=end.code))
    assert [tuple(each) for each in broken_lines()] == [(6, "was put on behind the end, 5")]


@pytest.mark.usefixtures("five_lines")
def test_a_tip_noted_elsewhere(app: Flask) -> None:
    noted = verified(app)[1][-1].removeprefix("tip ")
    write(2, start=5)
    assert verified(app, "--expect", noted)[0] == 0
    assert verified(app, "--expect", f"0:{'0' * 64}")[0] == 0
    for wrong in (f"3{noted[1:]}", noted[:-1] + ("0" if noted[-1] != "0" else "1"), f"99:{'a' * 64}"):
        assert verified(app, "--expect", wrong)[0] == 1
    for odd in ("", "5", "5:abc", "x:y"):
        assert verified(app, "--expect", odd)[0] == 2
    assert str(parse_tip(noted)) == noted


def test_every_receipt_has_its_line(app: Flask, world: World, phone: Callable[[str], Phone]) -> None:
    sent = event(world.units["group"])
    (result,) = phone("leader").push(sent)
    changed: dict[str, Any] = {**sent, "base_version": 1, "data": {**sent["data"], "persons": 2}}
    assert phone("leader").push(changed)[0]["outcome"] == "updated"
    assert verified(app)[0] == 0
    with transaction() as session:
        session.execute(update(table(Receipt)).where(table(Receipt).c.version == 1).values(hash="0" * 64))
    status, said = verified(app)
    number = result["receipt"]["number"]
    assert (status, said[:-2]) == (1, [f"receipt {number}: no line about version 1 of {sent['id']}"])


@pytest.mark.one_database
def test_lines_from_before_there_was_a_key_are_vouched_for_once(app: Flask) -> None:
    write(3)
    with transaction() as session:
        for name in ("ledger_tip", "master_key", "box_key"):
            session.execute(text(f"DELETE FROM {name}"))
    ring = app.extensions["keyring"]
    ring.secrets = None
    app.extensions["derived_keys"].clear()
    write(1, start=3)
    assert list(broken_lines()) == []
    assert isinstance(tip(), Tip) and tip().seq == 4  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("action", "detail"), [("song.sung", {}), ("report.accepted", {}), ("report.accepted", {"version": 1, "name": "x"})]
)
def test_a_line_says_neither_less_nor_more_than_its_kind(app: Flask, action: str, detail: dict) -> None:
    with pytest.raises(ValueError, match=r"song|exactly"), transaction():
        record(action, "report", "r", actor_id=None, detail=detail)
