"""What a process keeps of pages that are the same for everybody."""

from webapp.core.kept import Shelf


def test_a_page_is_made_once_and_the_least_asked_for_goes_first():
    made: list[str] = []

    def make(name: str):
        return lambda: made.append(name) or f"<p>{name}</p>"

    shelf = Shelf(most=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.get(name, make(name)).body == f"<p>{name}</p>".encode()
    assert made == ["a", "b", "c", "b"]


def test_a_tag_changes_with_the_page_and_with_nothing_else():
    one, same, other = (Shelf().get("x", lambda text=text: text) for text in ("一", "一", "二"))
    assert one.tag == same.tag != other.tag
    assert one.packed(None) == "一".encode()
