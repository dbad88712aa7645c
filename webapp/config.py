"""Settings, all from the environment. Every one has a line in the README; a test compares."""

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What an installation may set. Paths are absolute; `database_url` is an SQLAlchemy address."""

    data: Path
    database_url: str
    host: str
    port: int
    workers: int
    threads: int
    demo: bool
    demo_anywhere: bool
    development: bool
    proxies: int
    metrics_anywhere: bool
    receipt_key: Path
    master_key: str | None = field(repr=False)
    master_key_file: Path


def from_environment() -> Settings:
    """Return the settings of this process. Raises ValueError when one is not of its kind."""
    data = Path(os.environ.get("SANSHI_DATA", "var")).resolve()
    return Settings(
        data=data,
        database_url=_database_url(os.environ.get("DATABASE_URL"), data),
        host=os.environ.get("SANSHI_HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        workers=int(os.environ.get("SANSHI_WORKERS", "2")),
        threads=int(os.environ.get("SANSHI_THREADS", "32")),
        demo=_flag("SANSHI_DEMO"),
        demo_anywhere=_flag("SANSHI_DEMO_ANYWHERE"),
        development=_flag("SANSHI_DEVELOPMENT"),
        proxies=int(os.environ.get("SANSHI_PROXIES", "0")),
        metrics_anywhere=_flag("SANSHI_METRICS_ANYWHERE"),
        receipt_key=Path(os.environ.get("SANSHI_RECEIPT_KEY", data / "keys" / "receipts.pem")).resolve(),
        master_key=os.environ.get("SANSHI_MASTER_KEY") or None,
        master_key_file=Path(os.environ.get("SANSHI_MASTER_KEY_FILE", data / "keys" / "master.key")).resolve(),
    )


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise ValueError(f"{name} is 0 or 1, not {value!r}")
    return value == "1"


def _database_url(given: str | None, data: Path) -> str:
    if not given:
        return f"sqlite:///{data / 'sanshi.db'}"
    # Hosts say postgres:// or postgresql://; the driver that is installed is psycopg 3.
    scheme, _, rest = given.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else given


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def refuse_open_demo(settings: Settings) -> None:
    """Raise ValueError when a demo, whose passwords are public, would listen beyond this machine."""
    if settings.demo and settings.host not in LOOPBACK and not settings.demo_anywhere:
        raise ValueError("a demo listens on this machine only; SANSHI_DEMO_ANYWHERE=1 overrides")
