"""A phone as the server sees it: pushes records, pulls changes, with the session of one person."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.support.pages import SAME_ORIGIN
from tests.support.seal import seal_record
from webapp.core.crypto import from_text, record_place
from webapp.core.ids import new_id

Json = dict[str, Any]


class Phone:
    """One device; `cursor` remembers how far it has read."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.device = new_id()
        self.cursor = ""
        self.seal_key: Json | None = None

    def push(self, *records: Json, status: int = 200) -> list[Json]:
        """Send `records`; return the results, one each, in their order."""
        answer = self.push_raw({"device": self.device, "records": list(records)}, status)
        if status != 200:
            return []
        assert [result["id"] for result in answer["results"]] == [sent["id"] for sent in records]
        results: list[Json] = answer["results"]
        return results

    def push_raw(self, body: Any, status: int) -> Json:
        """Send any `body`; return the JSON that answers it."""
        response = self.client.post("/sync/push", data=json.dumps(body), headers=SAME_ORIGIN)
        assert response.status_code == status, f"{response.status_code}\n{response.text[:2000]}"
        return response.get_json()  # type: ignore[no-any-return]

    def seal(self, sent: Json) -> Json:
        """Return the record `sent` as a phone sends it that has heard of the server's key: its data sealed."""
        server = self.seal_key or self.pull_page()["me"]["seal_key"]
        self.seal_key = server
        place = record_place(sent["id"], sent["type"])
        sealed = seal_record(from_text(server["public"]), server["kid"], place, sent["data"])
        return {name: value for name, value in sent.items() if name != "data"} | {"sealed": sealed}

    def pull_page(self, status: int = 200) -> Json:
        """Fetch one page of changes; the next call goes on after it."""
        response = self.client.get("/sync/pull", query_string={"cursor": self.cursor})
        assert response.status_code == status, f"{response.status_code}\n{response.text[:2000]}"
        answer: Json = response.get_json()
        self.cursor = answer.get("cursor", self.cursor)
        return answer

    def pull(self) -> list[Json]:
        """Return all changes since the last pull."""
        changes: list[Json] = []
        while True:
            answer = self.pull_page()
            changes += answer["changes"]
            if not answer["more"]:
                return changes
