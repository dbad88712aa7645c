"""The only place that asks what time it is.

Instants are aware and in UTC; dates are dates of Asia/Shanghai, the one time zone the offices work in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: list[datetime] = []


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    """Return the present date in Asia/Shanghai."""
    return to_local(now()).date()


def to_local(instant: datetime) -> datetime:
    """Return `instant` (aware) as wall-clock time of Asia/Shanghai."""
    return instant.astimezone(SHANGHAI)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware): for tests, and for history that a demo invents."""
    _frozen.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
