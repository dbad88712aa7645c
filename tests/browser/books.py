"""What lies in the server's database, read beside the running server: the judge of what really arrived."""

import json
import sqlite3
from datetime import datetime
from typing import Any

from tests.support.server import Server
from webapp.core import clock
from webapp.core.crypto import derived, unseal_bytes, unwrap
from webapp.core.period import Month

Row = dict[str, Any]


def now() -> datetime:
    """Return the time by the server's clock, as a wall clock in China shows it."""
    return clock.to_local(clock.now())


def ask(server: Server, question: str, *values: object) -> list[Row]:
    """Return the rows that answer an SQL `question`."""
    with sqlite3.connect(f"file:{server.data / 'sanshi.db'}?mode=ro", uri=True, timeout=10) as books:
        books.row_factory = sqlite3.Row
        found = [dict(row) for row in books.execute(question, values)]
    books.close()
    return found


def noted(server: Server, note: str) -> list[Row]:
    """Return the entries with the remark `note`, each with its receipts' numbers in `receipts`."""
    events = ask(server, "SELECT e.*, a.login AS author FROM event e JOIN account a ON a.id = e.author_id")
    key = columns_key(server)
    texts = [unseal_bytes(key, b"event.note", e["note"]).decode() if e["note"] else None for e in events]
    found = [event for event, text in zip(events, texts, strict=True) if text == note]
    return [{**event, "note": note, "receipts": receipts(server, event["id"])} for event in found]


def columns_key(server: Server) -> bytes:
    """Return the key that texts are sealed with, as the server has it: from its master key, which lies in a file."""
    master = bytes.fromhex((server.data / "keys" / "master.key").read_text().strip())
    (row,) = ask(server, "SELECT root FROM master_key")
    return derived(unwrap(derived(master, "wrap"), "root", row["root"]), "columns")


def receipts(server: Server, record_id: str) -> list[str]:
    """Return the numbers of a record's receipts, the oldest version first."""
    question = "SELECT number FROM receipt WHERE record_id = ? ORDER BY version"
    return [row["number"] for row in ask(server, question, record_id)]


def report_of(server: Server, login: str, ago: int = 0) -> list[Row]:
    """Return the versions of the report of `login`'s group for the month `ago` months back, the oldest first."""
    month = int(Month.of(clock.today()).plus(-ago))
    return ask(
        server,
        "SELECT v.*, r.state, r.version AS newest FROM report_version v JOIN report r ON r.id = v.report_id"
        " JOIN account a ON a.unit_id = r.unit_id WHERE a.login = ? AND r.month = ? ORDER BY v.version",
        login, month,
    )  # fmt: skip


def reasons(server: Server, version: Row) -> list[str]:
    """Return the reasons why numbers of a report's `version` were changed."""
    opened = unseal_bytes(columns_key(server), b"report_version.adjustments", version["adjustments"])
    return [row["reason"] for row in json.loads(opened)]


def account(server: Server, login: str) -> Row:
    """Return the account of `login`, with the name of its unit."""
    question = "SELECT a.*, u.name AS unit_name FROM account a JOIN unit u ON u.id = a.unit_id WHERE a.login = ?"
    return ask(server, question, login)[0]
