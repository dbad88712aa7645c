"""The page on which an office takes in a list of doors: tried first, then taken in."""

import csv
import io
import tempfile
from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from webapp.access.service import current_actor
from webapp.core.db import transaction
from webapp.core.errors import N_, Invalid, Problem, say
from webapp.core.tables import Head
from webapp.core.web import page, problems_by_field, sent_file
from webapp.doorlists.queries import digest_of, rows_in
from webapp.doorlists.rules import COLUMNS, OUTCOMES, Verdict, counted, listed
from webapp.doorlists.service import judge, take

blueprint = Blueprint("doorlists", __name__, url_prefix="/app/households/import")

MOST_BYTES = 8 * 1024 * 1024  # a list of 20,000 doors has about one
SHOWN = 200  # rows on the page, those that are wrong apart; the sums count all
HEADS = {name: head for head, name in reversed(list(COLUMNS.items()))}
TOO_LARGE = Problem("file", "large", N_("文件太大，最多 8 MB。请把名单分成几份，一份一份地导入。"))
NO_FILE = N_("请选一个文件（XLSX 或 CSV）。")


@blueprint.get("")
def ask() -> Response:
    """Show how a list must look, and ask for one."""
    return _page()


@blueprint.post("")
def take_in() -> Response:
    """Judge the list that was sent; take it in when that was asked for and no row is wrong."""
    try:
        file = sent_file(MOST_BYTES, TOO_LARGE)
        return _taken(file, is_trial=request.form.get("step") != "take")
    except Invalid as error:
        return _page(422, problems=problems_by_field(error.problems))


def _taken(file: FileStorage | None, *, is_trial: bool) -> Response:
    if not file:
        raise Invalid([Problem("file", "required", NO_FILE)])
    actor, heads = current_actor(), list[Head]()
    with tempfile.TemporaryDirectory() as folder:  # names of people lie there no longer than this takes
        path = Path(folder) / f"list{Path(file.filename or '').suffix.lower()}"
        file.save(path)
        verdicts = [plan.verdict for plan in judge(rows_in(path, actor.unit_path, heads.append))]
        is_wrong = any(verdict.outcome == "error" for verdict in verdicts)
        if not is_trial and not is_wrong:
            verdicts = take(rows_in(path, actor.unit_path), digest_of(path), actor, transaction)
    if request.form.get("step") == "verdicts":
        return _as_file(verdicts)
    done = not is_trial and not is_wrong
    return _page(422 if is_wrong else 200, verdicts=verdicts, passed_over=heads[0].passed_over, done=done)


def _page(status: int = 200, verdicts: list[Verdict] | None = None, **context: object) -> Response:
    told, hidden = listed(verdicts or (), SHOWN)
    return page(
        "doorlists/import.html", status, sums=counted(verdicts) if verdicts is not None else None, told=told,
        hidden=hidden, heads=HEADS, outcomes=OUTCOMES, **context,
    )  # fmt: skip


def _as_file(verdicts: Iterable[Verdict]) -> Response:
    """Return the verdict on every row as a table that spreadsheets open: the whole of what the page has no room for."""
    text = io.StringIO("\ufeff")  # by which spreadsheets know UTF-8
    text.seek(0, io.SEEK_END)
    rows = csv.writer(text)
    rows.writerow([gettext("行"), gettext("结果"), gettext("说明")])
    for number, outcome, *told in verdicts:
        said = (f"{HEADS.get(one.field, one.field)}：{say(one)}" for part in told for one in part)
        rows.writerow([number, gettext(OUTCOMES[outcome]), "；".join(said)])
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="verdicts.csv"'
    return response
