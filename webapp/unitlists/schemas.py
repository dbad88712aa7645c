"""The shape of one row in a list of units."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from webapp.core.errors import N_, Problem
from webapp.core.fields import NOT_A_DATE, REQUIRED, Text, problems_of
from webapp.orgs.rules import LEVELS, problems_with_code, short_code
from webapp.unitlists.rules import Row

COLUMNS = {
    "code": "code", "代码": "code", "区划代码": "code",
    "name": "name", "名称": "name",
    "parent_code": "parent_code", "上级代码": "parent_code",
    "level": "level", "级别": "level",
    "opened": "opened", "设立日期": "opened",
    "closed": "closed", "撤销日期": "closed",
}  # fmt: skip
NEEDED = ("code", "name", "level")

_LEVELS = {level: level for level in LEVELS} | {
    "省": "province", "自治区": "province", "直辖市": "province",
    "市": "city", "州": "city",
    "县": "county", "区": "county",
    "乡镇": "township", "街道": "township", "镇": "township", "乡": "township",
    "社区": "community", "村": "community",
    "组": "group", "小组": "group",
}  # fmt: skip
_DATES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)
NOT_A_LEVEL = Problem("", "level", N_("不认识的级别。可用：省、市、县、乡镇、社区、小组。"))
FORMULA = Problem("", "formula", N_("不能以“=”开头：这里不接受公式。"))
SURPLUS = Problem("", "columns", N_("这一行的格数比表头多。"))


class _Cell(fields.Field[Any]):
    """A cell written in any width, with or without spaces."""

    default_error_messages = {"required": [REQUIRED], "null": [REQUIRED]}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return self.read(re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value))))

    def read(self, text: str) -> Any:
        """Return the value of `text`. Raises ValidationError."""
        return short_code(text)


class _Level(_Cell):
    default_error_messages = {"invalid": [NOT_A_LEVEL]}

    def read(self, text: str) -> str:
        level = _LEVELS.get(text.lower())
        if level is None:
            raise self.make_error("invalid")
        return level


class _Day(_Cell):
    default_error_messages = {"invalid": [NOT_A_DATE]}

    def read(self, text: str) -> date:
        parts = next((match.groups() for pattern in _DATES if (match := pattern.fullmatch(text))), ("0", "0", "0"))
        try:
            return date(*(int(part) for part in parts))
        except ValueError as error:
            raise self.make_error("invalid") from error


class UnitRowSchema(Schema):
    """A row: code, name and level are needed, the rest may be blank."""

    class Meta:
        """Cells beyond the head are refused before."""

        unknown = EXCLUDE

    code = _Cell(required=True)
    name = Text(60, required=True)
    level = _Level(required=True)
    parent_code = _Cell()
    opened = _Day()
    closed = _Day()


_SCHEMA = UnitRowSchema()


def read_row(number: int, cells: Mapping[str, str]) -> Row:
    """Return the row with this `number`; what is wrong with its shape is in its `problems`."""
    plain = {field: cell for field, cell in cells.items() if not cell.startswith("=")}
    problems = [FORMULA._replace(field=field) for field in cells if field not in plain]
    problems += [SURPLUS] if "" in cells else []
    try:
        values = _SCHEMA.load(plain)
        problems += problems_with_code(values["level"], values["code"])
    except ValidationError as error:
        values = error.valid_data if isinstance(error.valid_data, dict) else {}
        told = {problem.field for problem in problems}
        problems += [problem for problem in problems_of(error.messages) if problem.field not in told]
    return Row(number, **{"code": "", "name": "", "level": "", **values}, problems=tuple(problems))
