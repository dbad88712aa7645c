"""One answer to whatever goes wrong: a page, a fragment or JSON, always with a sentence and a next step."""

import logging
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, make_response, render_template, request
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, forget_actor
from webapp.core.csrf import SAFE_METHODS, is_cross_site
from webapp.core.errors import (
    AppError,
    BadRequest,
    Closed,
    Forbidden,
    NotFound,
    Problem,
    TooLarge,
    Unauthorised,
    WrongMethod,
    say,
)
from webapp.core.web import page, readable, see_other, wants_fragment

log = logging.getLogger(__name__)
SECRETS = frozenset({"password", "current"})  # fields that are never written into a page


def init_errors(app: Flask) -> None:
    """Let `app` answer expected refusals, those of the router and surprises alike."""
    app.register_error_handler(AppError, answer)
    app.register_error_handler(HTTPException, from_router)
    app.register_error_handler(Exception, surprise)


def answer(error: AppError) -> BaseResponse:
    """Return the answer to an expected refusal; who is signed out is shown the way in, except where JSON is asked."""
    if request.path.startswith("/sync/"):
        return as_json(error.problem, error.status)
    if isinstance(error, Closed) and not wants_fragment():
        return closed()
    if isinstance(error, Unauthorised) and is_worth_keeping():
        return unsent()
    if isinstance(error, Unauthorised) and not wants_fragment():
        asked = request.full_path.rstrip("?") if request.method == "GET" else readable(request.path)
        return see_other(f"/sign-in?next={quote(asked, safe='/')}")
    if wants_fragment():
        fragment = render_template("errors/_error.html", sentence=say(error.problem))
        return make_response(fragment, error.status)
    return as_page(error.status, say(error.problem))


def is_worth_keeping() -> bool:
    """Return whether a form of ours was sent in which somebody typed something, and nothing secret."""
    if request.method in SAFE_METHODS or SECRETS.intersection(request.form):
        return False
    foreign = is_cross_site(request.method, request.headers, lambda: request.host_url[:-1], has_session=True)
    return not foreign and any(text.strip() for text in request.form.values())


def unsent() -> BaseResponse:
    """Return the page that keeps what was typed by somebody whose session has ended, to be sent again after signing in.

    Nothing of it is kept here, and it goes through every door anew. Where htmx asked for a part of a page, to be put in
    place of what was typed, this takes the place of the whole page.
    """
    forget_actor()
    typed, files = list(request.form.items(multi=True)), any(file.filename for file in request.files.values())
    address = request.full_path.rstrip("?")
    response = page("errors/unsent.html", Unauthorised.status, address=address, typed=typed, files=files)
    if wants_fragment():
        response.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML"})
    return response


def closed() -> BaseResponse:
    """Return the page of a phone that is locked: it asks for the PIN and leads on; no name is on it."""
    actor = current_actor()
    locked = {"id": actor.account_id, "role": actor.role, "device": actor.device_id, "recent": actor.is_recent}
    again = request.full_path.rstrip("?") if request.method == "GET" else readable(request.path)
    forget_actor()
    empty: dict[str, Any] = {"shell": True, "actor": None, "me": None, "nav_month": None, "path": "/app"}
    return page("errors/closed.html", Closed.status, locked_phone=locked, again=again, **empty)


def from_router(error: HTTPException) -> BaseResponse:
    """Return the answer to what Flask itself refuses, such as an unknown address.

    Where a form is only sent to, whoever opens the address (again) is led to the page of the form.
    """
    known = {404: NotFound, 405: WrongMethod, 403: Forbidden, 413: TooLarge, 400: BadRequest}
    if error.code == WrongMethod.status and request.method in SAFE_METHODS and not request.path.startswith("/sync/"):
        return see_other(readable(request.path))
    if isinstance(error, RequestEntityTooLarge):
        return answer(TooLarge())
    kind = known.get(error.code or 500)
    if kind:
        return answer(kind())
    return error.get_response()


def surprise(_error: Exception) -> BaseResponse:
    """Return the answer to a fault of ours: logged with its trace, told without."""
    log.exception("unexpected error at %s", request.endpoint)
    forget_actor()  # the database may be what failed: the page must not ask it who is reading
    return answer(AppError())


def as_json(problem: Problem, status: int) -> Response:
    """Return `{"error": {"code", "message"}}` with `status`."""
    response = jsonify({"error": {"code": problem.code, "message": say(problem)}})
    response.status_code = status
    return response


def as_page(status: int, sentence: str) -> Response:
    """Return the error page for `status`; those without a page of their own share the last one."""
    try:
        body = render_template(f"errors/{status}.html", sentence=sentence, back=readable(request.path))
    except TemplateNotFound:
        body = render_template("errors/page.html", sentence=sentence)
    return make_response(body, status)
