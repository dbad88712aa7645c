"""What a text is found by, and what is looked for when somebody typed something. Words in, words out.

A word of the index is a string with a sign in front that says what it is:

- `孩`, `三孩` one or two Chinese characters that stand together, in the simplified script;
- `w:screen` a Latin word, roughly without its ending, or digits;
- `p:yuer` two syllables of pinyin that stand together, without tones, zh and z, ang and an told apart by nobody;
- `i:yebt` the initials of two to eight syllables that stand together;
- `=:…` a whole title or keyword, in characters, pinyin or initials.

Pinyin, initials and wholes are kept of titles and keywords only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, groupby, islice, pairwise, product
from math import log2
from typing import NamedTuple

from webapp.core.pieces import plain, runs, syllables
from webapp.core.scripts import simplified

# How loudly a word is said, by the field it stands in. Fields that are not named here have no place in the index.
WEIGHTS: Mapping[str, int] = {"title": 12, "keywords": 8, "summary": 4, "body": 1}
SPELLED = ("title", "keywords")  # fields that are found by sound too
LOUDEST_REPEATED = 3
INITIALS = range(2, 9)
LONGEST = 60  # characters of a query that are looked at
LEAST_TO_MISSPELL = 4  # letters
MOST_MISSPELT = 4  # words of one query for which slips are tried
LONGEST_SYLLABLE = 6  # letters
BY_EAR = 40  # percent that a word is worth which was not typed so
LEAST_MET = 40  # percent of what a query tells that a subject has to meet
MOST_DIVISIONS = 4  # ways to divide letters into syllables that are tried
LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LATIN, _DIGITS = re.compile(r"[a-z]+"), re.compile(r"[0-9]+")
_BLUR = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"([aei])ng$"), r"\1n"))
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", ""))


def folded(text: str) -> str:
    """Return `text` as it is compared: ordinary width, lower case, simplified characters."""
    return simplified(plain(text)).replace("ü", "v")


def number_of(subject_type: str, word: str) -> int:
    """Return the number by which the index knows `word` of subjects of a type: 63 bits, so that no two meet."""
    digest = blake2b(f"{subject_type}|{word}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def is_latin(run: str) -> bool:
    """Return whether `run` consists of Latin letters."""
    return bool(_LATIN.fullmatch(run))


def is_han(run: str) -> bool:
    """Return whether `run` is neither Latin letters nor digits."""
    return not run.isascii()


def stem(word: str) -> str:
    """Return an English `word` without the ending of its plural or its verb, roughly."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def blurred(syllable: str) -> str:
    """Return `syllable` as many people say it: zh, ch, sh as z, c, s, and ang, eng, ing as an, en, in."""
    for pattern, instead in _BLUR:
        syllable = pattern.sub(instead, syllable)
    return syllable


def words_of(text: str) -> Iterator[str]:
    """Yield the words that `text` says, again and again when it repeats them."""
    for run in runs(folded(text)):
        if is_han(run):
            yield from run
            yield from (one + other for one, other in pairwise(run))
        else:
            yield f"w:{stem(run)}"


def sounds_of(text: str) -> Iterator[str]:
    """Yield what a title or keyword is found by besides its words: by ear, by initials, as a whole, in one word."""
    found = runs(folded(text))
    for run in found:
        if is_han(run):
            spelled = syllables(run)
            yield from _spoken([blurred(part) for part in spelled])
            yield from _initials("".join(part[0] for part in spelled))
    yield from (f"w:{stem(one + other)}" for one, other in pairwise(found) if is_latin(one) and is_latin(other))
    spelled = [part for run in found for part in syllables(run)]
    wholes = {"".join(found), "".join(map(blurred, spelled)), "".join(part[0] for part in spelled)}
    yield from (f"=:{whole}" for whole in sorted(wholes) if len(whole) > 1)


