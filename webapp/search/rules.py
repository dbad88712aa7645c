"""What a text is found by, and what is looked for when somebody typed something. Words in, words out.

A word of the index is a string with a sign in front that says what it is:

- `孩`, `三孩` one or two Chinese characters that stand together, in the simplified script;
- `w:screen` a Latin word, roughly without its ending, or digits;
- `p:yuer` two syllables of pinyin that stand together, without tones, zh and z, ang and an told apart by nobody;
- `i:yebt` the initials of two to eight syllables that stand together;
- `=:…` a whole title or keyword, or what stands between two of its signs, in characters, pinyin or initials.

Pinyin, initials and wholes are kept of titles and keywords only.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, groupby, islice, pairwise, product, zip_longest
from math import log2
from typing import NamedTuple
from unicodedata import normalize

from webapp.core.english import slips, stem
from webapp.core.pieces import runs, syllables
from webapp.core.pinyin import MOST_DIVISIONS, blurred, divisions
from webapp.core.scripts import simplified

# How loudly a word is said, by the field it stands in. Fields that are not named here have no place in the index.
WEIGHTS: Mapping[str, int] = {"title": 12, "keywords": 8, "summary": 4, "body": 1}
SPELLED = ("title", "keywords")  # fields that are found by sound too
LOUDEST_REPEATED = 3
INITIALS = range(2, 9)
LONGEST = 60  # characters of a query that are looked at
LEAST_TO_MISSPELL = 4  # letters
MOST_MISSPELT = 4  # words of one query for which slips are tried
BY_EAR = 40  # percent that a word is worth which was not typed so
KNOWN_TO_MEAN = 150  # percent that a query is worth in the words that documents are known to have for it
LEAST_MET = 40  # percent of what a query tells that a subject has to meet
_BREAK = re.compile(r"[：:，,、。；;（）()“”「」—–]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LATIN = re.compile(r"[a-z]+")


def folded(text: str) -> str:
    """Return `text` as it is compared: ordinary width, lower case, no accents, ü as v, simplified characters."""
    return _alike(text).strip()


def in_place(text: str) -> str:
    """Return `text` folded, each character where it stood; a blank for one that would become more or less than one."""
    whole = _alike(text)
    if len(whole) == len(text):
        return whole
    return "".join(one if len(one) == 1 else " " for one in map(_alike, text))


def _alike(text: str) -> str:
    wide = simplified(normalize("NFKC", text).lower()).replace("ü", "v")
    return wide if wide.isascii() else normalize("NFC", _ACCENTS.sub("", normalize("NFD", wide)))


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


def spelled(run: str) -> tuple[str, ...]:
    """Return the pinyin of each character of `run`; nothing when it has other characters than Chinese ones."""
    parts = syllables(run)
    return parts if len(parts) == len(run) else ()


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
            parts = spelled(run)
            yield from _spoken([blurred(part) for part in parts])
            yield from _initials("".join(part[0] for part in parts))
    yield from (f"w:{stem(one + other)}" for one, other in pairwise(found) if is_latin(one) and is_latin(other))
    for clause in {text, *_BREAK.split(text)}:
        yield from (f"=:{whole}" for whole in _ways_to_say(runs(folded(clause))) if len(whole) > 1)


def _ways_to_say(found: Sequence[str]) -> set[str]:
    parts = [part for run in found for part in syllables(run)]
    return {"".join(found), "".join(map(blurred, parts)), "".join(part[0] for part in parts)}


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


Slots = tuple[Slot, ...]


class Reading(NamedTuple):
    """One way to understand a query, and how many percent it is worth."""

    slots: tuple[Slot, ...]
    share: int = 100


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


def bare(text: str, lexicon: Lexicon) -> str:
    """Return what a query names: folded, without the words that only ask, unless there are no others."""
    text = named = folded(text[:LONGEST])
    for word in lexicon.asking:
        named = re.sub(_whole(word), " ", named)
    return named if runs(named) else text


def readings(text: str, lexicon: Lexicon) -> list[Reading]:
    """Return the ways to read a query: as it stands, in the words of documents, as pinyin, as initials."""
    named = bare(text, lexicon)
    typed, *others = map(runs, [named, *_in_other_words(named, lexicon)])
    as_typed = [_as_written(typed), *_as_pinyin(typed, lexicon), _as_initials(typed)]
    found = [*map(Reading, as_typed), *(Reading(_as_written(each), KNOWN_TO_MEAN) for each in others)]
    return list(dict.fromkeys(reading for reading in found if reading.slots))


def _in_other_words(text: str, lexicon: Lexicon) -> Iterator[str]:
    said = [word for word in lexicon.said if re.search(_whole(word), text)]
    for word in (word for word in said if not any(word in longer for longer in said if longer != word)):
        yield from (re.sub(_whole(word), f" {instead} ", text) for instead in lexicon.said[word])


def _whole(word: str) -> str:
    """Return the pattern of `word`, which has to stand alone where words do."""
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if is_latin(word[:1]) else re.escape(word)


def _as_written(found: Sequence[str]) -> Slots:
    return tuple(slot for run in found for slot in _slots(run))


def _slots(run: str) -> Iterator[Slot]:
    if not is_han(run):
        yield Slot((f"w:{stem(run)}",), letters=run if is_latin(run) else "")
    elif len(run) == 1:
        yield Slot((run,))
    else:
        sounds = [f"p:{blurred(one)}{blurred(other)}" for one, other in pairwise(spelled(run))]
        pairs = [one + other for one, other in pairwise(run)]
        yield from (Slot((pair,), (sound,) if sound else ()) for pair, sound in zip_longest(pairs, sounds))


def _as_pinyin(found: Sequence[str], lexicon: Lexicon) -> Iterator[Slots]:
    """Yield the readings in which neighbouring runs of letters are pinyin: one for each way to divide them."""
    ways: list[list[Slots]] = []
    for is_pinyin, group in groupby(found, key=lambda run: is_latin(run) and bool(divisions(run, lexicon.syllables))):
        together = list(group)
        divided = divisions("".join(together), lexicon.syllables) if is_pinyin else []
        ways.append([_heard(parts) for parts in divided] or [_as_written(together)])
    yield from (tuple(chain.from_iterable(way)) for way in islice(product(*ways), MOST_DIVISIONS))


def _heard(parts: Sequence[str]) -> Slots:
    said = [blurred(part) for part in parts]
    if len(said) == 1:
        return (Slot((f"p:{said[0]}",)),)
    return tuple(Slot((f"p:{one}{other}",)) for one, other in pairwise(said))


def _as_initials(found: Sequence[str]) -> Slots:
    slots = [[Slot((f"i:{run}",))] if is_latin(run) and len(run) in INITIALS else _slots(run) for run in found]
    return tuple(chain.from_iterable(slots))


def wholes(text: str, lexicon: Lexicon) -> set[str]:
    """Return the words by which a title or keyword is found that is the whole query."""
    letters = "".join(runs(folded(text[:LONGEST])))
    divided = divisions(letters, lexicon.syllables) if is_latin(letters) else []
    return {f"=:{letters}", *(f"=:{''.join(map(blurred, parts))}" for parts in divided)} if letters else set()


class Wanted(NamedTuple):
    """A slot whose words are known: `{word: what it tells}`, and what the slot could have told at most."""

    tells: Mapping[str, int]
    most: int


def wanted(reading: Reading, known: Mapping[str, int], of: int) -> list[Wanted]:
    """Return what `reading` asks for, when the words of `known` are said by so many subjects out of `of`."""
    return [_wanted(slot, reading.share, known, of) for slot in reading.slots]


def _wanted(slot: Slot, worth: int, known: Mapping[str, int], of: int) -> Wanted:
    for words, share in ((slot.words, 100), (slot.instead, BY_EAR), (sorted(misspelt(slot)), BY_EAR)):
        tells = {word: idf(known[word], of) * share * worth // 10_000 for word in words if known.get(word)}
        if tells:
            return Wanted(tells, max(idf(known[word], of) for word in tells))
    return Wanted({}, idf(1, of) // 2)  # two characters that nobody says together need not be a word


def misspelt(slot: Slot) -> set[str]:
    """Return the words that the Latin word of `slot` may have been meant for, English ones and pairs of syllables."""
    if len(slot.letters) < LEAST_TO_MISSPELL:
        return set()
    meant = slips(slot.letters)
    return {*(f"w:{stem(word)}" for word in meant), *(f"p:{word}" for word in meant)}


def score(asked: Sequence[Wanted], said: Mapping[str, int], least_met: int = LEAST_MET) -> int:
    """Return how well a subject that says `said`, word by loudness, answers a reading; 0 when it hardly does.

    `least_met` is how many percent of what the reading tells it has to meet.
    """
    got = [max((said.get(word, 0) * tells for word, tells in slot.tells.items()), default=0) for slot in asked]
    met = sum(slot.most for slot, worth in zip(asked, got, strict=True) if worth)
    return sum(got) if met * 100 >= least_met * sum(slot.most for slot in asked) else 0
