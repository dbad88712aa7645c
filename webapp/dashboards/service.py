"""Keeping what boards read up to date, without making anybody wait long."""

from time import monotonic

from webapp.core.db import Busy, transaction
from webapp.rollup.queries import Counted, counted
from webapp.rollup.service import catch_up

# On the evening of the thirtieth reports keep coming. Who looks at a board then takes part of the counting along in
# bites, between which others write, and after a second is shown what is counted by then.
BITE = 200  # changes; about 60 ms
PATIENCE = 0.25  # seconds for one's turn
LONGEST = 1.0  # seconds for all of it


def bring_up_to_date() -> Counted:
    """Let the facts catch up as far as that goes quickly, by one bite at least; return how far they have come."""
    until = monotonic() + LONGEST
    reached = counted()
    while reached.left:
        try:
            with transaction(wait=PATIENCE):
                catch_up(BITE)
        except Busy:
            break
        reached = counted()
        if monotonic() >= until:
            break
    return reached
