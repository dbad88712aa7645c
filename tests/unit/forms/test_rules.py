"""What a form definition must say, when it may be sent, and what the shipped data files hold."""

import copy
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import monthly
from webapp.core.errors import Invalid
from webapp.core.fields import load
from webapp.core.period import Month
from webapp.forms.queries import regions, services
from webapp.forms.rules import (
    LANGUAGES,
    UNLAWFUL,
    load_form,
    may_be_sent,
    problems_with_extension,
    problems_with_form,
    problems_with_moved_due,
)  # fmt: skip
from webapp.forms.schemas import FormSchema

FORM = monthly()
NOVEMBER = Month(2026, 11)


def changed(path, value):
    """Return the shipped definition with one thing changed; `path` is `measures.0.min`."""
    definition = copy.deepcopy(dict(FORM.definition))
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner = definition
    for part in way:
        inner = inner[part]
    inner[last] = value
    return definition


# ---- the shipped form ----------------------------------------------------------------------------------------------


def test_the_demonstration_says_what_it_is():
    assert FORM.ref == "monthly@1"
    assert FORM.demo
    assert "示例" in FORM.number
    assert "示例" in FORM.authority
    assert "示例" in FORM.reference
    assert "演示" in FORM.legal_basis["zh-Hans"]
    assert "第十七条" in FORM.legal_basis["zh-Hans"]
    assert (FORM.valid_from, FORM.valid_to) == (date(2025, 1, 1), date(2027, 12, 31))


def test_every_measure_says_what_counts_what_does_not_and_an_example():
    parts = {
        "zh-Hans": ("计入：", "不计：", "例："),
        "zh-Hant": ("計入：", "不計：", "例："),
        "en": ("Counts: ", "Does not count: ", "Example: "),
    }
    for measure in [*FORM.measures, *services()]:
        texts = measure["definition"] if isinstance(measure, dict) else measure.definition
        missing = [part for language in LANGUAGES for part in parts[language] if part not in texts[language]]
        assert not missing, f"{measure}: {missing}"


def test_measures_are_found_by_code_and_by_section():
    by_section = [measure for section in FORM.sections for measure in FORM.measures_in(section.code)]
    assert by_section == list(FORM.measures)
    assert FORM.find("births").label["en"] == "Births"
    assert FORM.find("weddings") is None


def test_services_have_codes_of_their_own_and_words_in_every_language():
    codes = [service["code"] for service in services()]
    assert len(set(codes)) == len(codes) >= 15
    for service in services():
        assert re.fullmatch(r"[a-z][a-z0-9_]{1,39}", service["code"])
        assert set(service) == {"code", "section", "label", "definition", "since", "until"}
        assert service["label"].keys() == service["definition"].keys() == set(LANGUAGES)
        assert date(2025, 1, 1) <= date.fromisoformat(service["since"]) <= date(2026, 11, 21)


def test_no_service_is_about_anybodys_body_or_papers_to_have_children():
    for service in services():
        labels = " ".join(service["label"].values()).lower() + service["code"]
        assert not [word for word in UNLAWFUL if word in labels]


def test_regions_are_six_digits_with_names():
    assert {"331126", "350924", "330000", "810000"} <= regions().keys()
    for code, names in regions().items():
        assert re.fullmatch(r"[1-8][0-9]{5}", code)
        assert names.keys() == set(LANGUAGES)


# ---- may it be sent? -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("approved_on", None, "not_approved"),
        ("approved_on", "2026-12-01", "not_approved"),
        ("valid_from", "2026-12-01", "not_yet_valid"),
        ("valid_to", "2026-11-29", "expired"),
    ],
)
def test_a_form_that_is_not_in_force_is_not_sent(path, value, code):
    problems = may_be_sent(load_form(changed(path, value)), NOVEMBER)
    assert [problem.code for problem in problems] == [code]
    assert FORM.number in problems[0].sentence % problems[0].params


@pytest.mark.parametrize(
    ("path", "value"), [("approved_on", "2026-11-30"), ("valid_from", "2026-11-30"), ("valid_to", "2026-11-30")]
)
def test_a_form_in_force_on_the_last_day_is_sent(path, value):
    assert may_be_sent(load_form(changed(path, value)), NOVEMBER) == []


