"""What PostgreSQL cannot even compare is no fault of ours: such addresses and forms of residents lead nowhere."""

import logging

import pytest

ADDRESSES = (
    "/?at=%00", "/places?at=%00", "/places?to=/%00", "/search?q=%00&at=%00", "/claims?at=%00", "/policies?at=%00",
    "/policies/%00", "/policies/%00/history", "/policies/ab/history/%00", "/policies/ab/files/%00",
    "/policies/ab?on=%00", "/feedback?at=%00", "/feedback/new?kind=help&at=%00", "/feedback/new?kind=%00&about=%00",
    "/surveys?at=%00", "/surveys/%00", "/surveys/%00/thanks",
)  # fmt: skip
FORMS = (
    ("/feedback/follow", {"number": "\0", "secret": "\0"}),
    ("/feedback/follow", {"number": "123456789\0", "secret": "a"}),
    ("/feedback/new", {"kind": "help", "unit": "\0", "text": "\0", "nonce": "\0", "stamp": "\0"}),
    ("/surveys/\0", {"stamp": "\0"}),
)


@pytest.fixture
def client(app, world):
    """Return a visitor to whom faults are told as in service: a test shall see the answer, not the exception."""
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    return app.test_client()


def test_a_null_byte_in_an_address_is_no_fault(client, caplog):
    with caplog.at_level(logging.ERROR):
        answers = {address: client.get(address).status_code for address in ADDRESSES}
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    assert not caplog.records


def test_a_null_byte_in_a_form_is_no_fault(client, caplog):
    with caplog.at_level(logging.ERROR):
        answers = [client.post(path, data=data).status_code for path, data in FORMS]
    assert max(answers) < 500
    assert not caplog.records
