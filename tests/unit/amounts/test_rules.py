"""Which amount holds where and when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.amounts.rules import AmountRow, holds_on, is_region, pick, pieces, regions_of, schemes_in

REGIONS = ["331126", "331100", "330000", ""]
NOTED = datetime(2026, 1, 1, tzinfo=UTC)


def row(region="", fen=100, first="2020-01-01", last=None, minute=0):
    return AmountRow(
        f"{region}-{first}-{minute}", "x", region, fen, "year", date.fromisoformat(first),
        date.fromisoformat(last) if last else None, "", "", None, None, NOTED + timedelta(minutes=minute),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "regions"),
    [("331126101201", REGIONS), ("331126", REGIONS), ("3311", REGIONS[1:]), ("33", REGIONS[2:]), (None, [""])],
)
def test_regions_of_a_place(code, regions):
    assert regions_of(code) == regions
    assert all(is_region(region) for region in regions)


@pytest.mark.parametrize(
    ("rows", "day", "fen"),
    [
        ([row(fen=1), row("331126", 2)], "2026-01-01", 2),
        ([row(fen=1), row("330000", 2)], "2026-01-01", 2),
        ([row(fen=1), row("110000", 2)], "2026-01-01", 1),
        ([row(fen=1), row("331126", 2, "2027-01-01")], "2026-12-31", 1),
        ([row(fen=1), row("331126", 2, "2027-01-01")], "2027-01-01", 2),
        ([row(fen=1), row("331126", 2, last="2025-12-31")], "2026-01-01", 1),
        ([row(fen=45000), row(fen=59000, first="2022-07-01")], "2022-06-30", 45000),
        ([row(fen=45000), row(fen=59000, first="2022-07-01")], "2022-07-01", 59000),
        ([row(fen=1), row(fen=2, minute=5)], "2026-01-01", 2),
        ([row(fen=1, last="2020-12-31")], "2021-01-01", None),
        ([row(fen=1)], "2019-12-31", None),
        ([], "2026-01-01", None),
    ],
)  # fmt: skip
def test_what_holds(rows, day, fen):
    found = pick(rows, REGIONS, date.fromisoformat(day))
    assert (found.amount if found else None) == fen


ROWS = st.lists(
    st.builds(
        row, st.sampled_from([*REGIONS, "110000"]), st.integers(0, 9),
        st.sampled_from(["2019-01-01", "2020-01-01", "2020-06-01"]), st.sampled_from([None, "2020-12-31"]),
        st.integers(0, 3),
    ),
    max_size=8,
)  # fmt: skip


@given(ROWS, st.dates(date(2018, 1, 1), date(2022, 1, 1)))
def test_what_is_picked_holds_and_nothing_nearer_does(rows, day):
    found = pick(rows, REGIONS, day)
    if found is None:
        return
    assert holds_on(found, day)
    nearer = REGIONS[: REGIONS.index(found.region)]
    for region in nearer:
        assert pick([each for each in rows if each.region == region], [region], day) is None


def test_amounts_in_a_text():
    html = "<p>每年 [[amount:childcare]]，每月 [[amount:nursery-2]]。</p>"
    assert pieces(html) == [
        ("<p>每年 ", None), ("", "childcare"), ("，每月 ", None), ("", "nursery-2"), ("。</p>", None),
    ]  # fmt: skip
    assert schemes_in(html) == {"childcare", "nursery-2"}
    assert pieces("<p>[[amount:Bad One]]</p>") == [("<p>[[amount:Bad One]]</p>", None)]
