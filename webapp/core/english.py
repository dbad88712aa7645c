"""English words without their endings, and what a slip of the finger makes of them."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 3  # letters that a word keeps
_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("ations", ""), ("ation", ""),
    ("es", ""), ("ing", ""), ("ed", ""), ("s", ""), ("e", ""),
)  # fmt: skip


def stem(word: str) -> str:
    """Return an English `word` without the ending of its plural, its verb or its noun, roughly."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def slips(letters: str) -> set[str]:
    """Return what one slip of the finger may have turned into `letters`: one left out, added, changed, or swapped."""
    parts = [(letters[:at], letters[at:]) for at in range(len(letters) + 1)]
    return {
        *(head + tail[1:] for head, tail in parts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1),
        *(head + one + tail[1:] for head, tail in parts if tail for one in LETTERS),
        *(head + one + tail for head, tail in parts for one in LETTERS),
    }
