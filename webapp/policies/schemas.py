"""Shapes: an edition as an office types it; what is shipped, in one JSON file an edition and one text a language."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from webapp.core.errors import N_, Problem
from webapp.core.fields import Choice, DateField, Flag, RecordSchema, Text
from webapp.policies.rules import FACTS, KINDS, LANGUAGES, SOURCE_LANGUAGE, TEXTS, TOPIC

CONTENT = Path(__file__).parent / "data" / "content"
LONGEST = {"title": 80, "summary": 400, "body": 20_000, "audience": 100}
WEB_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?\Z", re.IGNORECASE)
NOT_AN_ADDRESS = Problem("", "address", N_("网址以 https:// 开头，中间没有空格。"))
NOT_A_TOPIC = Problem("", "topic", N_("代号只用小写字母、数字和连字符，2 到 60 个，例如 childcare-subsidy。"))
ENDS_TOO_EARLY = Problem("valid_to", "order", N_("最后一天不能早于第一天。"))
REPEAL_HALF = Problem("repealed_by", "both", N_("废止的依据和日期要么都写，要么都不写。"))
VERIFIED_HALF = Problem("verified_by", "both", N_("核对的单位和日期要么都写，要么都不写。"))
HALF_A_LANGUAGE = Problem("", "half", N_("这个语种要么写全标题、摘要和正文，要么都不写；不写的，居民看到简体中文。"))


class NewDocumentSchema(RecordSchema):
    """`{"topic", "kind", "title"}` of a document that is begun."""

    topic = Text(60, pattern=TOPIC, required=True, error_messages={"invalid": [NOT_A_TOPIC]})
    kind = Choice(frozenset(KINDS), required=True)
    title = Text(LONGEST["title"], required=True)


class FactsSchema(RecordSchema):
    """What an edition says besides its texts; texts stand in fields named `title_zh-Hans` and so on."""

    reference = Text(200, load_default="")
    issuer = Text(100, load_default="")
    source_name = Text(200, load_default="")
    source_url = Text(500, pattern=WEB_ADDRESS, load_default="", error_messages={"invalid": [NOT_AN_ADDRESS]})
    valid_from = DateField(required=True)
    valid_to = DateField(load_default=None)
    repealed_by = Text(200, load_default=None)
    repealed_on = DateField(load_default=None)
    verified_by = Text(60, load_default=None)
    verified_on = DateField(load_default=None)
    contact = Text(200, load_default="")
    needs_local = Flag(load_default=False)

    @validates_schema(skip_on_field_errors=False)
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Refuse days in the wrong order, and halves of what belongs together."""
        found: dict[str, list[Problem]] = {}
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            found["valid_to"] = [ENDS_TOO_EARLY]
        for problem in (REPEAL_HALF, VERIFIED_HALF):
            by, on = problem.field, problem.field.replace("_by", "_on")
            if bool(data.get(by)) != bool(data.get(on)):
                found[by] = [problem]
        for language in LANGUAGES:
            if language != SOURCE_LANGUAGE and _is_half(data, language):
                found[f"title_{language}"] = [HALF_A_LANGUAGE]
        if found:
            raise ValidationError(found)


def _is_half(data: Mapping[str, Any], language: str) -> bool:
    said = [bool(data.get(f"{name}_{language}")) for name in TEXTS]
    return any(said) and not all(said[:3])


TEXT_FIELDS: dict[str, fields.Field[Any]] = {
    f"{name}_{language}": Text(LONGEST[name], load_default="", required=False)
    for language in LANGUAGES
    for name in TEXTS
}
TEXT_FIELDS[f"title_{SOURCE_LANGUAGE}"] = Text(LONGEST["title"], required=True)
EditionSchema: Any = FactsSchema.from_dict(TEXT_FIELDS)


def content_of(loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `EditionSchema` loaded as `texts` and facts; a language that says nothing is left out."""
    texts = {language: {name: loaded[f"{name}_{language}"] for name in TEXTS} for language in LANGUAGES}
    return {
        **{name: loaded[name] for name in FACTS},
        "texts": {key: each for key, each in texts.items() if each["title"]},
    }


def as_typed(content: Mapping[str, Any]) -> dict[str, str]:
    """Return `texts` and facts as the form shows them."""
    texts = {f"{n}_{lang}": words.get(n, "") for lang, words in content["texts"].items() for n in TEXTS}
    facts = {name: content[name] for name in FACTS}
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    return {**texts, **{name: "" if value is None else str(value) for name, value in told.items()},
            "needs_local": "1" if content["needs_local"] else ""}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """One shipped edition; `facts` are columns of the table of editions, `texts` as that table holds them."""

    topic: str
    number: int
    kind: str
    texts: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, Any]


@cache
def shipped(folder: Path = CONTENT) -> tuple[Shipped, ...]:
    """Return the editions in `folder` (`<topic>/<number>.json`), by topic and number."""
    found = [_shipped(path) for path in folder.glob("*/*.json")]
    return tuple(sorted(found, key=lambda each: (each.topic, each.number)))


def _shipped(path: Path) -> Shipped:
    told = json.loads(path.read_text("utf-8"))
    files = {language: path.with_name(f"{path.stem}.{language}.md") for language in LANGUAGES}
    texts = {
        language: {**parse(file.read_text("utf-8")), "audience": told.get("audience", {}).get(language, "")}
        for language, file in files.items()
        if file.is_file()
    }
    return Shipped(path.parent.name, int(path.stem), told["kind"], texts, _facts(told))


def parse(text: str) -> dict[str, str]:
    """Return title, summary and body of a text: `# title`, then the summary as a quotation, then the body."""
    title, _, rest = text.strip().partition("\n")
    lines = rest.strip().splitlines()
    quoted = next((at for at, line in enumerate(lines) if not line.startswith(">")), len(lines))
    summary = "\n".join(line.removeprefix(">").strip() for line in lines[:quoted])
    return {"title": title.removeprefix("#").strip(), "summary": summary, "body": "\n".join(lines[quoted:]).strip()}


def _facts(told: Mapping[str, Any]) -> dict[str, Any]:
    source, repealed = told.get("source") or {}, told.get("repealed") or {}
    return {
        "reference": told.get("reference") or "",
        "issuer": told.get("issuer") or "",
        "source_name": source.get("name", ""),
        "source_url": source.get("url") or "",
        "valid_from": date.fromisoformat(told["valid_from"]),
        "valid_to": _day(told.get("valid_to")),
        "repealed_by": repealed.get("by"),
        "repealed_on": _day(repealed.get("on")),
        "verified_by": told.get("verified_by"),
        "verified_on": _day(told.get("verified_on")),
        "contact": told.get("contact") or "",
        "needs_local": bool(told.get("needs_local")),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