def _spoken(parts: Sequence[str]) -> Iterator[str]:
    yield from (f"p:{part}" for part in parts)
    yield from (f"p:{one}{other}" for one, other in pairwise(parts))


def _initials(letters: str) -> Iterator[str]:
    for length in INITIALS:
        yield from (f"i:{letters[start : start + length]}" for start in range(len(letters) - length + 1))


def loudness(fields: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how loudly each word is said in `fields`, `{name: texts}`, each text in one language.

    Raises KeyError for a field that has no weight.
    """
    found: Counter[str] = Counter()
    for name, texts in fields.items():
        loudest: Counter[str] = Counter()
        for text in texts:  # the same in another language or script is not said twice
            loudest |= _said(text, is_spelled=name in SPELLED)
        for word, times in loudest.items():
            found[word] += WEIGHTS[name] * times
    return dict(found)


def _said(text: str, *, is_spelled: bool) -> Counter[str]:
    if is_spelled:
        return Counter({*words_of(text), *sounds_of(text)})
    times = Counter(words_of(text))
    return Counter({word: min(1 + count // 2, LOUDEST_REPEATED) for word, count in times.items()})


class Slot(NamedTuple):
    """One thing that was typed: words of which any will do. `instead` holds what to try when nobody says any of them.

    `letters` is the Latin word to look for slips of the finger in, when nothing else is known.
    """

    words: tuple[str, ...]
    instead: tuple[str, ...] = ()
    letters: str = ""


Reading = tuple[Slot, ...]


def idf(subjects: int, of: int) -> int:
    """Return what a word tells that `subjects` out of `of` say: hundredths of bits, at least 20."""
    return max(round(100 * log2((of + 1) / max(subjects, 1))), 20)


class Lexicon(NamedTuple):
    """What a query is read with: `syllables` of pinyin, words that ask but name nothing, and what people say for what.

    `said` is `{what people say: what documents say}`, `asking` words from which the query is freed; all folded.
    """

    syllables: frozenset[str]
    asking: tuple[str, ...]
    said: Mapping[str, Sequence[str]]


def typed_runs(text: str, lexicon: Lexicon) -> list[str]:
    """Return the runs of a query: without the words that only ask, unless there are no others."""
    text = folded(text[:LONGEST])
    bare = text
    for word in lexicon.asking:
        bare = re.sub(rf"\b{word}\b", " ", bare) if word.isascii() else bare.replace(word, " ")
    return runs(bare) or runs(text)


def readings(text: str, lexicon: Lexicon) -> list[Reading]:
    """Return the ways to read a query: as it stands, in the words of documents, as pinyin, as initials."""
    typed = typed_runs(text, lexicon)
    others = [typed_runs(said, lexicon) for said in _in_other_words(" ".join(typed), lexicon)]
    found = [*map(_as_written, [typed, *others]), *_as_pinyin(typed, lexicon), _as_initials(typed)]
    return list(dict.fromkeys(reading for reading in found if reading))


def _in_other_words(text: str, lexicon: Lexicon) -> Iterator[str]:
    for said, instead in lexicon.said.items():
        pattern = rf"\b{re.escape(said)}\b" if said.isascii() else re.escape(said)
        if re.search(pattern, text):
            yield from (re.sub(pattern, f" {other} ", text) for other in instead)


def _as_written(found: Sequence[str]) -> Reading:
    return tuple(slot for run in found for slot in _slots(run))


def _slots(run: str) -> Iterator[Slot]:
    if not is_han(run):
        yield Slot((f"w:{stem(run)}",), letters=run if is_latin(run) else "")
    elif len(run) == 1:
        yield Slot((run,))
    else:
        heard = [blurred(part) for part in syllables(run)]
        sounds = [f"p:{one}{other}" for one, other in pairwise(heard)]
        pairs = [one + other for one, other in pairwise(run)]
        yield from (Slot((pair,), (sound,)) for pair, sound in zip(pairs, sounds, strict=True))


def _as_pinyin(found: Sequence[str], lexicon: Lexicon) -> Iterator[Reading]:
    """Yield the readings in which neighbouring runs of letters are pinyin: one for each way to divide them."""
    ways: list[list[Reading]] = []
    for is_word, group in groupby(found, key=is_latin):
        runs_here = list(group)
        divided = divisions("".join(runs_here), lexicon.syllables) if is_word else []
        ways.append([_heard(parts) for parts in divided] or [_as_written(runs_here)])
    yield from (tuple(chain.from_iterable(way)) for way in islice(product(*ways), MOST_DIVISIONS))


def _heard(parts: Sequence[str]) -> Reading:
    said = [blurred(part) for part in parts]
    if len(said) == 1:
        return (Slot((f"p:{said[0]}",)),)
    return tuple(Slot((f"p:{one}{other}",)) for one, other in pairwise(said))


def divisions(letters: str, known: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the ways to divide `letters` into the fewest syllables; none when they do not divide."""
    best: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        ends = [
            (*way, letters[start:end])
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if letters[start:end] in known
            for way in best[start]
        ]
        fewest = min(map(len, ends), default=0)
        best.append([way for way in ends if len(way) == fewest][:MOST_DIVISIONS])
    return best[-1] if letters else []


def _as_initials(found: Sequence[str]) -> Reading:
    slots = [[Slot((f"i:{run}",))] if is_latin(run) and len(run) in INITIALS else _slots(run) for run in found]
    return tuple(chain.from_iterable(slots))


def slips(letters: str) -> set[str]:
    """Return what one slip of the finger may have turned into `letters`: one left out, added, changed, or swapped."""
    parts = [(letters[:at], letters[at:]) for at in range(len(letters) + 1)]
    return {
        *(head + tail[1:] for head, tail in parts if tail),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1),
        *(head + one + tail[1:] for head, tail in parts if tail for one in LETTERS),
        *(head + one + tail for head, tail in parts for one in LETTERS),
    }


