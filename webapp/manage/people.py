"""Pages of the office about its people: who works where, on which devices, and how somebody new comes in."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.accounts import queries as accounts
from webapp.accounts import service
from webapp.accounts.models import Account, Invitation
from webapp.accounts.rules import INVITES, LEVEL_OF_ROLE, LOOKS_AFTER
from webapp.core.db import transaction
from webapp.core.errors import Forbidden, Invalid, NotFound, Problem
from webapp.core.fields import load
from webapp.core.qr import draw
from webapp.core.web import page, problems_by_field, see_other
from webapp.invitations import queries as invitations
from webapp.invitations import service as inviting
from webapp.manage import queries
from webapp.manage.schemas import InviteSchema, filled_in
from webapp.orgs import queries as orgs

blueprint = Blueprint("people", __name__, url_prefix="/app/people")


@blueprint.get("")
def show() -> Response:
    """Show a unit and those directly under it with their people, and the invitations that are open."""
    unit = unit_asked_for("people.read")
    own, *below = queries.places_at(unit)
    return page(
        "manage/people.html", unit=unit, above=queries.above(unit, current_actor()), own=own, below=below,
        invites=_invites(), invitations=invitations.open_invitations(unit.path), said=request.args.get("said"),
    )  # fmt: skip


def _invites() -> list[str]:
    """Return the roles that the asker may invite, in the order of the access table."""
    actor = current_actor()
    allowed = INVITES.get(actor.role, frozenset()) if may(actor.role, "people.invite") else frozenset()
    return [role for role in LEVEL_OF_ROLE if role in allowed]


@blueprint.get("/invite/<string:role>")
def invite_form(role: str) -> Response:
    """Ask who is invited as `role`, and where."""
    return _invite_page(role, {"unit": request.args.get("unit", "")})


def _invite_page(
    role: str, typed: dict[str, str], status: int = 200, problems: list[Problem] | None = None
) -> Response:
    if role not in _invites():
        raise NotFound
    actor = current_actor()
    units = queries.open_units(actor.unit_path, LEVEL_OF_ROLE[role])
    return page(
        "manage/invite.html", status, role=role, typed=typed, problems=problems_by_field(problems or []),
        units=units, parents=orgs.units({unit.parent_id for unit in units if unit.parent_id}),
        there=queries.names_of_role(units, role),
    )  # fmt: skip


@blueprint.post("/invite/<string:role>")
def invite(role: str) -> Response:
    """Make an invitation and show its link, this once."""
    if role not in _invites():
        raise NotFound
    typed = request.form.to_dict()
    data, problems = load(InviteSchema(), filled_in(typed, ("name", "unit")))
    if problems:
        return _invite_page(role, typed, 422, problems)
    try:
        with transaction():
            unit = reach(data["unit"], "people.invite")
            found, token = inviting.invite(name=data["name"], role=role, unit_id=unit.id, actor=current_actor())
    except Invalid as error:
        return _invite_page(role, typed, 422, error.problems)
    return _link_page(found, token)


def _link_page(found: Invitation, token: str) -> Response:
    link = url_for("accounts.invitation", token=token, _external=True)
    unit = orgs.unit(found.unit_id)
    return page("manage/invitation_link.html", invitation=found, unit=unit, link=link, qr=draw(link))


@blueprint.post("/invitations/<uuid:invitation_id>/withdraw")
def withdraw(invitation_id: UUID) -> BaseResponse:
    """Let an invitation's link open no more."""
    with transaction():
        found = invitations.invitation(str(invitation_id))
        if found is None or found.role not in LOOKS_AFTER.get(current_actor().role, ()):
            raise NotFound
        reach(found.unit_id, "people.invite")
        inviting.withdraw(found, current_actor())
    return see_other("/app/people?said=withdrawn#invitations")


@blueprint.get("/<uuid:account_id>")
def person(account_id: UUID) -> Response:
    """Show somebody's devices, and what can be done when a phone is lost or a password forgotten."""
    account = _account(account_id, "people.read")
    return page(
        "manage/person.html", person=queries.person(account), unit=orgs.unit(account.unit_id),
        manages=_looks_after(account), undertaken=accounts.undertaken(account.id), said=request.args.get("said"),
    )  # fmt: skip


def _account(account_id: UUID, action: str) -> Account:
    """Return the open account, when the asker has `action` where it works. Raises NotFound otherwise."""
    account = accounts.account(str(account_id))
    if account is None or account.closed_at:
        raise NotFound
    reach(account.unit_id, action)
    return account


def _looks_after(account: Account) -> bool:
    role = current_actor().role
    return may(role, "people.manage") and account.role in LOOKS_AFTER.get(role, ())


def _managed(account_id: UUID) -> Account:
    """Return the open account, when the asker looks after it. Raises NotFound out of scope, Forbidden for the role."""
    account = _account(account_id, "people.manage")
    if not _looks_after(account):
        raise Forbidden
    return account


@blueprint.post("/<uuid:account_id>/new-password")
def invite_again(account_id: UUID) -> Response:
    """Make a link by which somebody sets a new password, and show it, this once."""
    with transaction():
        found, token = inviting.invite_again(_managed(account_id), current_actor())
    return _link_page(found, token)


@blueprint.post("/<uuid:account_id>/devices/<uuid:device_id>/revoke")
def revoke_device(account_id: UUID, device_id: UUID) -> BaseResponse:
    """End the session on somebody's device."""
    with transaction():
        account, device = _managed(account_id), accounts.device(str(device_id))
        if device is None or device.account_id != account.id:
            raise NotFound
        service.revoke(device_id=device.id, actor=current_actor())
    return see_other(f"/app/people/{account_id}?said=revoked")


@blueprint.post("/<uuid:account_id>/close")
def close(account_id: UUID) -> BaseResponse:
    """Let nobody sign in as somebody any more."""
    with transaction():
        account = _managed(account_id)
        service.close_account(account, current_actor())
    return see_other(f"/app/people?unit={account.unit_id}&said=closed")
