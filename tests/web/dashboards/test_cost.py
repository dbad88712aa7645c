"""What a board costs: so many questions to the database, however many units and months there are."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.builders import World
from tests.support.office import hand_in, plain, statements
from webapp.core.db import transaction
from webapp.core.ids import new_id
from webapp.orgs.rules import Node
from webapp.orgs.service import open_units

OPENED = date(2020, 1, 1)
# page -> who asks for it -> how many questions, signing in included
PAGES = {
    ("/app/board/202611", "county"): 9,
    ("/app/board/202611", "officer"): 8,
    ("/app/totals/202611", "county"): 8,
    ("/app/totals/202611", "officer"): 8,
    ("/app/review/202611", "county"): 7,
    ("/app/review/202611", "officer"): 7,  # two of them for what came from phones that had to hand over
}


def count(signed_in: Callable[[str], Any], url: str, login: str) -> int:
    """Return how many questions a page takes once the facts have caught up."""
    pages = signed_in(login)
    pages.get(url)
    with statements() as asked:
        pages.get(url)
    return len(asked)


def grow(world: World) -> None:
    """Add twelve communities of nine groups to the township, and nine groups to the community."""
    parents = {"331126101201": world.units["community"]}
    nodes = []
    for number in range(12):
        code = f"331126101{number + 300}"
        parents[code] = new_id()
        nodes.append(Node(parents[code], "community", f"社区{number}", code, world.units["township"], OPENED))
    nodes += [
        Node(new_id(), "group", f"小组{number}", f"{code}{number + 50}", parent, OPENED)
        for code, parent in parents.items()
        for number in range(9)
    ]
    with transaction():
        open_units(nodes, actor_id=None)


@pytest.mark.parametrize(("url", "login"), PAGES)
def test_questions_do_not_grow_with_units_or_months(signed_in, phone, world: World, url: str, login: str):
    plain(phone("leader"), world.units["group"])
    assert count(signed_in, url, login) == PAGES[url, login]
    grow(world)
    for month in ("202604", "202605", "202606", "202607", "202608", "202609"):
        hand_in(phone("leader2"), world.units["group2"], month, births=1)
    plain(phone("stranger"), world.units["other_group"])
    hand_in(phone("leader2"), world.units["group2"], births=1)
    assert count(signed_in, url, login) == PAGES[url, login]


def test_no_page_needs_more_than_a_dozen():
    assert max(PAGES.values()) <= 12
