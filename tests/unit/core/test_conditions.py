"""Conditions: what they mean, and that nothing else is taken for one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.conditions import Node, OddCondition, Ref, holds, parse, refs

ANSWERS = {"a": "yes", "n": 7, "m": ("x", "y")}


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("${a} = 'yes'", True),
        ('${a}="yes"', True),
        ("${a} != 'yes'", False),
        ("${gone} = ''", True),
        ("${gone} != 'yes'", True),
        ("${n} > 6", True),
        ("${n} >= 7 and ${n} <= 7", True),
        ("${n} < 7", False),
        ("10 > ${n}", True),
        ("${n} = 7", True),
        ("${n} < '10'", True),  # as numbers, not as texts
        ("${gone} < 5", False),
        ("${gone} > 5", False),
        ("${a} < 5", False),
        ("selected(${m}, 'x')", True),
        ("selected(${m}, 'z')", False),
        ("selected(${a}, 'yes')", True),
        ("selected(${a}, 'ye')", False),
        ("not(${a} = 'yes')", False),
        ("not(${a} = 'no') and selected(${m},'y')", True),
        ("${a} = 'no' and ${n} = 7 or ${a} = 'yes'", True),  # `and` binds first
        ("${a} = 'no' and (${n} = 7 or ${a} = 'yes')", False),
        ("  ( ( ${n}=7 ) )  ", True),
    ],
)
def test_what_conditions_mean(text: str, is_so: bool):
    assert holds(parse(text), ANSWERS) is is_so


@pytest.mark.parametrize(
    "text",
    ["", " ", "${a}", "${a} =", "= 'x'", "${a} = 'x' and", "${a} == 'x'", "${a} = x", "not ${a} = 'x'", "(${a} = 'x'",
     "${a} = 'x')", "selected(${a})", "selected('x', ${a})", "selected(${m}, 3)", "${} = 1", "${a b} = 1", "${a} = 'x",
     "${a} = 1.5", "${a} = -1", "${a} + 1 = 2", "count(${a}) = 1", "${a} = 'x' ${a} = 'y'", "or", "(" * 40 + "${a}=1",
     "__import__('os')", "${a} = 'x'; 1", "${a} = 'x'" + " " * 300],
)  # fmt: skip
def test_what_is_no_condition_is_refused(text: str):
    with pytest.raises(OddCondition):
        parse(text)


@given(st.text("${}aml'\"=!<>() ,andorts0123", max_size=60))
def test_any_text_is_a_condition_or_refused(text: str):
    with contextlib.suppress(OddCondition):
        assert holds(parse(text), ANSWERS) in (True, False)


LEAVES = st.builds(
    lambda name, sign, value: Node(sign, (Ref(name), value)),
    st.sampled_from("anmz"), st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), st.sampled_from(["yes", "x", 3, 7]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda one: Node("not", (one,)), inner),
        st.builds(lambda op, left, right: Node(op, (left, right)), st.sampled_from(["and", "or"]), inner, inner),
    ),
    max_leaves=5,
)


def written(node: Node) -> str:
    """Return `node` as somebody would write it, with brackets around everything."""
    if node.op == "not":
        return f"not({written(node.parts[0])})"
    if node.op in ("and", "or"):
        return f"({written(node.parts[0])}) {node.op} ({written(node.parts[1])})"
    left, right = node.parts
    return f"${{{left.name}}} {node.op} " + (str(right) if isinstance(right, int) else f"'{right}'")


@given(TREES)
def test_what_is_written_is_read_as_it_was_meant(node: Node):
    assert parse(written(node)) == node
    assert refs(node) <= set("anmz")
