"""The sentences that scripts get are those of the Python rules, each under the key that static/js/domain gives it."""

import re
from datetime import date

from tests.support.sources import ROOT
from webapp.consents.rules import SENTENCES as CONSENTS
from webapp.core import fields
from webapp.core.period import window_problem
from webapp.events.rules import SENTENCES as EVENTS
from webapp.households.rules import SENTENCES as HOUSEHOLDS
from webapp.reports.rules import SENTENCES as REPORTS
from webapp.visits.rules import SENTENCES as VISITS

LAYOUTS = ROOT / "templates/layouts"
REPORT = (LAYOUTS / "_messages_report.html").read_text("utf-8").partition('  "report.form_version"')
TEMPLATE = (LAYOUTS / "_messages_rules.html").read_text("utf-8") + REPORT[1] + REPORT[2]
DOORS = (LAYOUTS / "_messages_doors.html").read_text("utf-8")
ROW = re.compile(r'^  "(?P<key>[a-z_.]+)": _\("(?P<sentence>[^"]+)"(?P<places>.*)\),?$', re.MULTILINE)
DAY = date(2026, 11, 21)
SERVERS_ALONE = {"not_begun"}  # phones offer no month before it begins
SHAPES = (fields.REQUIRED, fields.NOT_A_COUNT, fields.NOT_A_DATE, fields.NOT_A_CHOICE, fields.out_of_range(0, 1))


def expected():
    """Return the sentences of the rules by their key."""
    window = (window_problem(date(2026, 11, 22), DAY, DAY), window_problem(date(2026, 1, 1), DAY, DAY))
    return {
        **{f"date.{problem.code}": problem.sentence for problem in window},
        **{f"field.{problem.code}": problem.sentence for problem in SHAPES},
        **{f"event.{code}": sentence for code, sentence in EVENTS.items()},
        **{f"report.{code}": sentence for code, sentence in REPORTS.items() if code not in SERVERS_ALONE},
    }


def test_scripts_get_the_sentences_of_the_rules():
    given = {row["key"]: row["sentence"] for row in ROW.finditer(TEMPLATE)}
    only_there = given.keys() - expected().keys()
    assert expected().items() <= given.items()
    assert only_there == {"field.long"}


def test_every_place_is_marked_by_its_name():
    for row in ROW.finditer(TEMPLATE):
        names = set(re.findall(r"%\((\w+)\)s", row["sentence"]))
        assert set(re.findall(r' (\w+)="\{\1\}"', row["places"])) == names


def shared_codes():
    """Return the codes that event.js says for entries and visits alike, each in the words of its own rules."""
    event = (ROOT / "static/js/domain/event.js").read_text("utf-8")
    found = set(re.findall(r'atField\([\w"]+, group, "(\w+)"', event))
    assert found == {"service_unknown", "service_closed", "note_personal"}
    return found


def test_every_key_of_the_scripts_has_its_sentence():
    keys = {row["key"] for row in ROW.finditer(TEMPLATE)}
    event, report, month = (
        (ROOT / f"static/js/domain/{name}.js").read_text("utf-8") for name in ("event", "report-problems", "month")
    )
    used = {f"{group}.{code}" for group, code in re.findall(r'atField\(\s*[\w"]+, "(\w+)", "(\w+)"', event)}
    used |= {f"event.{code}" for code in shared_codes()}
    used |= {f"report.{code}" for code in re.findall(r'inReport\([^"]*(?:"\w+"|`[^`]+`|field), "(\w+)"', report)}
    used |= {key for script in (report, month) for key in re.findall(r'"((?:report|date)\.\w+)"', script)}
    assert len(used) > 25
    assert used <= keys


def test_the_round_gets_the_sentences_of_its_rules():
    given = {row["key"]: row["sentence"] for row in ROW.finditer(DOORS)}
    script = (ROOT / "static/js/domain/visit.js").read_text("utf-8")
    used = set(re.findall(r'(?:inVisit\([^"]*"\w+"|inVisit\(\w+), "(\w+)"', script)) | shared_codes()
    assert len(used) > 10
    assert {f"visit.{code}": VISITS[code] for code in used}.items() <= given.items()


def test_the_register_gets_the_sentences_of_its_rules():
    given = {row["key"]: row["sentence"] for row in ROW.finditer(DOORS)}
    script = (ROOT / "static/js/domain/household.js").read_text("utf-8")
    used = set(re.findall(r', "(\w+)"\],$', script, re.MULTILINE)) - {"required"}
    used |= set(re.findall(r'\}`, "(\w+)"\]', script))
    assert len(used) > 10
    sentences = {**HOUSEHOLDS, **CONSENTS}
    assert {f"household.{code}": sentences[code] for code in used}.items() <= given.items()
