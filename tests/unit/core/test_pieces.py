"""What is stored by its pieces is found by whatever of it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.pieces import longest_piece, pieces, runs, says, stored_pieces, syllables

NAMES = st.text(st.sampled_from("王李陈吴叶单曾重长乐明小华秀阿卜杜龘欧阳"), min_size=1, max_size=9)


def test_runs_divide_digits_letters_and_the_rest() -> None:
    assert runs(" 金桂苑３幢-2单元/５01 ABc") == ["金桂苑", "3", "幢", "2", "单元", "501", "abc"]


def test_pinyin_knows_how_surnames_are_read() -> None:
    assert syllables("单小乐", is_name=True) == ("shan", "xiao", "le")
    assert syllables("吕布") == ("lv", "bu")
    assert syllables("重庆路A座") == ("chong", "qing", "lu", "a", "zuo")


@pytest.mark.parametrize(
    "typed",
    ["王", "小明", "王小明", "wang", "wangx", "xiaoming", "wxm", "xm", "m", "w", "金桂", "jing", "jgy", "3", "50"],
)
def test_examples(typed: str) -> None:
    stored = stored_pieces(["金桂苑3幢 2单元 501"], ["王小明"]) | stored_pieces(["镜"])
    (run,) = runs(typed)
    assert longest_piece(run) in stored


@given(NAMES, st.data())
def test_any_part_of_a_name_is_found_and_recognised(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    part = name[start:end]
    assert longest_piece(part) in stored_pieces([], [name])
    assert says(part, [], [name])


@given(NAMES, st.data())
def test_pinyin_is_found_from_any_syllable_on(name: str, data: st.DataObject) -> None:
    spelled = syllables(name, is_name=True)
    start = data.draw(st.integers(0, len(spelled) - 1))
    rest = "".join(spelled[start:])
    typed = rest[: data.draw(st.integers(1, len(rest)))]
    initials = "".join(part[0] for part in spelled[start:])
    for run in (typed, initials):
        assert longest_piece(run) in stored_pieces([], [name])
        assert says(run, [], [name])


@given(st.text("abc", min_size=1, max_size=20))
def test_the_longest_piece_is_one_of_the_pieces(run: str) -> None:
    assert longest_piece(run) in set(pieces(run))
    assert run.startswith(longest_piece(run))
