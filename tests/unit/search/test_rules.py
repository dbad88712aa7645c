"""What a text is found by, and how a query is read."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from tests.support.vectors import vectors
from webapp.policies.schemas import shipped
from webapp.search.queries import Marker, lexicon
from webapp.search.rules import (
    LONGEST,
    WEIGHTS,
    Reading,
    Slot,
    bare,
    folded,
    idf,
    loudness,
    number_of,
    readings,
    score,
    sounds_of,
    wanted,
    wholes,
    words_of,
)

TYPED = [each["query"] for each in vectors("search")["queries"]]
TITLES = [words["title"] for each in shipped() for words in each.texts.values()]
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF), max_size=80)


def slots(text: str) -> set[str]:
    """Return all words that the readings of `text` ask for."""
    return {word for reading in readings(text, lexicon()) for slot in reading.slots for word in slot.words}


def test_a_text_says_its_characters_its_pairs_and_its_words():
    assert list(words_of("育兒補貼3600元 for Babies")) == [
        "育", "儿", "补", "贴", "育儿", "儿补", "补贴", "w:3600", "元", "w:for", "w:baby",
    ]  # fmt: skip


def test_a_title_is_found_by_sound_initials_and_as_a_whole():
    found = set(sounds_of("育儿补贴：怎么领"))
    assert {"p:yu", "p:yuer", "p:butie", "i:ye", "i:yebt", "=:育儿补贴", "=:yuerbutie", "=:yebt", "=:怎么领"} <= found
    assert not {"p:tiezen", "i:btzm"} & found, "what a sign divides does not stand together"


def test_a_word_of_two_is_found_written_as_one():
    assert "w:healthcar" in set(sounds_of("Health care"))


def test_what_stands_higher_is_louder_and_another_language_is_no_repetition():
    said = loudness({"title": ["叶酸", "葉酸"], "summary": ["叶酸"], "body": ["叶酸和叶酸，还有叶酸。补铁"]})
    assert said["叶酸"] == WEIGHTS["title"] + WEIGHTS["summary"] + 2 * WEIGHTS["body"]
    assert said["补铁"] == WEIGHTS["body"]


def test_texts_below_the_title_are_not_found_by_sound():
    assert not [word for word in loudness({"summary": ["叶酸"], "body": ["叶酸"]}) if word[:2] in ("p:", "i:", "=:")]


def test_numbers_of_words_fit_and_differ():
    words = set(chain.from_iterable(map(words_of, TITLES)))
    numbers = {number_of(kind, word) for word in words for kind in ("edition", "unit")}
    assert len(numbers) == 2 * len(words)
    assert all(0 <= number < 2**63 for number in numbers)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("育儿补贴怎么领", "育儿补贴 领"),
        ("怎么办", "怎么办"),
        ("How do I complain?", "complain?"),
        ("的了吗", "的了吗"),
    ],
)
def test_words_that_only_ask_are_left_out_unless_there_are_no_others(typed: str, named: str):
    assert bare(typed, lexicon()).split() == named.split()


def test_letters_are_read_as_a_word_as_pinyin_and_as_initials():
    assert {"w:yuerbuti", "p:yuer", "p:erbu", "p:butie"} <= slots("yuerbutie")
    assert {"p:yuer", "p:erbu", "p:butie"} <= slots("yu er bu tie")
    assert {"w:yebt", "i:yebt"} <= slots("YEBT")
    assert {"w:hpv", "p:yimiao"} <= slots("HPV yimiao")


def test_what_people_say_is_read_as_what_documents_say():
    assert {"准生", "生育", "育登", "登记"} <= slots("准生证")
    assert {"三个", "个孩", "孩子"} <= slots("3胎政策")
    assert "胎儿" in slots("B超看男女")
    assert "宫颈" not in {
        word for reading in readings("子宫颈癌疫苗", lexicon())[1:] for word in reading.slots[0].words
    }


@pytest.mark.parametrize("name", ["s2t", "s2tw", "s2hk"])
def test_both_scripts_are_read_alike(name: str):
    for typed in TYPED + TITLES:
        other = OPEN[name].convert(typed)
        assert readings(other, lexicon()) == readings(typed, lexicon())
        assert wholes(other, lexicon()) == wholes(typed, lexicon())


OPEN = {name: OpenCC(name) for name in ("s2t", "s2tw", "s2hk")}


@settings(max_examples=150, deadline=None, database=None)
@given(TEXT)
def test_any_text_can_be_asked_for_and_folded_twice_is_folded_once(text: str):
    assert folded(folded(text)) == folded(text)
    asked = readings(text, lexicon())
    assert sum(len(reading.slots) for reading in asked) <= 12 * LONGEST
    assert bool(asked) == bool(list(words_of(text[:LONGEST])))


def test_rare_words_tell_more_and_no_word_tells_nothing():
    assert idf(1, 1000) > idf(10, 1000) > idf(900, 1000) >= 20
    assert idf(1000, 1000) == 20


def test_an_answer_has_to_meet_enough_of_the_question():
    reading = Reading((Slot(("甲乙",)), Slot(("乙丙",)), Slot(("丙丁",))))
    asked = wanted(reading, {"甲乙": 1, "丙丁": 50}, 100)
    assert score(asked, {"甲乙": 12}) > 0
    assert score(asked, {"丙丁": 12}) == 0
    assert score(asked, {"丙丁": 12}, least_met=0) > 0


def test_what_is_heard_counts_only_where_nobody_says_the_word():
    slot = Slot(("补贴",), ("p:butie",))
    assert wanted(Reading((slot,)), {"补贴": 1, "p:butie": 1}, 9)[0].tells.keys() == {"补贴"}
    assert wanted(Reading((slot,)), {"p:butie": 1}, 9)[0].tells.keys() == {"p:butie"}


def test_what_was_asked_for_is_marked_where_it_stands():
    words = {"补贴", "p:yesuan", "w:subsidy", "i:jzz", "w:hpv", "孕"}
    texts = ["育兒補貼，領葉酸", "Subsidies for all", "<b>居住证</b>", "打ＨＰＶ疫苗", "孕前", "", "㍿ 无"]
    shown = [
        "".join(f"[{part.text}]" if part.is_marked else part.text for part in Marker(words).cut(text)) for text in texts
    ]
    assert shown == [
        "育兒[補貼]，領[葉酸]",
        "[Subsidies] for all",
        "<b>[居住证]</b>",
        "打[ＨＰＶ]疫苗",
        "[孕]前",
        "",
        "㍿ 无",
    ]


@settings(max_examples=100, deadline=None, database=None)
@given(TEXT, st.sampled_from(TITLES))
def test_marking_changes_no_letter(text: str, title: str):
    assert "".join(part.text for part in Marker(set(words_of(title))).cut(text)) == text


def test_the_sentence_that_says_the_most_is_shown():
    texts = "第一句。叶酸好。叶酸和叶酸。免费领叶酸！完。\nNo. Take folic acid. End"
    assert Marker({"叶酸"}).excerpt(texts) == "叶酸好。"
    assert Marker({"叶酸", "免费"}).excerpt(texts) == "免费领叶酸！"
    assert Marker({"w:folic"}).excerpt(texts) == "Take folic acid."
    assert Marker(set()).excerpt(texts) == "第一句。"
    assert Marker({"w:folic"}).excerpt("Folic acid is free; ask for it. End") == "Folic acid is free; ask for it."
    assert Marker({"叶酸"}).excerpt("") == ""


def test_a_long_sentence_is_cut_around_what_was_asked_for():
    found = Marker({"叶酸"}).excerpt("前" * 300 + "叶酸" + "后" * 300)
    assert len(found) <= 102
    assert found.startswith("…前")
    assert found.endswith("后…")
    assert "叶酸" in found
