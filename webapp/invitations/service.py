"""Inviting, and what becomes of a link. The caller holds the transaction."""

from webapp.accounts import queries as people
from webapp.accounts import service as accounts
from webapp.accounts.models import Account, Invitation
from webapp.accounts.queries import Actor
from webapp.accounts.rules import LEVEL_OF_ROLE, problems_with_name, token_hash
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import N_, Invalid, Problem
from webapp.core.ids import new_id
from webapp.invitations.rules import OPEN_FOR, problems_with_undertaking
from webapp.ledger.service import record
from webapp.orgs.models import Unit


def invite(*, name: str, role: str, unit_id: str, actor: Actor) -> tuple[Invitation, str]:
    """Return a new invitation and the secret of its link. Raises Invalid when name or role does not fit."""
    problems = problems_with_name(name)
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.closed or unit.level not in LEVEL_OF_ROLE.get(role, ()):
        problems.append(Problem("unit", "role", N_("这个角色不能设在这个单位。")))
    if problems:
        raise Invalid(problems)
    return _make_link(Invitation(name=name.strip(), role=role, unit_id=unit_id), actor)


def invite_again(account: Account, actor: Actor) -> tuple[Invitation, str]:
    """Return a link by which the owner of `account` sets a new password, and its secret."""
    again = Invitation(name=account.name, role=account.role, unit_id=account.unit_id, account_id=account.id)
    return _make_link(again, actor)


def _make_link(invitation: Invitation, actor: Actor) -> tuple[Invitation, str]:
    token = accounts.new_token()
    invitation.id, invitation.token_hash = new_id(), token_hash(token)
    invitation.invited_by, invitation.expires_at = actor.account_id, clock.now() + OPEN_FOR
    db.session.add(invitation)
    db.session.flush()
    by, unit, detail = actor.account_id, invitation.unit_id, {"role": invitation.role}
    record("invitation.made", "invitation", invitation.id, actor_id=by, unit_id=unit, detail=detail)
    return invitation, token


def withdraw(invitation: Invitation, actor: Actor) -> None:
    """Let the link of `invitation` open no more."""
    invitation.expires_at = clock.now()
    by, unit = actor.account_id, invitation.unit_id
    record("invitation.withdrawn", "invitation", invitation.id, actor_id=by, unit_id=unit)


def accept(invitation: Invitation, *, login: str, password: str, ticked: str) -> Account:
    """Return the account that `invitation` turns into, or whose password it sets.

    `ticked` is the version of the undertaking as the form said it; who undertook that one before need not say it.
    Raises Invalid when login, password or what was ticked does not fit, NotFound when the account was closed meanwhile.
    """
    asked = people.undertaking_due(invitation.account_id)
    unread = problems_with_undertaking(ticked, asked.version) if asked else []
    try:
        account = _account_by(invitation, login, password)
    except Invalid as error:
        raise Invalid([*error.problems, *unread]) from None
    if unread:
        raise Invalid(unread)
    if asked:
        account.undertaking_version, account.undertaking_at = asked.version, clock.now()
        accounts.note("account.undertook", account, version=asked.version)
    invitation.used_at = clock.now()
    detail = {"account_id": account.id}
    record("invitation.used", "invitation", invitation.id, actor_id=account.id, unit_id=account.unit_id, detail=detail)
    return account


def _account_by(invitation: Invitation, login: str, password: str) -> Account:
    if not invitation.account_id:
        return accounts.create_account(
            login=login, name=invitation.name, role=invitation.role, unit_id=invitation.unit_id, password=password
        )
    account = people.open_account(invitation.account_id)
    accounts.set_password(account, password)
    accounts.end_sessions(account)  # whoever lost a phone wants the old sessions to end
    return account
