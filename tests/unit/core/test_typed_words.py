"""Words as people type them: in the other script, in pinyin, in English, with a slip of the finger."""

import pytest

from webapp.core.english import slips, stem
from webapp.core.pinyin import blurred, divisions
from webapp.core.scripts import simplified

SYLLABLES = frozenset(
    (
        "xi",
        "an",
        "xian",
        "fang",
        "fan",
        "gan",
        "ang",
        "jin",
        "e",
        "ji",
        "ne",
        "yu",
        "er",
        "bu",
        "tie",
        "te",
        "tuo",
        "suo",
    )
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("育兒補貼", "育儿补贴"),
        ("臺灣著裡裏乾", "台湾着里里干"),
        ("简体 abc ① 𠮷", "简体 abc ① 𠮷"),
        ("薴", "苎"),
        ("", ""),
    ],
)
def test_each_character_becomes_its_simplified_one(written: str, read: str):
    assert simplified(written) == read


def test_every_character_stays_one_and_twice_is_once():
    every = "".join(map(chr, range(0x3400, 0xA000)))
    assert len(simplified(every)) == len(every)
    assert simplified(simplified(every)) == simplified(every)


@pytest.mark.parametrize(
    ("letters", "ways"),
    [
        ("xian", [("xian",)]),
        ("fangan", [("fan", "gan"), ("fang", "an")]),
        ("jine", [("jin", "e"), ("ji", "ne")]),
        ("yuerbutie", [("yu", "er", "bu", "tie")]),
        ("tuoersuo", [("tuo", "er", "suo")]),
        ("yuerbutei", []),
        ("qq", []),
        ("", []),
    ],
)
def test_letters_are_divided_into_the_fewest_syllables(letters: str, ways: list[tuple[str, ...]]):
    assert sorted(divisions(letters, SYLLABLES)) == sorted(ways)


def test_many_ways_are_not_all_followed():
    assert len(divisions("fangan" * 12, SYLLABLES)) == 4


def test_sounds_that_many_do_not_tell_apart_are_one():
    assert [blurred(one) for one in ("zheng", "shang", "ching", "zen", "er", "hong")] == [
        "zen", "san", "cin", "zen", "er", "hong",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "alike", ["subsidy subsidies", "child's child", "vaccine vaccines vaccination", "screen screened screening screens"]
)
def test_forms_of_a_word_have_one_stem(alike: str):
    assert len({stem(word.replace("'s", "")) for word in alike.split()}) == 1


def test_short_words_keep_their_endings():
    assert [stem(word) for word in ("gas", "red", "less", "ing")] == ["gas", "red", "less", "ing"]


def test_one_slip_reaches_what_was_left_out_added_changed_or_swapped():
    assert {"folic", "foli", "folick", "fobic", "floic"} <= slips("folic")
    assert not {"fol", "acid", "flioc"} & slips("folic")
