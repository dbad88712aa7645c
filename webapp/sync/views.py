"""`POST /sync/push` and `GET /sync/pull`: JSON in, JSON out, never a redirect."""

import json
import re
from typing import Any

import brotli  # type: ignore[import-untyped]
from flask import Blueprint, Response, current_app, request

from webapp.access.service import COOKIE, close_device, current_actor, mark_device, open_device
from webapp.accounts.queries import Actor
from webapp.accounts.rules import is_same, token_hash
from webapp.accounts.service import know_vault
from webapp.core import clock
from webapp.core.assets import coding_taken
from webapp.core.db import transaction
from webapp.core.errors import BadRequest, Closed, TooLarge, Unauthorised, spell
from webapp.intake.rules import Result
from webapp.intake.service import receive
from webapp.receipts.rules import spell_time
from webapp.sync import queries
from webapp.sync.rules import MOST_BYTES, MOST_RECORDS, RECORD_TYPES, parse_cursor
from webapp.sync.service import Gatherer, Ticket

blueprint = Blueprint("sync", __name__, url_prefix="/sync")
PROOF = re.compile("[0-9a-f]{32}")  # 128 bits that come from the keys of an open vault


@blueprint.post("/push")
def push() -> Response:
    """Take records; answer each on its own, in the order sent, once all is on the disk."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthorised
    jobs = [receive(raw, RECORD_TYPES) for raw in _records()]
    ticket = Ticket(token_hash(token), jobs, request.headers.get("Sanshi-Account"), _vault())
    gatherer: Gatherer = current_app.extensions["gatherer"]
    with gatherer.served(ticket) as results:
        spelled = [_spell(result) if ticket.is_open else _arrival(result) for result in results]
        answer = {"server_time": spell_time(clock.now()), "closed": not ticket.is_open, "results": spelled}
        return _json({**answer, "revoked": True} if ticket.is_ended else answer)


def _records() -> list[Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    body = request.get_data(cache=False)
    if len(body) > MOST_BYTES:
        raise TooLarge
    try:
        records = json.loads(body)["records"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(records, list):
        raise BadRequest
    if len(records) > MOST_RECORDS:
        raise TooLarge
    return records


def _spell(result: Result) -> dict[str, Any]:
    receipt = result.slip.spell() if result.slip else None
    answer = {"id": result.id, "outcome": result.outcome, "version": result.version, "receipt": receipt}
    return {**answer, "problems": spell(result.problems), "current": result.current}


def _arrival(result: Result) -> dict[str, Any]:
    """Return whether a record arrived, without a word of what the server has: the phone is closed."""
    return {**_spell(result), "problems": [], "current": None}


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer, separators=(",", ":")), mimetype="application/json")


@blueprint.post("/close")
def close_phone() -> Response:
    """Show this phone no more pages: its vault was closed."""
    response = _json({})
    close_device(response)
    return response


@blueprint.get("/pull")
def pull() -> Response:
    """Answer what changed in the reader's scope since the cursor, and what a phone needs to work alone."""
    actor, vault = current_actor(), _vault()
    if not is_same(actor.opening_hash, vault):
        _meet(actor, vault)
    text = request.args.get("cursor", "")
    cursor = parse_cursor(text)
    answer = queries.pull(actor, cursor)
    response = _packed(_json({**answer, "restart": answer["restart"] or (bool(text) and cursor is None)}))
    if vault:
        open_device(response, vault)
        mark_device(response, actor)
    return response


def _packed(response: Response) -> Response:
    """Return `response` packed, where its reader takes brotli, with a table that stays small.

    For 300 kB the level of pages wants a table of 8 MB, whose memory costs more time than the packing, and saves 60 B.
    """
    if coding_taken() == "br":
        response.set_data(brotli.compress(response.get_data(), quality=6))
        response.headers["Content-Encoding"] = "br"
    return response


def _vault() -> str | None:
    """Return the hash of the secret by which an open vault is known, None when the phone said none."""
    said = request.headers.get("Sanshi-Opening", "")
    return token_hash(said) if PROOF.fullmatch(said) else None


def _meet(actor: Actor, vault: str | None) -> None:
    """Take note of a phone's vault. Raises Closed when it said nothing, Unauthorised when it is somebody else's."""
    if vault is None:
        raise Closed
    if request.headers.get("Sanshi-Account") != actor.account_id:
        raise Unauthorised  # somebody else has signed in since
    with transaction():
        know_vault(actor, vault)
