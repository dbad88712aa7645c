"""Doors of accounts: sign-in and sign-out, the first visit by an invitation, one's own page."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import (
    OPENED,
    clear_cookie,
    close_device,
    current_actor,
    find_actor,
    forget_actor,
    set_cookie,
)
from webapp.accounts import queries, service
from webapp.accounts.models import Account, Invitation
from webapp.accounts.rules import ATTEMPT_WINDOW, SHORTEST_PASSWORD, device_name, mark_name
from webapp.accounts.schemas import NameSchema
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem, TooMany
from webapp.core.fields import load
from webapp.core.web import page, problems_by_field, safe_next, see_other
from webapp.invitations import queries as invitations
from webapp.invitations.service import accept as accept_invitation
from webapp.orgs import queries as orgs

blueprint = Blueprint("accounts", __name__)

HOME = "/"


@blueprint.get("/sign-in")
def sign_in_form() -> BaseResponse:
    """Show the way in; who is in already goes on."""
    onward = safe_next(request.args.get("next"), HOME)
    if find_actor():
        return see_other(onward)
    return _sign_in_page(onward)


@blueprint.post("/sign-in")
def sign_in() -> BaseResponse:
    """Open a session on this device."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    onward, address = safe_next(request.form.get("next"), HOME), request.remote_addr or ""
    try:
        service.check_attempts(login, address)
    except TooMany as error:
        response = _sign_in_page(onward, error.status, [error.problem._replace(field="login")])
        response.headers["Retry-After"] = str(int(ATTEMPT_WINDOW.total_seconds()))
        return response
    account = service.verified_account(login, password)
    if account is None:
        with transaction():
            service.note_failure(login, address)
        return _sign_in_page(onward, 422, [service.WRONG])
    with transaction():
        token = _open_session(account)
    return _begin(onward, token)


def _sign_in_page(onward: str, status: int = 200, problems: list[Problem] | None = None) -> Response:
    return page(
        "accounts/sign_in.html", status, login=request.form.get("login", ""), onward=onward, home=HOME,
        problems=problems_by_field(problems or []), said=request.args.get("said"),
    )  # fmt: skip


def _open_session(account: Account) -> str:
    """Return the secret of a new session; the one this browser had before ends, its secret would be lost anyhow."""
    before = find_actor()
    if before:
        service.close_session(before)
    name = gettext(device_name(request.user_agent.string))
    return service.open_session(account, name, request.cookies.get(mark_name(account.id), ""))


def _begin(url: str, token: str) -> BaseResponse:
    forget_actor()
    response = see_other(url)
    set_cookie(response, token)
    return response


@blueprint.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session on this device. What lies unsent on the phone stays there."""
    actor = find_actor()
    if actor:
        with transaction():
            service.close_session(actor)
    forget_actor()
    response = see_other("/sign-in?said=out")
    clear_cookie(response)
    if OPENED in request.cookies:
        close_device(response)
    return response


# The page's address is a secret. Referrer-Policy stays `same-origin`, which tells it to nobody else; `no-referrer`
# would make older Safari send `Origin: null`, and the form would be refused as coming from another site.
@blueprint.get("/invitations/<token>")
def invitation(token: str) -> Response:
    """Show who invites whom, and ask for login and password."""
    try:
        return _invitation_page(token, invitations.open_invitation(token))
    except NotFound as error:
        return page("accounts/invitation_over.html", error.status)


@blueprint.post("/invitations/<token>")
def accept(token: str) -> BaseResponse:
    """Turn an invitation into an account and sign it in."""
    login, password, ticked = (request.form.get(name, "") for name in ("login", "password", "undertaking"))
    try:
        with transaction():
            account = accept_invitation(
                invitations.open_invitation(token), login=login, password=password, ticked=ticked
            )
            secret = _open_session(account)
    except NotFound as error:
        return page("accounts/invitation_over.html", error.status)
    except Invalid as error:
        return _invitation_page(token, invitations.open_invitation(token), 422, error.problems)
    return _begin("/app", secret)


def _invitation_page(
    token: str, found: Invitation, status: int = 200, problems: list[Problem] | None = None
) -> Response:
    inviter, unit = queries.account(found.invited_by), orgs.unit(found.unit_id)
    known = queries.account(found.account_id) if found.account_id else None
    return page(
        "accounts/invitation.html", status, token=token, invitation=found, inviter=inviter, unit=unit,
        above=orgs.ancestors(unit.id), known=known, login=request.form.get("login", ""),
        problems=problems_by_field(problems or []), shortest=SHORTEST_PASSWORD,
        asked=queries.undertaking_due(found.account_id), ticked=request.form.get("undertaking"),
    )  # fmt: skip


@blueprint.get("/app/me")
def me() -> Response:
    """Show who one is, one's devices, looks, and the way to the office."""
    return _me_page()


def _me_page(status: int = 200, problems: dict[str, list[str]] | None = None) -> Response:
    actor = current_actor()
    helpers = queries.helpers_of(actor)
    return page(
        "accounts/me.html", status, shell=False, devices=queries.live_devices([actor.account_id]),
        above=orgs.ancestors(actor.unit_id), helpers=helpers, office=orgs.unit(helpers[0].unit_id) if helpers else None,
        shortest=SHORTEST_PASSWORD, received=queries.device(actor.device_id),
        problems=problems or {}, typed=request.form, said=request.args.get("said"),
        undertaken=queries.undertaken(actor.account_id),
    )  # fmt: skip


@blueprint.post("/app/me/password")
def set_password() -> BaseResponse:
    """Change one's own password; the present one is asked for, since a phone may lie open on a table."""
    actor, address = current_actor(), request.remote_addr or ""
    try:
        service.check_attempts(actor.login, address)
    except TooMany as error:
        return _me_page(error.status, problems_by_field([error.problem._replace(field="current")]))
    account = service.verified_account(actor.login, request.form.get("current", ""))
    if account is None:
        with transaction():
            service.note_failure(actor.login, address)
        return _me_page(422, problems_by_field([service.WRONG_NOW]))
    try:
        with transaction():
            service.set_password(account, request.form.get("password", ""))
    except Invalid as error:
        return _me_page(422, problems_by_field(error.problems))
    return see_other("/app/me?said=password")


@blueprint.post("/app/me/devices/<uuid:device_id>/name")
def rename_device(device_id: UUID) -> BaseResponse:
    """Call one of one's devices by another name."""
    data, problems = load(NameSchema(), {"name": request.form.get("name", "")})
    if problems:
        return _me_page(422, {f"name-{device_id}": problems_by_field(problems)["name"]})
    with transaction():
        service.rename_device(str(device_id), data["name"], current_actor())
    return see_other("/app/me?said=named#devices")


@blueprint.post("/app/me/devices/<uuid:device_id>/revoke")
def revoke_device(device_id: UUID) -> BaseResponse:
    """End the session on one of one's devices; the one in hand is signed out."""
    actor = current_actor()
    if str(device_id) == actor.device_id:
        return sign_out()
    with transaction():
        found = queries.device(str(device_id))
        if found is None or found.account_id != actor.account_id:
            raise NotFound
        service.revoke(device_id=found.id, actor=actor)
    return see_other("/app/me?said=revoked#devices")
