"""What the community's office does at its own doors, where no test looks at how it is done."""

import http.client
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

from tests.browser import books
from tests.builders import PASSWORD
from tests.support.server import Server


def post(server: Server, path: str, cookie: str = "", **fields: str) -> http.client.HTTPResponse:
    """Send a form as a browser of this site does; return the answer."""
    door = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    door.request("POST", path, urlencode(fields), headers)
    answer = door.getresponse()
    answer.read()
    door.close()
    return answer


def signed_in(server: Server, login: str) -> str:
    """Return the cookie of a new session."""
    answer = post(server, "/sign-in", login=login, password=PASSWORD)
    return str(answer.headers["Set-Cookie"]).split(";", maxsplit=1)[0]


def revoke_all(server: Server, login: str, days_ago: int = 0) -> None:
    """Sign out every device of `login`, as the officer does when a phone is lost, or did so many days ago."""
    cookie, account = signed_in(server, "officer"), books.account(server, login)["id"]
    for device in books.ask(server, "SELECT id FROM device WHERE account_id = ? AND revoked_at IS NULL", account):
        answer = post(server, f"/app/people/{account}/devices/{device['id']}/revoke", cookie)
        assert answer.status == 303, answer.status
    with closing(sqlite3.connect(server.data / "sanshi.db", timeout=10)) as found, found:
        since = f"-{days_ago} days"
        found.execute("UPDATE device SET revoked_at = datetime(revoked_at, ?) WHERE account_id = ?", (since, account))
