"""Results: what they show, and that all they show together gives no small number away."""

import copy
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.sums import Reduced
from tests.support.surveys import BOOK, form
from webapp.polling.rules import Asked, Place, Results, Share, results, told
from webapp.questionnaires.rules import Questionnaire
from webapp.surveys.rules import added, no_counts

FORM = form()
PLACES = {
    "town": Place("town", "镇", ("root", "town")),
    "east": Place("east", "东村", ("root", "town", "east")),
    "west": Place("west", "西村", ("root", "town", "west")),
    "isle": Place("isle", "岛", ("root", "town", "isle")),
}
LEAVES = ("east", "west", "isle")
KNOWN, SERVICE = ("yes", "no"), ("good", "fair", "bad")
WAYS: tuple[tuple[str, ...], ...] = ((), ("leader",), ("phone",), ("leader", "phone"))
PEOPLE = [(k, s, w) for k, s, w in product(KNOWN, SERVICE, WAYS) if k == "yes" or not w]
Person = tuple[str, tuple[str, str, tuple[str, ...]]]  # place, answers


def answers_of(answers: tuple[str, str, tuple[str, ...]]) -> dict[str, Any]:
    known, service, ways = answers
    return {"known": known, "service": service, **({"ways": ways} if ways else {})}


def counted(people: Counter[Person]) -> Asked:
    """Return what the counts are once `people` have answered."""
    counts: dict[str, Any] = {leaf: no_counts(FORM) for leaf in LEAVES}
    for (leaf, answers), times in people.items():
        for _ in range(times):
            counts[leaf] = added(counts[leaf], FORM, answers_of(answers))
    answered = {leaf: sum(n for (place, _), n in people.items() if place == leaf) for leaf in LEAVES}
    return Asked(answered, counts, dict.fromkeys(LEAVES, 50))


def shown(people: Counter[Person]) -> Results:
    return results(FORM, counted(people), PLACES, "town")


def people_of(places: tuple[str, ...], question: str, column: str) -> dict[Person, int]:
    """Return which sorts of people a cell counts."""
    return {(leaf, one): 1 for leaf in places for one in PEOPLE if column in columns_of(question, one)}


def columns_of(question: str, one: tuple[str, str, tuple[str, ...]]) -> tuple[str, ...]:
    known, service, ways = one
    if question == "ways":
        return ways if known == "yes" else ("/",)
    return ("",) if question == "minutes" else (known if question == "known" else service,)


@st.composite
def crowds(draw) -> Counter[Person]:
    sort = st.tuples(st.sampled_from(LEAVES), st.sampled_from(PEOPLE))
    return Counter(draw(st.dictionaries(sort, st.integers(1, 12), max_size=14)))


def cells(found: Results) -> Iterator[tuple[str, str, str, Share | None]]:
    """Yield question, place, column and share of each cell; numbers of minutes nobody gives here."""
    for table in found.tables:
        for row in table.rows:
            for column, share in zip(table.columns, row.shares, strict=True):
                if table.question.name != "minutes":
                    yield table.question.name, row.place, column, share


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(crowds())
def test_nothing_hidden_follows_from_all_tables_together(people: Counter[Person]):
    """Unknown is how many people of each sort there are at each place; every number on the page is a sum of some."""
    found = shown(people)
    below = {"town": LEAVES, **{leaf: (leaf,) for leaf in LEAVES}}
    every = {(leaf, one): 1 for leaf in LEAVES for one in PEOPLE}
    sums = [({key: 1 for key in every if key[0] in below[row.place]}, row.n) for row in found.rows if row.n is not None]
    asked = {key: 1 for key in every if key[1][0] == "yes"}
    hidden: list[tuple[str, str, str]] = []
    for name, place, column, share in cells(found):
        if share is None:
            hidden.append((place, name, column))
            continue
        assert share.hits == sum(people[key] for key in people_of(below[place], name, column)) >= 5
        sums.append((people_of(below[place], name, column), share.hits))
        sums += [(asked, share.n)] if name == "ways" else []
    known = Reduced(sums)
    for place, name, column in hidden:
        assert not known.has((people_of(below[place], name, column), 0)), (place, name, column)


def crowd(**sizes: tuple[int, int]) -> Counter[Person]:
    """Return people of places: so many who know and are satisfied, so many who do neither."""
    yes, no = ("yes", "good", ("phone",)), ("no", "bad", ())
    return Counter({(leaf, one): n for leaf, pair in sizes.items() for one, n in zip((yes, no), pair, strict=True)})


def test_shares_have_their_number_and_interval():
    found = shown(crowd(east=(20, 10), west=(15, 5), isle=(30, 20)))
    known = found.tables[0]
    assert [(row.place, row.n, row.invited) for row in known.rows] == [
        ("town", 100, 150), ("east", 30, 50), ("west", 20, 50), ("isle", 50, 50)
    ]  # fmt: skip
    yes = known.rows[0].shares[0]
    assert yes is not None
    assert (yes.hits, yes.n, round(yes.part, 2), round(yes.low, 4), round(yes.high, 4)) == (
        65,
        100,
        0.65,
        0.5525,
        0.7364,
    )


def test_small_places_hide_behind_others():
    rows = shown(crowd(east=(20, 10), west=(2, 1), isle=(15, 10))).rows
    assert [row.n for row in rows] == [58, 30, None, None]


def test_a_handful_of_answers_is_no_result():
    assert shown(crowd(east=(2, 1), west=(1, 0), isle=(0, 0))) == Results((), ())


