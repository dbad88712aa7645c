"""Bad input to the push: each case gets its code and a sentence at its field, and the server keeps standing."""

from typing import Any

import pytest

from tests.builders import complete, event, report
from tests.support.phone import Phone

GONE = object()  # leave the key out

EVENTS: list[tuple[str, Any, str, str]] = [
    # key, value, field of the problem, its code
    ("kind", GONE, "kind", "required"),
    ("kind", None, "kind", "required"),
    ("kind", "", "kind", "required"),
    ("kind", "marriage", "kind", "choice"),
    ("kind", 1, "kind", "choice"),
    ("kind", ["birth"], "kind", "choice"),
    ("date", GONE, "date", "required"),
    ("date", "", "date", "required"),
    ("date", "21.11.2026", "date", "date"),
    ("date", "2026-11-31", "date", "date"),
    ("date", "2026-11-21T00:00:00", "date", "date"),
    ("date", "２０２６-11-21", "date", "date"),
    ("date", 20261121, "date", "date"),
    ("date", "2026-11-22", "date", "future"),
    ("date", "2026-07-31", "date", "too_old"),
    ("date", "0001-01-01", "date", "too_old"),
    ("persons", GONE, "persons", "required"),
    ("persons", "", "persons", "required"),
    ("persons", 0, "persons", "range"),
    ("persons", 100, "persons", "range"),
    ("persons", -1, "persons", "range"),
    ("persons", 1.5, "persons", "integer"),
    ("persons", 2.0, "persons", "integer"),
    ("persons", True, "persons", "integer"),
    ("persons", "一", "persons", "integer"),
    ("persons", "1e1", "persons", "integer"),
    ("persons", "-1", "persons", "integer"),
    ("persons", "９", "persons", "integer"),
    ("persons", "1" * 400, "persons", "integer"),
    ("persons", 10**30, "persons", "range"),
    ("persons", {}, "persons", "integer"),
    ("households", -1, "households", "range"),
    ("households", 100, "households", "range"),
    ("households", "两", "households", "integer"),
    ("region", "33112", "region", "region_unknown"),
    ("region", "浙江省庆元县城", "region", "long"),
    ("region", "000000", "region", "region_unknown"),
    ("service", "Policy!", "service", "service_unknown"),
    ("note", "长" * 201, "note", "long"),
    ("note", "\x00", "note", "text"),
    ("note", ["x"], "note", "text"),
    ("note", "\ud800", "note", "text"),
    ("\udfff", 1, "\udfff", "unknown"),
    ("persons", float("nan"), "persons", "integer"),
    ("note", "联系电话 13800138000", "note", "note_personal"),
    ("unit", GONE, "unit", "required"),
    ("unit", "", "unit", "id"),
    ("unit", "1' OR '1'='1", "unit", "id"),
    ("unit", 7, "unit", "id"),
    ("name", "张三", "name", "unknown"),
    ("pregnant", True, "pregnant", "unknown"),
]
REPORTS: list[tuple[str, Any, str, str]] = [
    ("month", GONE, "month", "required"),
    ("month", "2026-11", "month", "month"),
    ("month", 202611, "month", "month"),
    ("month", "202613", "month", "month"),
    ("month", "202612", "month", "not_begun"),
    ("form", GONE, "form", "required"),
    ("form", "monthly", "form", "text"),
    ("form", "monthly@9", "form", "form_version"),
    ("form", "../../etc@1", "form", "text"),
    ("values", [], "values", "shape"),
    ("values", None, "values.births", "required"),
    ("values", {}, "values.births", "required"),
    ("values", {"births": "三"}, "values.births", "integer"),
    ("values", {"births": 1.5}, "values.births", "integer"),
    ("values", {"births": True}, "values.births", "integer"),
    ("values", {"births": -1}, "values.births", "range"),
    ("values", {"births": 10**9}, "values.births", "range"),
    ("values", {"births": None}, "values.births", "required"),
    ("values", {"abortions": 1}, "values.abortions", "unknown"),
    ("values", {"opening_persons": ""}, "values.opening_persons", "first_month"),
    ("adjustments", {}, "adjustments", "shape"),
    ("adjustments", ["x"], "adjustments", "shape"),
    ("adjustments", [{"measure": "births", "value": 0, "reason": ""}], "adjustments.0.reason", "reason_required"),
    ("adjustments", [{"measure": "births", "value": 0, "reason": "长" * 201}], "adjustments.0.reason", "reason_long"),
    ("adjustments", [{"measure": "births", "value": 5, "reason": "x"}], "adjustments.0.value", "adjustment_differs"),
    ("adjustments", [{"measure": "nonsense", "value": 5, "reason": "x"}], "adjustments.0.measure", "unknown"),
    ("adjustments", [{"measure": "births", "value": 0, "reason": "x", "who": 1}], "adjustments.0.who", "unknown"),
    ("nil", "vielleicht", "nil", "flag"),
    ("reason", "长" * 201, "reason", "long"),
    ("score", 5, "score", "unknown"),
]


def problems(phone: Phone, sent: dict[str, Any], key: str, value: Any) -> list[tuple[str, str]]:
    """Return field and code of what is wrong when `key` of the record's data is `value`."""
    sent["data"].pop(key, None)
    if value is not GONE:
        sent["data"][key] = value
    (result,) = phone.push(sent)
    assert result["outcome"] == "refused" and result["receipt"] is None
    assert all(problem["message"] and "%(" not in problem["message"] for problem in result["problems"])
    return [(problem["field"], problem["code"]) for problem in result["problems"]]


@pytest.mark.parametrize(("key", "value", "field", "code"), EVENTS)
def test_event(leader: Phone, group: str, key: str, value: Any, field: str, code: str) -> None:
    kind = "service" if key == "service" else "move_in" if key == "region" else "birth"
    assert (field, code) in problems(leader, event(group, kind), key, value)


@pytest.mark.parametrize(("key", "value", "field", "code"), REPORTS)
def test_report(leader: Phone, group: str, key: str, value: Any, field: str, code: str) -> None:
    sent = report(group, nil=False, values=complete())
    if key == "values" and isinstance(value, dict) and value:
        value = {**complete(), **value}
    assert (field, code) in problems(leader, sent, key, value)


def test_there_are_enough_of_them() -> None:
    assert len(EVENTS) + len(REPORTS) >= 60
