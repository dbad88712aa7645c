"""What changed between two texts."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.core.diffs import DELETED, INSERTED, SAME, compare

LINES = st.lists(
    st.sampled_from(["育儿补贴每年3600元", "育儿补贴每年4800元", "到街道办", "", "By 31 December"]), max_size=12
)


def side(lines, kind):
    """Return the text of one side, line by line, as far as it is shown."""
    return ["".join(run.text for run in line.runs if run.kind in (SAME, kind)) for line in lines if not line.skipped]


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("每月领", "每年领", [("same", "每"), ("del", "月"), ("ins", "年"), ("same", "领")]),
        ("每年3600元", "每年4800元", [("same", "每年"), ("del", "3600"), ("ins", "4800"), ("same", "元")]),
        ("apply by June", "apply by July", [("same", "apply by "), ("del", "June"), ("ins", "July")]),
        ("apply by 1 June", "apply by 2 July", [("same", "apply by "), ("del", "1 June"), ("ins", "2 July")]),
    ],
)
def test_words_that_changed(before, after, runs):
    [line] = compare(before, after)
    assert [tuple(run) for run in line.runs] == runs


def test_sentences_that_share_only_spaces_are_not_mixed():
    before, after = "From then on all couples could choose.", "The new rule begins in June this year."
    assert [tuple(run) for line in compare(before, after) for run in line.runs] == [("del", before), ("ins", after)]


def test_nothing_changed():
    assert compare("一\n二", "一\n二") == []


def test_lines_far_from_any_change_are_counted_only():
    before = "\n".join(f"第{n}行" for n in range(20))
    found = compare(before, before.replace("第10行", "新的一行"))
    assert [line.skipped for line in found if line.skipped] == [9, 8]


@given(LINES, LINES)
def test_each_side_is_what_was_said(before, after):
    assume("\n".join(before).splitlines() != "\n".join(after).splitlines())
    found = compare("\n".join(before), "\n".join(after))
    shown = sum(line.skipped for line in found)
    for text, kind in ((before, DELETED), (after, INSERTED)):
        said = "\n".join(text).splitlines()
        kept = [line for line in side(found, kind) if line]
        assert len([line for line in said if line]) <= len(kept) + shown
        assert all(line in said for line in kept)
