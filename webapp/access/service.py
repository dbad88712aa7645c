"""The guard at the door: who is asking, and may they."""

from flask import Flask, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import PUBLIC, ROUTES, WHILE_CLOSED, covers, may
from webapp.accounts import queries, service
from webapp.accounts.queries import Actor
from webapp.accounts.rules import (
    OPEN_FOR,
    SESSION_DAYS,
    is_due_for_renewal,
    is_open,
    mark_name,
    opened_until,
    token_hash,
)
from webapp.core import clock
from webapp.core.csrf import is_cross_site
from webapp.core.db import db, transaction
from webapp.core.errors import Closed, Forbidden, NotFound, Revoked, Unauthorised
from webapp.core.ids import is_id
from webapp.orgs.models import Unit

COOKIE = "sanshi"
OPENED = "sanshi-open"
ASKER = "sanshi.actor"  # kept with the request: an application context may outlive it
SESSION_SECONDS = SESSION_DAYS * 24 * 3600


def init_access(app: Flask) -> None:
    """Put the guard before every request of `app`."""
    app.before_request(guard)
    app.after_request(renew_cookie)


def guard() -> None:
    """Let the request pass when its route's action is the asker's. Raises Unauthorised, Forbidden or Closed."""
    if is_cross_site(request.method, request.headers, _own_origin, has_session=COOKIE in request.cookies):
        raise Forbidden
    if request.endpoint is None:
        return  # no such address: the router says so
    action = ROUTES[request.endpoint]
    if action == PUBLIC or request.endpoint == "sync.push":  # push asks for a whole batch of sessions at once
        return
    actor = current_actor()
    if not may(actor.role, action):
        raise Forbidden
    if request.endpoint not in WHILE_CLOSED:
        refuse_closed(actor)


def refuse_closed(actor: Actor) -> None:
    """Raise Closed when the device of `actor` keeps a vault and has not proved lately that it is open."""
    if not is_open(actor.opening_hash, request.cookies.get(OPENED), clock.now()):
        raise Closed


def _own_origin() -> str:
    return request.host_url[:-1]


def find_actor() -> Actor | None:
    """Return who is signed in on the device that asks, if anybody."""
    if ASKER not in request.environ:
        token = request.cookies.get(COOKIE)
        found = queries.actors_of([token_hash(token)]) if token else {}
        request.environ[ASKER] = next(iter(found.values()), None)
    actor: Actor | None = request.environ[ASKER]
    return actor


def current_actor() -> Actor:
    """Return who is signed in. Raises Unauthorised when nobody is, Revoked when somebody has ended the session."""
    actor = find_actor()
    if actor is None:
        token = request.cookies.get(COOKIE)
        raise Revoked if token and queries.revoked_among([token_hash(token)]) else Unauthorised
    return actor


def forget_actor() -> None:
    """Let nobody be signed in for the rest of this request: the session ends here, or another one begins."""
    request.environ[ASKER] = None


def renew_cookie(response: Response) -> Response:
    """Let the session slide on, at most once a day, and tell the browser."""
    actor: Actor | None = request.environ.get(ASKER)
    if actor and is_due_for_renewal(actor.expires_at, clock.now()) and response.status_code < 500:
        with transaction():
            service.renew(actor)
        set_cookie(response, request.cookies[COOKIE])
    return response


def set_cookie(response: BaseResponse, token: str) -> None:
    """Give the browser the session secret for a year: it survives the browser being closed (persistent)."""
    response.set_cookie(
        COOKIE, token, max_age=SESSION_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )


def clear_cookie(response: BaseResponse) -> None:
    """Take the session secret back from the browser."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax", path="/")


def open_device(response: BaseResponse, opening_hash: str) -> None:
    """Let the device read for a while."""
    until = clock.now() + OPEN_FOR
    response.set_cookie(
        OPENED, opened_until(opening_hash, until), max_age=OPEN_FOR, secure=request.is_secure, httponly=True,
        samesite="Strict", path="/",
    )  # fmt: skip


def close_device(response: BaseResponse) -> None:
    """Let the device read no more until it proves anew that its vault is open."""
    response.delete_cookie(OPENED, secure=request.is_secure, httponly=True, samesite="Strict", path="/")


def mark_device(response: BaseResponse, actor: Actor) -> None:
    """Let a phone know for a year that it had a store, also when its browser has thrown that away.

    Browsers throw away what scripts keep, cookies of theirs too, and not those that a server sets.
    """
    name = mark_name(actor.account_id)
    if request.cookies.get(name) != actor.device_id:
        response.set_cookie(
            name, actor.device_id, max_age=SESSION_SECONDS, secure=request.is_secure, samesite="Lax", path="/"
        )


def reach(unit_id: str, action: str) -> Unit:
    """Return the unit, when the asker has `action` and the unit lies in their scope.

    Raises NotFound otherwise: a unit out of scope looks like one that does not exist.
    """
    actor = current_actor()
    unit = db.session.get(Unit, unit_id)
    if unit is None or not may(actor.role, action) or not covers(actor.unit_path, unit.path):
        raise NotFound
    return unit


def unit_asked_for(action: str) -> Unit:
    """Return the unit that `?unit=` names, one's own without it. Raises NotFound as `reach` does."""
    asked = request.args.get("unit") or current_actor().unit_id
    if not is_id(asked):
        raise NotFound
    return reach(asked, action)