def wholes(text: str, lexicon: Lexicon) -> set[str]:
    """Return the words by which a title or keyword is found that is the whole query."""
    letters = "".join(runs(folded(text[:LONGEST])))
    divided = divisions(letters, lexicon.syllables) if is_latin(letters) else []
    return {f"=:{letters}", *(f"=:{''.join(map(blurred, parts))}" for parts in divided)} if letters else set()


class Wanted(NamedTuple):
    """A slot whose words are known: `{word: what it tells}`, and what the slot could have told at most."""

    tells: Mapping[str, int]
    most: int


def wanted(slot: Slot, known: Mapping[str, int], of: int) -> Wanted:
    """Return what `slot` asks for, when the words of `known` are said by so many subjects out of `of`."""
    for words, share in ((slot.words, 100), (slot.instead, BY_EAR), (sorted(misspelt(slot)), BY_EAR)):
        tells = {word: idf(known[word], of) * share // 100 for word in words if known.get(word)}
        if tells:
            return Wanted(tells, max(idf(known[word], of) for word in tells))
    return Wanted({}, idf(1, of))


def misspelt(slot: Slot) -> set[str]:
    """Return the words that the Latin word of `slot` may have been meant for, English ones and pairs of syllables."""
    if len(slot.letters) < LEAST_TO_MISSPELL:
        return set()
    meant = slips(slot.letters)
    return {*(f"w:{stem(word)}" for word in meant), *(f"p:{word}" for word in meant)}


def score(asked: Sequence[Wanted], said: Mapping[str, int]) -> int:
    """Return how well a subject that says `said`, word by loudness, answers a reading; 0 when it hardly does."""
    got = [max((said.get(word, 0) * tells for word, tells in slot.tells.items()), default=0) for slot in asked]
    met = sum(slot.most for slot, worth in zip(asked, got, strict=True) if worth)
    return sum(got) if met * 100 >= LEAST_MET * sum(slot.most for slot in asked) else 0
