"""Shared marshmallow fields: one shape for HTML forms and phones alike."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from webapp.core.errors import N_, Problem
from webapp.core.ids import is_id

# marshmallow passes messages through untouched, so they are problems from the start and keep their code.
REQUIRED = Problem("", "required", N_("请填写这一项。"))
NOT_A_COUNT = Problem("", "integer", N_("请填整数，例如 0、1、12。"))
UNKNOWN = Problem("", "unknown", N_("这一项不在表里。"))
NOT_A_DATE = Problem("", "date", N_("日期不对，请写成 2026-11-21 这样。"))
NOT_A_MONTH = Problem("", "month", N_("月份不对。"))
NOT_AN_ID = Problem("", "id", N_("编号不对。"))
NOT_TEXT = Problem("", "text", N_("请填写文字。"))
NOT_A_CHOICE = Problem("", "choice", N_("请从列出的选项里选一个。"))
NOT_A_FLAG = Problem("", "flag", N_("请选是或否。"))
NOT_A_RECORD = Problem("", "shape", N_("请求的格式不对。"))

_DIGITS = re.compile(r"\d{1,9}\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MONTH = re.compile(r"(19|20|21)\d{2}(0[1-9]|1[0-2])\Z", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def out_of_range(low: int, high: int) -> Problem:
    """Return the problem of a number outside `low` to `high`."""
    return Problem("", "range", N_("请填 %(low)s 到 %(high)s 之间的数。"), {"low": low, "high": high})


def _messages(invalid: Problem) -> Any:  # marshmallow declares strings, and passes anything through
    return {"required": [REQUIRED], "null": [REQUIRED], "invalid": [invalid]}


def as_count(value: object) -> int:
    """Return `value` as a whole number: an int, or a string of ASCII digits.

    Raises ValueError for fractions, booleans, signs and everything else: 1.9 must not become 1 in silence.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DIGITS.match(value.strip()):
        return int(value)
    raise ValueError("not a count")


def typed_count(text: str) -> int | str:
    """Return the number that somebody typed, in whatever width its digits have; what is no number stays text."""
    plain = plain_text(text)
    return int(plain) if _DIGITS.match(plain) else plain


def plain_text(text: str) -> str:
    """Return `text` trimmed, full-width letters and digits as ordinary ones (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


class Count(fields.Field[int]):
    """A whole number between `low` and `high`."""

    default_error_messages = _messages(NOT_A_COUNT)

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        """Take the smallest and the largest number allowed."""
        super().__init__(**kwargs)
        self.low = low
        self.high = high

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if value == "":
            raise self.make_error("required")
        try:
            number = as_count(value)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if not self.low <= number <= self.high:
            raise ValidationError([out_of_range(self.low, self.high)])
        return number


class DateField(fields.Field[date]):
    """A calendar date written `YYYY-MM-DD`, without a time."""

    default_error_messages = _messages(NOT_A_DATE)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if value == "":
            raise self.make_error("required")
        if not isinstance(value, str) or not _DATE.match(value):
            raise self.make_error("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error


class Text(fields.Field[str]):
    """A text without control characters, at most `longest` characters, trimmed."""

    default_error_messages = _messages(NOT_TEXT)

    def __init__(self, longest: int, *, pattern: re.Pattern[str] | None = None, **kwargs: Any) -> None:
        """Take the greatest length and, where the text is a code, its pattern."""
        super().__init__(**kwargs)
        self.longest = longest
        self.pattern = pattern

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or _CONTROL.search(value):
            raise self.make_error("invalid")
        text = value.strip()
        if not text and self.required:
            raise self.make_error("required")
        if len(text) > self.longest:
            raise ValidationError(
                [Problem("", "long", N_("太长了，最多 %(longest)s 个字。"), {"longest": self.longest})]
            )
        if self.pattern and not self.pattern.match(text):
            raise self.make_error("invalid")
        return text


class UnitId(fields.Field[str]):
    """The internal id of a unit, or of a record."""

    default_error_messages = _messages(NOT_AN_ID)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not is_id(value):
            raise self.make_error("invalid")
        return str(value)


class MonthField(fields.Field[str]):
    """A month written `202611`."""

    default_error_messages = _messages(NOT_A_MONTH)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not _MONTH.match(value):
            raise self.make_error("invalid")
        return value


class Flag(fields.Field[bool]):
    """Yes or no, as JSON says it; a form's `1` or `on` counts as yes."""

    default_error_messages = _messages(NOT_A_FLAG)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("1", "on"):
            return True
        if value in ("", "0"):
            return False
        raise self.make_error("invalid")


class RecordSchema(Schema):
    """The base of record schemas: unknown keys are refused, strings are trimmed, optional blanks left out."""

    class Meta:
        """Refuse what nobody asked for."""

        unknown = RAISE

    error_messages: Any = {"unknown": [UNKNOWN], "type": [NOT_A_RECORD]}

    @pre_load
    def drop_blanks(self, data: Any, **kwargs: Any) -> Any:
        """Return `data` without the optional keys that are blank: a form sends them, a phone does not."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if not self._is_blank_option(key, value)}

    def _is_blank_option(self, key: str, value: Any) -> bool:
        field = self.fields.get(key)
        return field is not None and not field.required and value in ("", None)


class Choice(Text):
    """One of a fixed set of codes."""

    default_error_messages = _messages(NOT_A_CHOICE)

    def __init__(self, choices: frozenset[str], **kwargs: Any) -> None:
        """Take the codes that may be chosen."""
        super().__init__(longest=40, **kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise self.make_error("invalid")
        return text


def problems_of(messages: Any, prefix: str = "") -> list[Problem]:
    """Return the messages of a marshmallow ValidationError as problems with dotted field names."""
    if isinstance(messages, Problem):
        return [messages._replace(field=prefix)]
    if isinstance(messages, str):  # of a field that is not ours: marshmallow's own words say nothing to our readers
        return [NOT_A_RECORD._replace(field=prefix)]
    if isinstance(messages, Mapping):
        return [
            problem
            for key, inner in messages.items()
            for problem in problems_of(inner, prefix if key == "_schema" else f"{prefix}.{key}" if prefix else str(key))
        ]
    return [problem for inner in messages for problem in problems_of(inner, prefix)]


def load(schema: Schema, data: Any) -> tuple[dict[str, Any], list[Problem]]:
    """Return `data` as `schema` loads it, and the problems of its shape; one of the two is empty."""
    try:
        return dict(schema.load(data)), []
    except ValidationError as error:
        return {}, problems_of(error.messages)
