"""Codes at the doors of the demonstration, what its offices tell everybody, and what some residents told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from webapp.cards import service as cards
from webapp.core import clock
from webapp.demo.material import STORY
from webapp.demo.people import Group
from webapp.feedback.service import tell
from webapp.households.queries import households_of
from webapp.offices.service import set_page


def label(groups: Sequence[Group], at: datetime) -> None:
    """Give each household of `groups` a card, and each community a public page. The caller holds the transaction."""
    with clock.frozen(at):
        for group in groups:
            cards.issue([row["id"] for row in households_of([group.leader.unit_id])], group.officer)
        for officer in {group.officer.unit_id: group.officer for group in groups}.values():
            set_page(officer.unit_id, STORY["public_page"], actor_id=officer.account_id)


def hear(group: Group, now: datetime) -> None:
    """Let residents of `group` have told something within the last days."""
    homes = households_of([group.leader.unit_id])
    for days, (said, home) in enumerate(zip(STORY["told"], homes, strict=False)):
        with clock.frozen(now - timedelta(days=3 - days)):
            tell(group.leader.unit_id, home["id"], said)
