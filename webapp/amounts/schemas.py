"""The shape of an amount: as an office types it, and as it is shipped."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from webapp.amounts.rules import PERIODS, SCHEME, is_region
from webapp.core.errors import N_, Problem
from webapp.core.fields import NOT_A_CHOICE, Choice, DateField, RecordSchema, Text, plain_text

SHIPPED = Path(__file__).parent / "data" / "amounts.json"
NAMES = SHIPPED.with_name("schemes.json")
WEB_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?\Z", re.IGNORECASE)
NOT_AN_ADDRESS = Problem("", "address", N_("网址以 https:// 开头，中间没有空格。"))
NOT_MONEY = Problem("", "money", N_("金额写成 3600 或 80.50 这样，最多两位小数，不超过一千万元。"))
NOT_A_SCHEME = Problem("", "scheme", N_("代号只用小写字母、数字和连字符，2 到 60 个。"))
ENDS_TOO_EARLY = Problem("valid_to", "order", N_("最后一天不能早于第一天。"))
BOTH_OR_NONE = Problem("verified_on", "both", N_("核对的单位和日期要么都写，要么都不写。"))
MOST_FEN = 10_000_000 * 100


class Fen(fields.Field[int]):
    """An amount typed in yuan, with at most two decimals, as fen."""

    default_error_messages: Any = {"required": [NOT_MONEY], "null": [NOT_MONEY], "invalid": [NOT_MONEY]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            yuan = Decimal(plain_text(str(value)).replace(",", ""))
        except InvalidOperation:
            raise self.make_error("invalid") from None
        if not yuan.is_finite() or not 0 <= yuan * 100 <= MOST_FEN or yuan != round(yuan, 2):
            raise self.make_error("invalid")
        return int(yuan * 100)


class AmountSchema(RecordSchema):
    """`{"scheme", "region", "amount" (yuan), "per", "valid_from", …}` as `Amount` keeps it, the amount in fen."""

    scheme = Text(60, pattern=SCHEME, required=True, error_messages={"invalid": [NOT_A_SCHEME]})
    region = Text(6, load_default="")
    amount = Fen(required=True)
    per = Choice(frozenset(PERIODS), required=True)
    valid_from = DateField(required=True)
    valid_to = DateField(load_default=None)
    reference = Text(200, load_default="")
    source_url = Text(500, pattern=WEB_ADDRESS, load_default="", error_messages={"invalid": [NOT_AN_ADDRESS]})
    verified_by = Text(60, load_default=None)
    verified_on = DateField(load_default=None)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Refuse regions that are none, days in the wrong order, and a check by nobody or on no day."""
        if not is_region(data["region"]):
            raise ValidationError([NOT_A_CHOICE], "region")
        if data["valid_to"] and data["valid_to"] < data["valid_from"]:
            raise ValidationError([ENDS_TOO_EARLY], "valid_to")
        if bool(data["verified_by"]) != bool(data["verified_on"]):
            raise ValidationError([BOTH_OR_NONE], "verified_on")


@cache
def shipped(path: Path = SHIPPED) -> tuple[dict[str, Any], ...]:
    """Return the shipped rows as `Amount` keeps them; there the amounts are in fen already."""
    told = json.loads(path.read_text("utf-8")) if path.exists() else []
    rows = told["amounts"] if isinstance(told, dict) else told
    return tuple(_row(row) for row in rows)


@cache
def scheme_names(path: Path = NAMES) -> Mapping[str, Mapping[str, str]]:
    """Return what the shipped schemes are called, `{scheme: {language: name}}`; what a county makes up has no name."""
    names: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return names


def _row(told: dict[str, Any]) -> dict[str, Any]:
    fen, schema = told["amount"], AmountSchema()
    typed = {key: value for key, value in told.items() if key in schema.fields}
    facts: dict[str, Any] = schema.load({**typed, "amount": str(Decimal(fen) / 100)})
    return facts
