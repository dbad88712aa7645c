"""Reading invitations."""

from collections.abc import Sequence

from sqlalchemy import Row, select

from webapp.accounts.models import Invitation
from webapp.accounts.queries import under
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import N_, NotFound, Problem
from webapp.orgs.models import Unit


def invitation(invitation_id: str) -> Invitation | None:
    """Return the invitation with this id, open or not."""
    return db.session.get(Invitation, invitation_id)


def open_invitation(token: str) -> Invitation:
    """Return the invitation that `token` opens. Raises NotFound when it is unknown, used or over."""
    found = db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if found is None or found.used_at or found.expires_at <= clock.now():
        raise NotFound(Problem("", "invitation", N_("这个邀请链接已经用过或过期了，请找社区干部再要一个。")))
    return found


def open_invitations(path: str) -> Sequence[Row[Invitation, Unit]]:
    """Return `(Invitation, Unit)` of the links at or under `path` that still open, the soonest to end first."""
    query = select(Invitation, Unit).join(Unit, Unit.id == Invitation.unit_id)
    query = query.where(under(path), Invitation.used_at.is_(None), Invitation.expires_at > clock.now())
    return db.session.execute(query.order_by(Invitation.expires_at, Invitation.id)).all()
