"""HTML read once, for its tree and for its mistakes."""

from bs4 import BeautifulSoup
from bs4.builder import HTML5TreeBuilder
from html5lib import HTMLParser


class Noting(HTML5TreeBuilder):
    """Builds a tree as Beautiful Soup does with html5lib, and keeps what the parser had to object to."""

    problems: list[str]

    def feed(self, markup: str) -> None:
        """Build the tree of `markup`."""
        parser = HTMLParser(tree=self.create_treebuilder)
        parser.parse(markup)
        # The parser is older than <template>, which may stand anywhere.
        errors = [error for error in parser.errors if error[2].get("name") != "template"]
        self.problems = [f"HTML line {line}: {code} {data}" for (line, _), code, data in errors]


def read(text: str) -> tuple[BeautifulSoup, list[str]]:
    """Return the tree of the page `text`, and where it is not HTML as the standard writes it."""
    builder = Noting(store_line_numbers=False)
    return BeautifulSoup(text, builder=builder), builder.problems
