"""Use-cases of the office that concern several rooms. The caller holds the transaction."""

from datetime import date

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.errors import N_, Invalid, Problem
from webapp.core.fields import NOT_A_CHOICE
from webapp.core.period import Month
from webapp.forms.service import grant_extension
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.reports.service import forgive

# For everybody under a county the day itself is moved.
LEVELS = frozenset({"township", "community", "group"})
NO_GROUPS = Problem("unit", "empty", N_("这个单位下面还没有小组。"))


def extend(unit: Unit, month: Month, due: date, reason: str, actor: Actor) -> int:
    """Give the groups at or under `unit` until `due` for `month`; return how many gained time.

    Those that have that long already are passed over. Raises Invalid when nobody gains, or the day or reason is wrong.
    """
    if unit.level not in LEVELS:
        raise Invalid([NOT_A_CHOICE._replace(field="unit")])
    groups = orgs.open_groups_under(unit.path, clock.today())
    if not groups:
        raise Invalid([NO_GROUPS])
    gained, refusal = 0, None
    for group in groups:
        try:
            grant_extension(group.id, month, due, reason, actor_id=actor.account_id)
            gained += 1
        except Invalid as error:
            if {problem.code for problem in error.problems} != {"not_later"}:
                raise
            refusal = error
    if refusal and not gained:
        raise refusal
    forgive(month, unit.path)
    return gained
