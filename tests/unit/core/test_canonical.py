"""The one spelling of a record; its twin on the phone is held to the same cases."""

import json

from hypothesis import given
from hypothesis import strategies as st

from webapp.core.canonical import canonical, content_hash

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_back_and_does_not_depend_on_order(value: object) -> None:
    assert json.loads(canonical(value)) == value
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_spelling() -> None:
    assert canonical({"b": [1, None, True], "a": "庆元"}) == '{"a":"庆元","b":[1,null,true]}'.encode()
    assert content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
