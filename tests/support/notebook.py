"""What one leader notes, on and on, as records for the outbox of a phone."""

import random
from typing import Any

from tests.builders import event
from webapp.core import clock

Json = dict[str, Any]
BIRTHS = 3  # in the first report; all later entries count in the months after it
FEW = 0.3  # how often a turn changes something that was sent before


class Notebook:
    """Notes entries, changes and withdraws them, hands in the month's report and corrects it.

    `report` is the first report, complete, for a month in which so many people were born. `outbox` holds what is to be
    sent, the oldest first; a record waits there in one version at a time, as on a phone.
    """

    def __init__(self, report: Json, rng: random.Random) -> None:
        self._rng = rng
        self._unit: str = report["data"]["unit"]
        self._entries: dict[str, Json] = {}  # what the server has and still lets change, by id
        self._report: Json | None = None
        self._versions = 0  # of anything; makes each content differ from all before
        births = [event(self._unit) for _ in range(BIRTHS)]
        self._counted = {each["id"] for each in births}
        self.outbox: list[Json] = [*births, _with_births(report)]

    def note(self) -> None:
        """Note a few entries, and sometimes change what the server has."""
        kinds = (self._rng.choice(("birth", "death", "move_in")) for _ in range(self._rng.randint(1, 4)))
        self.outbox += [event(self._unit, kind) for kind in kinds]
        if self._entries and self._rng.random() < FEW:
            self._change_entry()
        if self._report and self._rng.random() < FEW:
            self._correct_report(self._report)

    def take(self, most: int) -> list[Json]:
        """Return the next records to send, which from now on stay as they are."""
        taken, self.outbox = self.outbox[:most], self.outbox[most:]
        return taken

    def settle(self, record: Json) -> None:
        """Know that the server has `record` as it was sent."""
        if record["type"] == "report":
            self._report = record
        elif not record.get("deleted") and record["id"] not in self._counted:
            self._entries[record["id"]] = record

    def _change_entry(self) -> None:
        record = self._entries.pop(self._rng.choice(list(self._entries)))
        if self._rng.random() < FEW:
            self.outbox.append({**self._next(record), "deleted": True})
            return
        data = {**record["data"], "persons": self._rng.randint(1, 9), "note": f"改第{self._count()}次"}
        self.outbox.append({**self._next(record), "data": data})

    def _correct_report(self, record: Json) -> None:
        more = self._count()
        values = record["data"]["values"]
        moved = {name: values[name] + more for name in ("opening_persons", "closing_persons")}
        self._report = None
        self.outbox.append({**self._next(record), "data": {**record["data"], "values": {**values, **moved}}})

    def _next(self, record: Json) -> Json:
        declared = clock.to_local(clock.now()).isoformat(timespec="seconds")
        return {**record, "base_version": record["base_version"] + 1, "declared_at": declared}

    def _count(self) -> int:
        self._versions += 1
        return self._versions


def _with_births(report: Json) -> Json:
    values = report["data"]["values"]
    born = {"births": BIRTHS, "closing_persons": values["opening_persons"] + BIRTHS}
    return {**report, "data": {**report["data"], "values": {**values, **born}}}