def test_what_is_asked_of_some_is_told_of_all_places_and_of_those_asked():
    ways = shown(crowd(east=(20, 10), west=(15, 5), isle=(30, 20))).tables[2]
    assert [row.place for row in ways.rows] == ["town"]
    assert [(row.n, row.shares) for row in ways.rows] == [(65, (None, None))]  # they all said the same
    mixed = crowd(east=(20, 10), west=(15, 5), isle=(30, 20)) + Counter({("east", ("yes", "good", ("leader",))): 7})
    shares = shown(mixed).tables[2].rows[0].shares
    assert [(share.hits, share.n) for share in shares if share] == [(7, 72), (65, 72)]
    few = shown(crowd(east=(20, 1), west=(15, 1), isle=(30, 1))).tables[2]
    assert [row.n for row in few.rows] == [None]


def test_a_place_with_answers_of_its_own_and_places_below_counts_both():
    asked = counted(crowd(east=(20, 10), west=(15, 5), isle=(30, 20)))
    own = Asked({**asked.answered, "town": 30}, {**asked.counts, "town": asked.counts["east"]}, {})
    rows = results(FORM, own, PLACES, "town").rows
    assert [(row.place, row.name, row.n) for row in rows] == [
        ("town", "镇", 130), ("east", "东村", 30), ("west", "西村", 20), ("isle", "岛", 50), ("town own", "镇", 30)
    ]  # fmt: skip


def with_a_question(kind: str, relevant: str, required: str = "yes") -> Questionnaire:
    """Return the form with one more question, asked of some."""
    line = [f"{kind} yn" if kind == "select_one" else kind, "more", "还有？", "More?", "", required, relevant, ""]
    return form({**BOOK, "survey": [*BOOK["survey"], line]})


def told_by(sheet: Questionnaire, people: list[tuple[int, dict[str, Any]]]) -> Results:
    """Return the results when so many people gave each of the answers, all at one place."""
    counts = no_counts(sheet)
    for times, answers in people:
        for _ in range(times):
            counts = added(counts, sheet, {"service": "good", "more": "yes", **answers})
    return results(sheet, Asked({"town": sum(n for n, _ in people)}, {"town": counts}, {}), PLACES, "town")


YES, NO = {"known": "yes"}, {"known": "no"}
BOTH = [
    (8, {**YES, "service": "good"}), (2, {**YES, "service": "bad"}), (20, {**NO, "service": "bad"}),
    (6, {**NO, "service": "fair"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("relevant", "people", "n"),
    [
        ("${known} = 'yes'", BOTH, 10),
        ("${known} = 'yes' and ${service} = 'good'", BOTH, None),  # else 10 - 8: two who know and are not satisfied
        ("${minutes} >= 20", [(10, {**YES, "minutes": 9 + 10 * n}) for n in range(10)], 80),
        ("${minutes} >= 18", [(10, {**YES, "minutes": 9 + 10 * n}) for n in range(10)], None),  # within a band
        ("${minutes} != '18'", [(10, {**YES, "minutes": 9 + 10 * n}) for n in range(10)], None),
        ("selected(${ways}, 'phone')", [(9, {**YES, "ways": ("phone",)}), (9, {**YES, "ways": ("leader",)})], 9),
        ("${ways} = 'phone'", [(9, {**YES, "ways": ("phone",)}), (9, {**YES, "ways": ("leader",)})], None),
    ],
)
def test_how_many_are_asked_is_told_where_columns_tell_it_already(relevant: str, people: list, n: int | None):
    filled = [*people, (6, {**YES, "ways": ("leader",)})] if "minutes" in relevant else people
    filled = [*people, *((10, {**NO, "service": service}) for service in SERVICE)] if "ways" in relevant else filled
    found = {table.question.name: table for table in told_by(with_a_question("select_one", relevant), filled).tables}
    assert [row.n for row in found["more"].rows] == [n]


def test_texts_are_told_where_their_number_is_no_small_one():
    why = with_a_question("text", "${known} = 'no'", "")
    seen, few = told_by(why, [(20, YES), (9, NO)]), told_by(why, [(20, YES), (2, NO)])
    assert told(why, [seen]) == {"words", "more"}
    assert told(why, [few]) == told(why, [seen, few]) == {"words"}
    assert told(why, [told_by(why, [(3, YES)])]) == told(why, []) == set()


def test_what_hangs_on_a_hidden_number_is_hidden_too():
    """How many were asked is how many were fairly satisfied: that number hides that of the few who were not at all."""
    sheets = copy.deepcopy(BOOK)
    sheets["survey"][4][6] = "${service} = 'fair'"
    people = Counter({("east", ("yes", "good", ())): 40, ("east", ("yes", "fair", ("leader",))): 6})
    people[("east", ("yes", "fair", ("phone",)))] = 6
    for bad, is_shown in ((2, False), (9, True)):
        narrow = form(sheets)
        counts: dict[str, Any] = {"town": no_counts(narrow)}
        crowd_now = people + Counter({("east", ("yes", "bad", ())): bad})
        for (_, answers), times in crowd_now.items():
            for _ in range(times):
                counts["town"] = added(counts["town"], narrow, answers_of(answers))
        found = results(narrow, Asked({"town": crowd_now.total()}, counts, {}), PLACES, "town")
        assert (None not in found.tables[1].rows[0].shares) is is_shown
        assert [share and share.hits for share in found.tables[2].rows[0].shares] == (
            [6, 6] if is_shown else [None, None]
        )
