"""Conditions on answers, as people write them in a spreadsheet's column: read once, asked of many answers. Pure.

The language is a part of what XLSForm allows in its column `relevant` (XPath 1.0 underneath): `${q} = 'x'`, `!=`, `<`,
`<=`, `>`, `>=`, `and`, `or`, `not(…)`, `selected(${q}, 'x')` and brackets. A question without an answer counts as ''.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

LONGEST, MOST_BRACKETS = 300, 30

Answer = str | int | tuple[str, ...]
Answers = Mapping[str, Answer]

_TOKEN = re.compile(
    r"\s*(?:\$\{(?P<ref>[A-Za-z_][\w-]*)\}|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\"|(?P<number>\d{1,9})(?![\w.])"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<word>[a-z]+))",
    re.ASCII,
)
_COMPARE = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class OddCondition(ValueError):
    """A condition that is none; the text says from where on it is not understood."""


class Ref(NamedTuple):
    """The answer to a question, by the question's name."""

    name: str


class Node(NamedTuple):
    """One operation: `and`, `or`, `not`, `selected` or a sign of comparison, with what it works on."""

    op: str
    parts: tuple[Any, ...]  # nodes, or refs and values


@lru_cache(512)
def parse(text: str) -> Node:
    """Return the condition that `text` writes. Raises OddCondition when it writes none."""
    if len(text) > LONGEST or text.count("(") > MOST_BRACKETS:
        raise OddCondition(text[:20])
    reader = _Reader(text)
    found = reader.either()
    if reader.kind:
        raise OddCondition(reader.rest())
    return found


class _Reader:
    """Reads a condition from the left; `kind` and `value` are those of the next word, "" at the end."""

    def __init__(self, text: str) -> None:
        self.text, self.start, self.end, self.kind, self.value = text.rstrip(), 0, 0, "", ""
        self.move()

    def move(self) -> None:
        self.start = self.end
        if self.end == len(self.text):
            self.kind = self.value = ""
            return
        match = _TOKEN.match(self.text, self.end)
        if not match:
            raise OddCondition(self.rest())
        self.kind, self.value, self.end = str(match.lastgroup), match[match.lastgroup or 0], match.end()

    def rest(self) -> str:
        return self.text[self.start :].strip()[:20] or self.text[-20:]

    def take(self, value: str) -> None:
        if self.kind not in ("sign", "word") or self.value != value:
            raise OddCondition(self.rest())
        self.move()

    def is_word(self, value: str) -> bool:
        return self.kind == "word" and self.value == value

    def either(self) -> Node:
        found = self.both()
        while self.is_word("or"):
            self.move()
            found = Node("or", (found, self.both()))
        return found

    def both(self) -> Node:
        found = self.single()
        while self.is_word("and"):
            self.move()
            found = Node("and", (found, self.single()))
        return found

    def single(self) -> Node:
        if self.is_word("not"):
            self.move()
            return Node("not", (self.bracketed(),))
        if self.is_word("selected"):
            return self.selected()
        if self.kind == "sign" and self.value == "(":
            return self.bracketed()
        return self.comparison()

    def bracketed(self) -> Node:
        self.take("(")
        found = self.either()
        self.take(")")
        return found

    def selected(self) -> Node:
        self.move()
        self.take("(")
        left = self.operand()
        self.take(",")
        right = self.operand()
        self.take(")")
        if not isinstance(left, Ref) or not isinstance(right, str):
            raise OddCondition(f"selected({left!r}"[:20])
        return Node("selected", (left, right))

    def comparison(self) -> Node:
        left, sign = self.operand(), self.value
        if self.kind != "sign" or sign not in _COMPARE:
            raise OddCondition(self.rest())
        self.move()
        return Node(sign, (left, self.operand()))

    def operand(self) -> Ref | str | int:
        kind, value = self.kind, self.value
        if kind not in ("ref", "one", "two", "number"):
            raise OddCondition(self.rest())
        self.move()
        return Ref(value) if kind == "ref" else int(value) if kind == "number" else value


def comparisons(node: Node) -> Iterator[Node]:
    """Yield what a condition compares: its nodes that are no `and`, `or` or `not`."""
    if node.op in ("and", "or", "not"):
        for part in node.parts:
            yield from comparisons(part)
    else:
        yield node


def refs(node: Node) -> set[str]:
    """Return the names of the questions that a condition asks for."""
    return {part.name for one in comparisons(node) for part in one.parts if isinstance(part, Ref)}


def holds(node: Node, answers: Answers) -> bool:
    """Return whether a condition holds for `answers`."""
    if node.op == "and":
        return all(holds(part, answers) for part in node.parts)
    if node.op == "or":
        return any(holds(part, answers) for part in node.parts)
    if node.op == "not":
        return not holds(node.parts[0], answers)
    if node.op == "selected":
        return node.parts[1] in str(_value(node.parts[0], answers)).split()
    return _compares(node.op, *(_value(part, answers) for part in node.parts))


def _value(part: Ref | str | int, answers: Answers) -> str | int:
    value = answers.get(part.name, "") if isinstance(part, Ref) else part
    return " ".join(value) if isinstance(value, tuple) else value


def _compares(sign: str, left: str | int, right: str | int) -> bool:
    """Compare as XPath does: by order only numbers; equal as texts, a number as it is written."""
    if sign in ("=", "!="):
        return bool(_COMPARE[sign](str(left), str(right)))
    numbers = [str(one) for one in (left, right)]
    return all(one.isdigit() for one in numbers) and bool(_COMPARE[sign](*map(int, numbers)))
