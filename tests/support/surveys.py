"""Forms of surveys as spreadsheets, and surveys on their way."""

import io
from datetime import date
from typing import Any

from openpyxl import Workbook

from tests.builders import World
from webapp.core.db import transaction
from webapp.questionnaires.rules import Questionnaire
from webapp.questionnaires.schemas import read_form
from webapp.surveys import queries, service
from webapp.surveys.models import Survey
from webapp.surveys.rules import plan_of

SURVEY = [
    ["type", "name", "label", "label::English (en)", "hint", "required", "relevant", "constraint"],
    ["note", "hello", "几个小问题。", "A few questions.", "", "", "", ""],
    ["select_one yn", "known", "您知道育儿补贴吗？", "Do you know of the subsidy?", "", "yes", "", ""],
    ["select_one how", "service", "办事满意吗？", "Are you satisfied?", "", "yes", "", ""],
    ["select_multiple ways", "ways", "从哪里知道的？", "Where from?", "", "", "${known} = 'yes'", ""],
    ["integer", "minutes", "等了几分钟？", "How many minutes?", "", "", "", ". >= 0 and . <= 99"],
    ["text", "words", "还想说什么？", "What else?", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label", "label::English (en)"],
    ["yn", "yes", "知道", "Yes"],
    ["yn", "no", "不知道", "No"],
    ["how", "good", "满意", "Yes"],
    ["how", "fair", "一般", "So so"],
    ["how", "bad", "不满意", "No"],
    ["ways", "leader", "组长", "Group leader"],
    ["ways", "phone", "手机", "Phone"],
]
SETTINGS = [["form_title", "form_title::English (en)"], ["办事满意度", "Satisfaction"]]
BOOK: dict[str, list[list[Any]]] = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
UNTIL = date(2026, 12, 31)


def rows(sheets: dict[str, list[list[Any]]]) -> dict[str, list[tuple[int, list[str]]]]:
    """Return `sheets` as they are read from a file."""
    return {
        name: [(number, [str(cell) for cell in row]) for number, row in enumerate(lines, 1)]
        for name, lines in sheets.items()
    }


def xlsx(sheets: dict[str, list[list[Any]]]) -> io.BytesIO:
    """Return `sheets` as a file."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return content


def form(sheets: dict[str, list[list[Any]]] = BOOK, *, has_answers: bool = False) -> Questionnaire:
    """Return the form in `sheets`, which has no faults."""
    found, faults = read_form(rows(sheets), has_answers=has_answers)
    assert found, faults
    return found


def draft(world: World, unit: str = "community", login: str = "officer", **given: Any) -> str:
    """Store a survey that is not open yet; return its id."""
    with transaction():
        return service.create(
            world.units[unit], given.get("kind", "satisfaction"), given.get("form", form()), given.get("until", UNTIL),
            actor_id=world.accounts[login],
        )  # fmt: skip


def stored(survey_id: str) -> Survey:
    """Return a survey as it is stored now."""
    found = queries.survey(survey_id)
    assert found is not None
    return found


def running(world: World, invited: dict[str, int], how: str = "visit", **given: Any) -> str:
    """Store a survey that is open, with so many invitations at the places called so; return its id."""
    survey_id, actor = draft(world, **given), world.accounts[given.get("login", "officer")]
    with transaction():
        sizes = {world.units[name]: count for name, count in invited.items()}
        plan = plan_of({}, sizes, seed="7", basis="each", how=how, on="2026-11-21")
        service.invite(stored(survey_id), plan, {}, actor_id=actor)
        if given.get("place"):
            unit = world.units[given.get("unit", "community")]
            service.add_place(stored(survey_id), unit, "大厅", is_listed=True, actor_id=actor)
        service.open_(stored(survey_id), actor_id=actor)
    return survey_id


def tokens(world: World, survey_id: str, name: str) -> list[str]:
    """Return the tokens of the invitations at the place called so."""
    return service.tokens(stored(survey_id), world.units[name])


def places(world: World) -> dict[str, str]:
    """Return what addresses of surveys name: one that is open, with cards for a group and a code on a wall."""
    survey_id = running(world, {"group": 3}, place=True)
    return {"survey_id": survey_id, "place_id": queries.places(survey_id)[0].id}
