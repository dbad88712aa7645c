"""Samples that can be drawn again, and intervals against published ones."""

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.core.samples import allotted, drawn, wilson

# Newcombe, Statistics in Medicine 17 (1998), table I, method 3; the first two by hand from Wilson's formula.
VECTORS = [
    (5, 10, 0.2366, 0.7634),
    (0, 10, 0.0, 0.2775),
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("hits", "n", "low", "high"), VECTORS)
def test_intervals_are_the_published_ones(hits: int, n: int, low: float, high: float):
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_of_nobody_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 2000), st.data())
def test_an_interval_holds_its_share_and_mirrors(n: int, data: st.DataObject):
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert wilson(n - hits, n) == (pytest.approx(1 - high), pytest.approx(1 - low))


SIZES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 300), min_size=1, max_size=12)


@given(SIZES, st.data())
def test_each_stratum_gets_its_part_by_largest_remainder(sizes: dict[str, int], data: st.DataObject):
    filled, there = sum(map(bool, sizes.values())), sum(sizes.values())
    total = data.draw(st.integers(filled, there))
    found = allotted(sizes, total)
    assert found.keys() == sizes.keys()
    assert sum(found.values()) == total
    assert all(bool(size) <= found[name] <= size for name, size in sizes.items())
    quotas = {name: total * size / there if there else 0 for name, size in sizes.items()}
    assume(all(quota >= 1 for name, quota in quotas.items() if sizes[name]))  # else the least one is made up to one
    assert all(abs(found[name] - quota) < 1 for name, quota in quotas.items())
    up, down = (
        [quotas[n] % 1 for n in sizes if found[n] > quotas[n]],
        [quotas[n] % 1 for n in sizes if found[n] < quotas[n]],
    )
    assert not up or not down or min(up) >= max(down) - 1e-9


def test_parts_by_hand():
    assert allotted({"a": 46, "b": 16, "c": 15, "d": 13, "e": 10}, 20) == {"a": 9, "b": 3, "c": 3, "d": 3, "e": 2}
    assert allotted({"a": 900, "b": 1, "c": 0}, 10) == {"a": 9, "b": 1, "c": 0}


@pytest.mark.parametrize("total", [0, 1, 6])
def test_a_sample_that_does_not_fit_is_refused(total: int):
    with pytest.raises(ValueError, match="fits no such strata"):
        allotted({"a": 3, "b": 2}, total)


@given(st.sets(st.text("0123456789abcdef", min_size=4, max_size=8), max_size=60), st.text(max_size=8), st.data())
def test_the_same_seed_draws_the_same(frame: set[str], seed: str, data: st.DataObject):
    count = data.draw(st.integers(0, len(frame)))
    found = drawn(seed, frame, count)
    assert len(set(found)) == count
    assert set(found) <= frame
    assert drawn(seed, sorted(frame, reverse=True), count) == found
    assert set(drawn(seed, frame, len(frame))) == frame  # everybody can be drawn


def test_a_draw_is_what_its_sentence_says():
    frame = [f"door-{number}" for number in range(40)]
    hashes = {one: hashlib.sha256(f"2026|{one}".encode()).hexdigest() for one in frame}
    assert drawn("2026", frame, 7) == sorted(frame, key=hashes.__getitem__)[:7]
    assert drawn("2026", frame, 7) != drawn("2027", frame, 7)


def test_draws_are_fair():
    """Over many seeds each of forty is drawn about as often: chi-squared under its 99.9 % point for 39 degrees."""
    frame, times = [f"door-{number}" for number in range(40)], 2000
    counts = dict.fromkeys(frame, 0)
    for seed in range(times):
        for one in drawn(str(seed), frame, 4):
            counts[one] += 1
    expected = times * 4 / 40
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 72.1
