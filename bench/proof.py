"""Whether what the server answered is true: asked of the database itself, after the server has ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
from sqlalchemy import select

from bench.generator import END_OF_HEAD, body_of
from tests.support.county import app_in
from webapp.core.db import db, table
from webapp.ledger.queries import broken_lines
from webapp.receipts.queries import slips_of
from webapp.receipts.rules import Slip, is_genuine
from webapp.receipts.service import signing_key
from webapp.reports.models import Report, ReportVersion

CHUNK = 500


@dataclass(frozen=True)
class Proof:
    """How many records were lost, stored twice, or answered with a false receipt; broken lines of the ledger."""

    lost: int
    duplicated: int
    false_receipts: int
    broken_lines: int

    def __str__(self) -> str:
        """Return the counts in one line."""
        return (
            f"lost {self.lost}, duplicated {self.duplicated}, false receipts {self.false_receipts}, "
            f"broken ledger lines {self.broken_lines}"
        )

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return not any((self.lost, self.duplicated, self.false_receipts, self.broken_lines))


def results_of(answers: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return the results in all `answers` to pushes. Raises ValueError when one says anything but 200."""
    return [result for answer in answers for result in json.loads(_unpacked(answer))["results"]]


def _unpacked(answer: bytes) -> bytes:
    body = body_of(answer)
    packed = b"content-encoding: br" in answer.partition(END_OF_HEAD)[0].lower()
    return bytes(brotli.decompress(body)) if packed else body


def prove(folder: Path, sent: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]) -> Proof:
    """Compare the reports `sent` and their `results` with the database in `folder`."""
    ids = [record["id"] for record in sent]
    with app_in(folder).app_context():
        reports = db.session.scalars(select(Report.id)).all()
        versions = db.session.scalars(select(table(ReportVersion).c.report_id)).all()
        stored = set(reports) & set(versions)
        slips = {key: slip for i in range(0, len(ids), CHUNK) for key, slip in slips_of(ids[i : i + CHUNK]).items()}
        false = sum(not _is_true(result, slips) for result in results)
        proof = Proof(len(set(ids) - stored), len(versions) - len(set(versions)), false, len(list(broken_lines())))
        db.session.remove()
        db.engine.dispose()
    return proof


def _is_true(result: dict[str, Any], slips: dict[tuple[str, int, str], Slip]) -> bool:
    """Return whether the receipt in `result` is genuine, and the one that the database keeps."""
    said = result["receipt"]
    if result["outcome"] != "created" or said is None:
        return False
    times = datetime.fromisoformat(said["declared_at"]), datetime.fromisoformat(said["received_at"])
    slip = Slip(said["number"], said["hash"], *times, said["signature"])
    kept = slips.get((result["id"], result["version"], said["hash"]))
    return is_genuine(signing_key().public_key(), slip) and kept is not None and kept.spell() == said
