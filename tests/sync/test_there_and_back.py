"""A record that is changed and changed back: what it says now was said before, and is a new version all the same."""

from tests.builders import event
from tests.support.phone import Phone


def test_changed_back_is_a_new_version(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push(sent)
    changed = {**sent, "base_version": 1, "data": {**sent["data"], "persons": 2}}
    leader.push(changed)
    back = {**sent, "base_version": 2}
    (result,) = leader.push(back)
    assert (result["outcome"], result["version"]) == ("updated", 3)
    assert leader.push(back)[0]["receipt"] == result["receipt"]
    assert leader.pull()[-1]["data"]["persons"] == sent["data"]["persons"]


def test_saved_again_as_it_is_stays_one_version(leader: Phone, group: str) -> None:
    sent = event(group)
    first = leader.push(sent)[0]
    (result,) = leader.push({**sent, "base_version": 1})
    assert (result["outcome"], result["receipt"]) == ("same", first["receipt"])
