"""What is shipped to be published: whole, sourced, in three languages that say the same, and in plain words."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
from flask import Flask
from opencc import OpenCC

from webapp.amounts import schemas as amounts
from webapp.amounts.rules import schemes_in
from webapp.cases.rules import promise_of
from webapp.claims.queries import figures
from webapp.claims.rules import childcare
from webapp.core.markdown import render
from webapp.policies.rules import IN_FORCE, KINDS, LANGUAGES, REPEALED, TOPIC, Dated, in_force, state_on
from webapp.policies.schemas import Shipped, shipped

TOPICS = {
    "three-children", "no-fee-no-permit", "social-maintenance-fee", "floating-population-rules", "birth-registration",
    "childcare-subsidy", "older-family-support", "pre-pregnancy-check", "folic-acid", "womens-screening",
    "hpv-vaccination", "childbirth-costs", "residence-permit", "early-childhood", "elderly-and-hardship",
    "no-sex-selection", "personal-data", "how-we-are-scored", "how-to-complain", "funds-sample",
    "survey-results-sample", "service-week-notice",
}  # fmt: skip
# Sites of the state and its news agencies; a page elsewhere is no source.
OFFICIAL = (".gov.cn", ".npc.gov.cn", ".news.cn", ".chinadaily.com.cn", ".globaltimes.cn")
# Words of rules that are gone or of habits that we do not have: only a page that explains what has gone may use them.
GONE = (
    "社会抚养费", "准生证", "再生育审批", "婚育证明", "政策生育率", "计划生育率", "计划内", "计划外", "违法生育",
    "超生", "三查", "查环", "查孕", "透环", "长效节育", "两非", "一票否决", "黄牌警告", "末位淘汰", "育龄妇女", "孕情",
    "流动人口清理", "social maintenance fee", "birth permit", "marriage and childbearing certificate",
)  # fmt: skip
EXPLAIN = {"social-maintenance-fee", "floating-population-rules", "no-fee-no-permit", "residence-permit"}
LOCAL = {"zh-Hans": "以当地公布为准", "zh-Hant": "以當地公布為準", "en": "as published locally"}
SAMPLE = {"zh-Hans": "示例", "zh-Hant": "示例", "en": "sample"}
LONGEST = 60  # characters of a Chinese sentence
MOST_WORDS = 30  # of an English one
# Characters that belong to both scripts, where a table that looks at one alone would take the other.
BOTH = set("准吃干托")
LINK = re.compile(r"\]\(([^)]+)\)")
ALL = [pytest.param(each, id=f"{each.topic}-{each.number}") for each in shipped()]
IN_ALL = [
    pytest.param(each, language, id=f"{each.topic}-{each.number}-{language}")
    for each in shipped()
    for language in LANGUAGES
]


def words_of(edition: Shipped, language: str) -> str:
    return "\n".join(edition.texts[language].values())


def dated(topic: str) -> list[Dated]:
    return [
        Dated(str(each.number), each.number, *(each.facts[name] for name in ("valid_from", "valid_to", "repealed_on")))
        for each in shipped()
        if each.topic == topic
    ]


def sentences(text: str, ends: str) -> Iterator[str]:
    plain = re.sub(r"\]\([^)]*\)|\[\[[^]]*\]\]|\[", "", text)
    yield from (part.strip("#- ") for part in re.split(rf"[{ends}|\n]", plain) if part.strip("#- "))


def test_every_topic_is_there() -> None:
    assert {each.topic for each in shipped()} == TOPICS
    assert all(TOPIC.match(topic) for topic in TOPICS)


@pytest.mark.parametrize("edition", ALL)
def test_an_edition_is_whole(edition: Shipped) -> None:
    assert edition.kind in KINDS
    assert set(edition.texts) == set(LANGUAGES)
    facts = edition.facts
    assert facts["reference"] and facts["issuer"] and facts["source_name"]
    assert date(2026, 11, 1) < facts["verified_on"] < date(2027, 1, 1)
    assert not facts["valid_to"] or facts["valid_from"] <= facts["valid_to"]
    assert bool(facts["verified_by"]) != facts["needs_local"], "what a county must confirm nobody has verified yet"


@pytest.mark.parametrize("edition", ALL)
def test_a_source_is_an_official_page(edition: Shipped) -> None:
    address = urlsplit(edition.facts["source_url"])
    assert address.scheme == "https"
    assert f".{address.hostname}".endswith(OFFICIAL)


@pytest.mark.parametrize(("edition", "language"), IN_ALL)
def test_a_text_has_all_its_parts(edition: Shipped, language: str) -> None:
    words = edition.texts[language]
    assert all(words[part].strip() for part in ("title", "summary", "body", "audience"))
    assert "\n" not in words["summary"]
    assert "\n|" not in words["body"], "on a narrow phone with large letters the columns of a table break its words"
    ends = "[。！？]" if language != "en" else r"[.!?](?= |$)"
    assert len(re.findall(ends, words["summary"])) == 3, "a summary has three sentences"
    assert len(words["title"]) <= (40 if language != "en" else 80)


@pytest.mark.parametrize("edition", ALL)
def test_three_languages_say_the_same(edition: Shipped) -> None:
    bodies = [edition.texts[language]["body"] for language in LANGUAGES]
    for shape in (LINK, re.compile(r"\[\[[^]]+\]\]"), re.compile(r"^(#+|- |[0-9]+\.|\|)", re.MULTILINE)):
        found = [shape.findall(body) for body in bodies]
        assert found[0] == found[1] == found[2]
    days = [
        sorted(re.findall(r"(?<![0-9.])[0-9]+(?![0-9.])", edition.texts[each]["summary"])) for each in LANGUAGES[:2]
    ]
    assert days[0] == days[1]


@pytest.mark.parametrize("edition", ALL)
def test_each_script_keeps_to_its_characters(edition: Shipped) -> None:
    to_simplified, to_traditional = OpenCC("t2s"), OpenCC("s2t")
    simplified, traditional = (set(words_of(edition, each)) for each in LANGUAGES[:2])
    assert not {each for each in simplified if to_simplified.convert(each) != each}
    strays = {each for each in traditional - BOTH if to_traditional.convert(each) != each}
    assert not {each for each in strays if to_simplified.convert(each) == each}


@pytest.mark.parametrize(("edition", "language"), IN_ALL)
def test_words_of_rules_that_are_gone_only_explain(edition: Shipped, language: str) -> None:
    if edition.topic not in EXPLAIN:
        text = OpenCC("t2s").convert(words_of(edition, language)).lower()
        assert not [word for word in GONE if word in text]


@pytest.mark.parametrize(("edition", "language"), IN_ALL)
def test_sentences_are_short(edition: Shipped, language: str) -> None:
    words = edition.texts[language]
    body = re.split(r"^## (?:依据|依據|Legal basis)$", words["body"], flags=re.MULTILINE)[0]
    for sentence in sentences(f"{words['summary']}\n{body}", "。！？；" if language != "en" else ".!?;"):
        length = len(sentence) if language != "en" else len(sentence.split())
        assert length <= (LONGEST if language != "en" else MOST_WORDS), sentence


@pytest.mark.parametrize(("edition", "language"), IN_ALL)
def test_what_a_county_must_confirm_says_so(edition: Shipped, language: str) -> None:
    if edition.facts["needs_local"]:
        assert LOCAL[language] in words_of(edition, language).lower()
    if edition.facts["reference"] == "示例" or "sample" in edition.topic:
        words = edition.texts[language]
        assert SAMPLE[language] in words["title"].lower()
        assert SAMPLE[language] in words["summary"].lower()


def test_every_amount_that_is_named_is_there() -> None:
    named = {scheme for each in shipped() for language in LANGUAGES for scheme in schemes_in(words_of(each, language))}
    assert named == {row["scheme"] for row in amounts.shipped()}


@pytest.mark.parametrize(("edition", "language"), IN_ALL)
def test_amounts_are_never_written_out(edition: Shipped, language: str) -> None:
    yuan = {f"{row['amount'] // 100}" for row in amounts.shipped()}
    found = re.findall(r"([0-9][0-9,]*)\s*(?:元|yuan)", words_of(edition, language))
    assert not yuan & {each.replace(",", "") for each in found}


def test_amounts_are_those_of_the_calculators() -> None:
    told = {(row["scheme"], row["valid_from"]): row for row in amounts.shipped()}
    rules = figures()
    since = date.fromisoformat(rules["childcare"]["since"])
    assert told["childcare", since]["amount"] == rules["childcare"]["yearly"] * 100
    assert told["childcare-month", since]["amount"] == rules["childcare"]["monthly"] * 100
    for rate in rules["assistance"]:
        row = told[f"assistance-{rate['scheme']}", date.fromisoformat(rate["from"])]
        assert row["amount"] == rate["amount"] * 100
        assert (row["valid_to"].isoformat() if row["valid_to"] else None) == rate["until"]
        assert bool(row["verified_on"]) == rate["sure"]


def test_last_days_are_those_of_the_calculators() -> None:
    [subsidy] = [each for each in shipped() if each.topic == "childcare-subsidy"]
    for born in (2025, 2026):
        last = childcare(date(born, 6, 1), date(2026, 11, 21), figures())["first_by"]
        line = f"{born} 年出生：第一次最晚 {last.year} 年 {last.month} 月 {last.day} 日"
        assert line in subsidy.texts["zh-Hans"]["body"]


def test_promised_days_are_those_of_the_cases() -> None:
    [page] = [each for each in shipped() if each.topic == "how-to-complain"]
    rows = page.texts["zh-Hans"]["body"].split("\n\n")[1].splitlines()
    for row, kind in zip(rows, ("complaint", "data", "help", "suggestion"), strict=True):
        promise = promise_of(kind, date(2026, 11, 21))
        assert row.endswith(f"：{promise.days} {'个工作日' if promise.is_working else '天'}以内。")


@pytest.mark.one_database
def test_links_lead_somewhere(app: Flask) -> None:
    places = app.url_map.bind("localhost")
    for edition in shipped():
        body = edition.texts["zh-Hans"]["body"]
        html = render(body)
        for target in LINK.findall(body):
            assert f'href="{target}"' in html
            if target.startswith("/policies/"):
                assert target.removeprefix("/policies/") in TOPICS
            elif not target.startswith("tel:"):
                places.match(target)


@pytest.mark.parametrize(
    ("topic", "day", "number"),
    [
        ("three-children", date(2015, 12, 31), None),
        ("three-children", date(2016, 1, 1), 1),
        ("three-children", date(2020, 5, 1), 1),
        ("three-children", date(2021, 8, 19), 1),
        ("three-children", date(2021, 8, 20), 2),
        ("social-maintenance-fee", date(2021, 8, 19), 1),
        ("social-maintenance-fee", date(2021, 8, 20), None),
        ("floating-population-rules", date(2021, 9, 26), 1),
        ("floating-population-rules", date(2021, 9, 27), None),
        ("hpv-vaccination", date(2025, 11, 9), None),
        ("hpv-vaccination", date(2025, 11, 10), 1),
        ("childbirth-costs", date(2026, 12, 31), 1),
        ("childbirth-costs", date(2027, 1, 1), 2),
        ("survey-results-sample", date(2026, 12, 31), 1),
        ("survey-results-sample", date(2027, 1, 1), None),
    ],
)
def test_what_was_in_force_on_a_day(topic: str, day: date, number: int | None) -> None:
    found = in_force(dated(topic), day)
    assert (found and found.number) == number


def test_repealed_rules_say_by_what_and_since_when() -> None:
    repealed = [each for each in shipped() if each.facts["repealed_on"]]
    assert {each.topic for each in repealed} == {"social-maintenance-fee", "floating-population-rules"}
    for each in repealed:
        [edition] = dated(each.topic)
        assert each.facts["repealed_by"]
        assert state_on(edition, [edition], each.facts["repealed_on"]) == REPEALED
        assert state_on(edition, [edition], each.facts["valid_from"]) == IN_FORCE
