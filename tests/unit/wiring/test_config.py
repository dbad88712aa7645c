"""Settings: what is allowed, and what stops the start."""

import dataclasses
from contextlib import nullcontext
from pathlib import Path

import pytest

from webapp.config import from_environment, refuse_open_demo


def test_what_is_not_set_has_a_safe_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANSHI_DATA", str(tmp_path))
    settings = from_environment()
    assert (settings.host, settings.port, settings.demo, settings.development) == ("127.0.0.1", 8000, False, False)
    assert settings.database_url == f"sqlite:///{tmp_path / 'sanshi.db'}"
    assert settings.receipt_key == tmp_path / "keys" / "receipts.pem"


@pytest.mark.parametrize("given", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_any_spelling_of_postgresql_reaches_the_driver(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert from_environment().database_url == "postgresql+psycopg://u:p@h/d"


@pytest.mark.parametrize(("name", "value"), [("SANSHI_DEMO", "yes"), ("PORT", "http"), ("SANSHI_WORKERS", "")])
def test_nonsense_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name if value == "yes" else "invalid literal"):
        from_environment()


@pytest.mark.parametrize(
    ("host", "demo", "anywhere", "refused"),
    [
        ("127.0.0.1", True, False, False),
        ("::1", True, False, False),
        ("0.0.0.0", True, False, True),
        ("192.0.2.7", True, False, True),
        ("0.0.0.0", True, True, False),
        ("0.0.0.0", False, False, False),
    ],
)
def test_a_demo_listens_on_this_machine_only(host: str, demo: bool, anywhere: bool, refused: bool) -> None:
    settings = dataclasses.replace(from_environment(), host=host, demo=demo, demo_anywhere=anywhere)
    with pytest.raises(ValueError, match="SANSHI_DEMO_ANYWHERE") if refused else nullcontext():
        refuse_open_demo(settings)
