"""What a ledger line must say, and how lines are chained."""

import re
from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple

from webapp.core.canonical import content_hash
from webapp.core.crypto import keyed

GENESIS = "0" * 64
KEY_LABEL = "ledger"

# action -> exactly the keys of its detail, so that no line says less or more than its kind promises.
FIELDS: dict[str, frozenset[str]] = {
    "unit.opened": frozenset({"name", "code", "level"}),
    "unit.changed": frozenset({"attribute", "before", "after", "since"}),
    "unit.closed": frozenset({"on", "successor_id"}),
    "account.created": frozenset({"role"}),
    "account.signed_in": frozenset({"device_id"}),
    "account.signed_out": frozenset({"device_id"}),
    "account.password_set": frozenset(),
    "account.undertook": frozenset({"version"}),
    "account.closed": frozenset(),
    "device.named": frozenset(),
    "device.revoked": frozenset({"device_id"}),
    "invitation.made": frozenset({"role"}),
    "invitation.withdrawn": frozenset(),
    "invitation.used": frozenset({"account_id"}),
    "form.stored": frozenset({"form", "hash"}),
    "form.approved": frozenset({"form"}),
    "due.exception": frozenset({"due", "reason"}),
    "due.extension": frozenset({"due", "reason"}),
    "event.noted": frozenset({"version", "hash"}),
    "event.changed": frozenset({"version", "hash"}),
    "event.withdrawn": frozenset({"version", "hash"}),
    "report.submitted": frozenset({"version", "hash"}),
    "report.corrected": frozenset({"version", "hash"}),
    "report.accepted": frozenset({"version"}),
    "report.returned": frozenset({"version"}),
    "report.locked": frozenset({"version"}),
    "export.taken": frozenset({"kind"}),
    "office.changed": frozenset({"hash"}),
    "edition.drafted": frozenset({"number"}),
    "edition.changed": frozenset({"number", "hash"}),
    "edition.dropped": frozenset({"number"}),
    "edition.handed_in": frozenset({"number"}),
    "edition.approved": frozenset({"number", "hash"}),
    "edition.given_back": frozenset({"number"}),
    "edition.published": frozenset({"number", "hash"}),
    "edition.taken_down": frozenset({"number", "is_early"}),
    "attachment.added": frozenset({"sha256"}),
    "attachment.removed": frozenset({"sha256"}),
    "amount.noted": frozenset({"scheme", "region", "hash"}),
    "display.noted": frozenset({"duty", "period"}),
    "household.added": frozenset({"version", "hash"}),
    "household.changed": frozenset({"version", "hash"}),
    "household.left": frozenset({"version", "hash"}),
    "household.revealed": frozenset({"fields", "reason", "words"}),
    "household.moved": frozenset({"from", "to", "reason"}),
    "household.erased": frozenset({"reason"}),
    "household.imported": frozenset({"rows", "hash"}),
    "consent.given": frozenset({"purpose", "text_version"}),
    "consent.withdrawn": frozenset({"purpose", "text_version"}),
    "card.issued": frozenset({"number"}),
    "card.revoked": frozenset({"number", "state"}),
    "cards.printed": frozenset({"count"}),
    "visit.noted": frozenset({"version", "hash"}),
    "visit.changed": frozenset({"version", "hash"}),
    "visit.withdrawn": frozenset({"version", "hash"}),
    "need.noted": frozenset({"version", "hash"}),
    "need.changed": frozenset({"version", "hash"}),
    "need.withdrawn": frozenset({"version", "hash"}),
    "feedback.received": frozenset({"kind"}),
    "feedback.closed": frozenset({"version", "hash"}),
    "case.received": frozenset({"kind"}),
    "case.forwarded": frozenset({"version", "by"}),
    "case.answered": frozenset({"version", "by"}),
    "case.escalated": frozenset({"version", "by"}),
    "case.rated": frozenset({"version", "by"}),
    "case.closed": frozenset({"version", "by"}),
    "record.held": frozenset({"version", "hash"}),
    "record.taken": frozenset({"type"}),
    "record.declined": frozenset({"type"}),
    "outreach.noted": frozenset({"version", "hash"}),
    "outreach.changed": frozenset({"version", "hash", "was"}),
    "outreach.withdrawn": frozenset({"version", "hash"}),
    "survey.created": frozenset({"version", "hash"}),
    "survey.changed": frozenset({"version", "hash"}),
    "survey.drawn": frozenset({"seed", "digest", "count"}),
    "survey.place_added": frozenset({"place_id"}),
    "survey.opened": frozenset({"version", "hash"}),
    "survey.closed": frozenset({"version"}),
    "survey.printed": frozenset({"count"}),
    "retention.run": frozenset({"counts"}),
    "key.rotated": frozenset({"kid"}),
    "key.rewrapped": frozenset({"keys"}),
    "key.retired": frozenset({"kid"}),
}


class Line(NamedTuple):
    """One thing to remember; `detail` holds the keys that `FIELDS` names for `action`."""

    action: str
    subject_type: str
    subject_id: str
    actor_id: str | None
    unit_id: str | None = None
    month: int | None = None
    detail: Mapping[str, Any] = {}


class Tip(NamedTuple):
    """Where the ledger ends: the number and the hash of its last line, and the code that vouches for both."""

    seq: int
    hash: str
    code: bytes = b""

    def __str__(self) -> str:
        """Return the tip as it is noted outside: `1234:<hash>`."""
        return f"{self.seq}:{self.hash}"


def vouched(seq: int, line_hash: str, key: bytes) -> Tip:
    """Return the tip with its code, made with `key`."""
    return Tip(seq, line_hash, keyed(key, f"{seq}:{line_hash}"))


def is_vouched(tip: Tip, key: bytes) -> bool:
    """Return whether the code of `tip` was made with `key` for just this number and hash."""
    return compare_digest(vouched(tip.seq, tip.hash, key).code, tip.code)


def parse_tip(text: str) -> Tip:
    """Return the tip that `text` (`1234:<hash>`) says. Raises ValueError when it says none."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    if not found:
        raise ValueError("a tip is written as number:hash")
    return Tip(int(found[1]), found[2])


def check(line: Line) -> None:
    """Raise ValueError when `line` has an unknown action or another set of keys than its action has."""
    expected = FIELDS.get(line.action)
    if expected is None:
        raise ValueError(f"unknown ledger action {line.action!r}")
    if expected != line.detail.keys():
        raise ValueError(f"{line.action} needs exactly {sorted(expected)}")


def chained(previous_hash: str, seq: int, at: datetime, line: Line) -> str:
    """Return the hash of `line` as number `seq` written at `at`, after the line hashed `previous_hash`."""
    content = [previous_hash, seq, at.isoformat(timespec="microseconds"), *line[:6], dict(line.detail)]
    return content_hash(content)
