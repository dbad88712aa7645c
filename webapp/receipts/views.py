"""Looking receipts up, without an account: that something arrived and when, never what it said."""

from contextlib import suppress

from flask import Blueprint, Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.accounts.rules import ATTEMPT_WINDOW
from webapp.attempts import service as attempts
from webapp.attempts.queries import count_within
from webapp.attempts.rules import network_of
from webapp.core import clock
from webapp.core.canonical import short_code
from webapp.core.db import Busy, transaction
from webapp.core.errors import N_, Problem, TooMany
from webapp.core.web import page, problems_by_field, see_other
from webapp.orgs import queries as orgs
from webapp.receipts import queries
from webapp.receipts.models import Receipt
from webapp.receipts.rules import UNFOUND, Slip, clean_code, clean_number, is_genuine, looks_like_number, signed_content
from webapp.receipts.service import public_key, signing_key

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")

EMPTY = Problem("q", "required", N_("请填回执号或核对码。"))
ODD = Problem("q", "shape", N_("回执号是 16 位数字，核对码是 8 位，像 7F3A-92C1。请对照回执再看一遍。"))
# The same for a mistyped number and for one that nobody has: neither says how near it was.
UNKNOWN = Problem("q", "unknown", N_("没有这张回执。请对照回执再看一遍；刚报的，等手机上显示“已全部上报”再查。"))


@blueprint.get("")
def search() -> BaseResponse:
    """Ask for a number or a short code; go on to the receipt, or list those that share a short code."""
    typed = request.args.get("q")
    if typed is None:
        return _search_page("")
    if _is_guessing():
        return _busy(typed)
    return _found(typed) if typed.strip() else _search_page(typed, EMPTY, 422)


def _found(typed: str) -> BaseResponse:
    number, code = clean_number(typed), clean_code(typed)
    if number and queries.receipt(number):
        return see_other(f"/receipts/{number}")
    found = queries.receipts_by_code(code) if code else []
    if len(found) == 1:
        return see_other(f"/receipts/{found[0].number}")
    if found:
        return _noindex(page("receipts/several.html", rows=[(row, _names(row)[-1]) for row in found]))
    return _unknown(typed) if looks_like_number(typed) or code else _search_page(typed, ODD, 422)


def _is_guessing() -> bool:
    """Return whether from this address too many were asked for that nobody has."""
    return count_within(ATTEMPT_WINDOW, _key()) >= UNFOUND


def _key() -> str:
    return attempts.key_of("receipts", network_of(request.remote_addr or ""))


def _busy(typed: str) -> Response:
    response = _search_page(typed, TooMany().problem._replace(field="q"), TooMany.status)
    response.headers["Retry-After"] = str(int(ATTEMPT_WINDOW.total_seconds()))
    return response


def _unknown(typed: str) -> Response:
    """Return the page that says so, and count it; uncounted where that would have to wait."""
    with suppress(Busy), transaction(wait=0.05):
        attempts.note(_key())
    return _search_page(typed, UNKNOWN, 404)


def _search_page(typed: str, problem: Problem | None = None, status: int = 200) -> Response:
    problems = problems_by_field([problem] if problem else [])
    return _noindex(page("receipts/search.html", status, typed=typed, problems=problems))


def _noindex(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/<number>")
def show(number: str) -> BaseResponse:
    """Show one receipt, its signature checked anew each time."""
    if _is_guessing():
        return _busy(number)
    plain = clean_number(number)
    receipt = queries.receipt(plain) if plain else None
    if receipt is None:
        return _unknown(number)
    if number != receipt.number:
        return see_other(f"/receipts/{receipt.number}")
    slip = Slip(receipt.number, receipt.hash, receipt.declared_at, receipt.received_at, receipt.signature)
    return _noindex(
        page(
            "receipts/show.html", receipt=receipt, names=_names(receipt), code=short_code(receipt.hash),
            genuine=is_genuine(signing_key().public_key(), slip), signed=signed_content(*slip[:4]).decode(),
        )
    )  # fmt: skip


def _names(receipt: Receipt) -> list[str]:
    """Return what the unit and those above it were called on the day the record arrived, the unit last."""
    path = orgs.ids_on_path(orgs.unit(receipt.unit_id).path)
    names = orgs.names_on(path, clock.to_local(receipt.received_at).date())
    return [names.get(unit_id, "—") for unit_id in path]


@blueprint.get("/key.pem")
def key() -> Response:
    """Send the public key, with which anybody checks a receipt without us."""
    response = make_response(public_key())
    response.headers["Content-Type"] = "application/x-pem-file"
    response.headers["Content-Disposition"] = 'attachment; filename="sanshi-receipts.pem"'
    return response
