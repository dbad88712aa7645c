"""Files that no spreadsheet takes for a program."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.exports.rules import BOM, DANGEROUS, as_csv, file_name, neutral


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("第三小组", "第三小组"),
        ("3 = 3", "3 = 3"),
        ("", ""),
        (None, None),
        (0, 0),
        (-3, -3),
    ],
)
def test_dangerous_texts_get_an_apostrophe(cell, safe):
    assert neutral(cell) == safe


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1)))
def test_every_cell_comes_back_and_none_begins_a_formula(rows):
    text = as_csv(rows)
    assert text.startswith(BOM)
    back = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert len(back) == len(rows)
    for row, read in zip(rows, back, strict=True):
        assert not [cell for cell in read if cell.startswith(DANGEROUS)]
        assert [cell if not cell.startswith("'") or sent.startswith("'") else cell[1:]
                for sent, cell in zip(row, read, strict=True)] == row  # fmt: skip


def test_rows_end_as_the_standard_says():
    assert as_csv([["代码", "名称"], [1, None]]) == "\ufeff代码,名称\r\n1,\r\n"


def test_file_names_are_ascii():
    assert file_name("board", "331126101201", "x", "202611") == "sanshi-board-331126101201-202611.csv"
    assert file_name("totals", None, "an-id", "202611") == "sanshi-totals-an-id-202611.csv"
