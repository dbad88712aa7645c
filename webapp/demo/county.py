"""The units of the demonstration: a real county from a public list, with invented groups."""

from collections.abc import Iterator

from webapp.core import clock
from webapp.core.tables import read_table
from webapp.demo.material import DATA, STORY, chance_for
from webapp.orgs import queries
from webapp.orgs.models import Unit
from webapp.unitlists.rules import Row
from webapp.unitlists.schemas import COLUMNS, NEEDED, read_row
from webapp.unitlists.service import take

FEWEST, MOST = 6, 12


def open_county() -> None:
    """Store all units. The caller holds the transaction. Raises RuntimeError when the list breaks a rule."""
    real = [read_row(line.number, line.cells) for line in read_table(DATA / "qingyuan.csv", COLUMNS, NEEDED)]
    communities = [row for row in real if row.level == "community"]
    rows = [*real, *(group for community in communities for group in invented_groups(community))]
    numbered = [row._replace(number=number) for number, row in enumerate(rows, start=2)]
    wrong = [verdict for verdict in take(numbered, clock.today(), actor_id=None) if verdict.problems]
    if wrong:
        raise RuntimeError(f"the demonstration's units break a rule: {wrong[:3]}")


def invented_groups(community: Row) -> Iterator[Row]:
    """Yield the rows of the groups of a community: six to twelve, always the same."""
    size = chance_for(community.code).randint(FEWEST, MOST)
    for number, numeral in enumerate(STORY["numerals"][:size], start=1):
        yield Row(0, f"{community.code}{number:02d}", STORY["group"] % numeral, "group", community.code)


def unit(code: str) -> Unit:
    """Return the unit with this code. Raises RuntimeError when the list has none."""
    found = queries.by_code(code)
    if found is None:
        raise RuntimeError(f"the demonstration has no unit {code}")
    return found