@given(st.integers(2000 * 12, 2100 * 12))
def test_the_months_of_a_form_are_those_of_its_validity(number):
    month = Month(number // 12, number % 12 + 1)
    assert (may_be_sent(FORM, month) == []) == (Month(2025, 1) <= month <= Month(2027, 12))


# ---- definitions that are refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("valid_to", "2024-12-31", "valid_to", "order"),
        ("approved_on", "2028-01-01", "approved_on", "order"),
        ("measures.1.code", "deaths", "measures.2.code", "duplicate"),
        ("sections.1.code", "population", "sections.1.code", "duplicate"),
        ("measures.1.section", "nowhere", "measures.1.section", "unknown"),
        ("measures.1.min", 10_000, "measures.1.max", "order"),
        ("measures.1.label.zh-Hans", "孕情", "measures.1.label", "unlawful"),
        ("measures.1.label.en", "Married women", "measures.1.label", "unlawful"),
        ("measures.1.short.zh-Hant", "節育", "measures.1.short", "unlawful"),
        ("measures.8.code", "contraception", "measures.8.code", "unlawful"),
        ("title.zh-Hans", "计划外生育月报", "title", "unlawful"),
        ("sections.2.label.zh-Hans", "婚姻情况", "sections.2.label", "unlawful"),
        ("measures.0.source", {"kind": "previous"}, "measures.0.source", "source"),
        ("measures.0.source", {"kind": "previous", "measure": "weddings"}, "measures.0.source", "source"),
        ("measures.1.source", {"kind": "events", "event": "birth"}, "measures.1.source", "source"),
        ("measures.1.source", {"kind": "events", "event": "wedding", "sum": "count"}, "measures.1.source", "source"),
        ("measures.1.source.service", "hukou_guidance", "measures.1.source", "source"),
        ("measures.1.source", {"kind": "entered", "sum": "count"}, "measures.1.source", "source"),
        ("measures.1.source", {"kind": "balance"}, "measures.1.source", "source"),
        ("measures.1.source", {"kind": "outreach"}, "measures.1.source", "source"),
        ("measures.1.source", {"kind": "outreach", "field": "guides", "sum": "count"}, "measures.1.source", "source"),
        ("measures.5.source", {"kind": "entered"}, "measures.5.source", "source"),
        ("balance.opening", "weddings", "balance", "balance"),
        ("balance.plus", ["births", "births"], "balance", "balance"),
        ("balance.plus", ["births", "households_in"], "balance", "balance"),
        ("balance.minus", [], "balance", "balance"),
    ],
)  # fmt: skip
def test_a_definition_that_makes_no_sense_is_refused(path, value, field, code):
    data, problems = load(FormSchema(), changed(path, value))
    assert not problems
    found = problems_with_form(data)
    assert (field, code) in [(problem.field, problem.code) for problem in found]
    assert all(problem.sentence % problem.params for problem in found)
    with pytest.raises(Invalid):
        load_form(data)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("number", "", "number"),
        ("legal_basis", {"zh-Hans": "只有一种语言"}, "legal_basis.zh-Hant"),
        ("version", 0, "version"),
        ("valid_from", "2025-02-30", "valid_from"),
        ("code", "Monthly!", "code"),
        ("measures.1.unit", "woman", "measures.1.unit"),
        ("measures.1.max", 1_000_000, "measures.1.max"),
        ("measures.1.source", 3, "measures.1.source"),
        ("measures.1.source", {"kind": "guess"}, "measures.1.source.kind"),
        ("measures", "many", "measures"),
        ("balance", [], "balance"),
        ("sections", None, "sections"),
        ("supplement_months", 13, "supplement_months"),
    ],
)
def test_a_definition_of_another_shape_is_refused(path, value, field):
    _, problems = load(FormSchema(), changed(path, value))
    assert field in [problem.field for problem in problems]


def test_a_form_without_a_balance_and_without_short_words_is_a_form():
    definition = changed("balance", None)
    del definition["balance"]
    definition["measures"] = [measure for measure in definition["measures"] if measure["source"]["kind"] == "outreach"]
    for measure in definition["measures"]:
        del measure["short"]
    form = load_form(definition)
    assert form.balance is None
    assert form.measures[0].short == form.measures[0].label


# ---- moving a due day ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "reason", "codes"),
    [
        (date(2026, 11, 1), "提前收", []),
        (date(2027, 2, 28), "台风", []),
        (date(2026, 10, 31), "提前收", ["range"]),
        (date(2027, 3, 1), "台风", ["range"]),
        (date(2026, 12, 3), " ", ["required"]),
        (date(2026, 12, 3), "字" * 201, ["long"]),
        (date(2027, 3, 1), "", ["range", "required"]),
    ],
)
def test_a_due_day_is_moved_within_bounds_and_with_a_reason(due, reason, codes):
    assert [problem.code for problem in problems_with_moved_due(NOVEMBER, due, reason)] == codes


def test_an_extension_must_give_time():
    current = date(2026, 11, 30)
    assert [p.code for p in problems_with_extension(NOVEMBER, current, "停电", current)] == ["not_later"]
    assert problems_with_extension(NOVEMBER, date(2026, 12, 1), "停电", current) == []
