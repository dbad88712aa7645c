"""`POST /sync/push` and `GET /sync/pull`, `/sync/open` before them: JSON in, JSON out, never a redirect."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, request

from webapp.access.service import COOKIE, OPENED, close_device, current_actor, open_device
from webapp.accounts.rules import OPEN_FOR, token_hash
from webapp.accounts.service import prove_open
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import BadRequest, TooLarge, Unauthorised, spell
from webapp.intake.rules import Result
from webapp.intake.service import receive
from webapp.receipts.rules import spell_time
from webapp.sync import queries
from webapp.sync.rules import MOST_BYTES, MOST_RECORDS, RECORD_TYPES, parse_cursor
from webapp.sync.service import Gatherer, Ticket

blueprint = Blueprint("sync", __name__, url_prefix="/sync")
SECRET_LENGTH = 32  # 128 bits in hexadecimal digits


@blueprint.post("/push")
def push() -> Response:
    """Take records; answer each on its own, in the order sent, once all is on the disk."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthorised
    jobs = [receive(raw, RECORD_TYPES) for raw in _records()]
    ticket = Ticket(token_hash(token), jobs, request.headers.get("Sanshi-Account"), request.cookies.get(OPENED))
    gatherer: Gatherer = current_app.extensions["gatherer"]
    with gatherer.served(ticket) as results:
        spelled = [_spell(result) if ticket.is_open else _arrival(result) for result in results]
        return _json({"server_time": spell_time(clock.now()), "closed": not ticket.is_open, "results": spelled})


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
    return Response(json.dumps(answer), mimetype="application/json")


@blueprint.post("/open")
def open_phone() -> Response:
    """Let a phone read for `left` seconds that says the secret in its vault, as only an open one can."""
    actor, body = current_actor(), request.get_json(silent=True)
    if request.headers.get("Sanshi-Account") != actor.account_id:
        raise Unauthorised  # somebody else has signed in since
    secret = body.get("secret") if isinstance(body, dict) else None
    if not isinstance(secret, str) or len(secret) != SECRET_LENGTH:
        raise BadRequest
    with transaction():
        hashed = prove_open(actor, secret)
    response = _json({"left": int(OPEN_FOR.total_seconds())})
    open_device(response, hashed)
    return response


@blueprint.post("/close")
def close_phone() -> Response:
    """Take back what `/sync/open` gave: the vault was closed."""
    response = _json({})
    close_device(response)
    return response


@blueprint.get("/pull")
def pull() -> Response:
    """Answer what changed in the reader's scope since the cursor, and what a phone needs to work alone."""
    text = request.args.get("cursor", "")
    cursor = parse_cursor(text)
    answer = queries.pull(current_actor(), cursor)
    return _json({**answer, "restart": answer["restart"] or (bool(text) and cursor is None)})
