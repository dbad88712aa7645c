"""The shape of what is shipped: facts in one JSON file for each edition, texts in one Markdown file a language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from webapp.policies.rules import LANGUAGES

CONTENT = Path(__file__).parent / "data" / "content"


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
    lines = text.strip().splitlines()
    title, rest = lines[0].removeprefix("#").strip(), lines[1:]
    while rest and not rest[0].strip():
        rest = rest[1:]
    summary: list[str] = []
    while rest and rest[0].startswith(">"):
        summary.append(rest[0].removeprefix(">").strip())
        rest = rest[1:]
    return {"title": title, "summary": "\n".join(summary).strip(), "body": "\n".join(rest).strip()}


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
