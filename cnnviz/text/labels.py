"""Short labels for long names: each tells its name apart from the others, however alike they begin. Pure."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

MAX_LABEL = 18  # letters
SHORTEST_CUT = 4  # letters that names must share for them to be cut off
BEFORE = 3  # letters that are shown before the one in which two names differ, if its word has as many
CUT = "…"
MOST_NAMED, FIRST_NAMED = 12, 3
WORD_END = re.compile(r"(?:[^\w.,]|_|(?<!\d)[.,])+")  # a point within a number ends none


def short_labels(names: Sequence[str], length: int = MAX_LABEL) -> list[str]:
    """Give a label of at most `length` letters for each name, no two the same unless the names are.

    Where a name is too long, what all begin with alike is left off, up to a word's end. Of what is left, the places
    in which it differs from names that begin alike are kept; without any, its beginning and its end.
    """
    texts = [str(name) for name in names]
    if all(len(text) <= length for text in texts):
        return texts
    start = _shared_words(texts)
    ordered = sorted(set(texts))
    alike = [_shared(a, b) for a, b in pairwise(ordered)]
    places = {text: _places(alike, index) for index, text in enumerate(ordered)}
    taken: dict[str, str] = {}
    labels = []
    for text in texts:
        label = _label(text, start, places[text], length)
        number = 2
        while taken.get(label, text) != text:
            ending = f"{CUT}{number}"
            label = (CUT if start else "") + text[start : start + length - len(ending) - bool(start)] + ending
            number += 1
        taken[label] = text
        labels.append(label)
    return labels


def known_text(names: Sequence[str]) -> str:
    """Say in short which names there are: of many the first and the last, of even numbers their step.

    "net, why"; "none"; "1 to 200"; "0 to 200 in steps of 4"; "1, 2, 3, … 200 (57 in all)".
    """
    if len(names) <= MOST_NAMED:
        return ", ".join(names) or "none"
    steps = {int(b) - int(a) for a, b in pairwise(names)} if all(map(str.isdecimal, names)) else set()
    if len(steps) == 1:
        step = steps.pop()
        return f"{names[0]} to {names[-1]}" + (f" in steps of {step}" if step != 1 else "")
    return f"{', '.join(names[:FIRST_NAMED])}, … {names[-1]} ({len(names):,} in all)"


def _shared_words(texts: Sequence[str]) -> int:
    """Letters of the words that all names begin with; 0 if that is not worth a cut."""
    first, last = min(texts), max(texts)  # what these two share, all between them share
    shared = first[: _shared(first, last)] if len(texts) > 1 else ""
    start = max((found.end() for found in WORD_END.finditer(shared)), default=0)
    return start if start >= SHORTEST_CUT and min(map(len, texts)) > start else 0


def _shared(a: str, b: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def _places(alike: Sequence[int], index: int) -> set[int]:
    """Places in which a name first differs from others, by what sorted neighbours share."""
    return {*_lowest(alike[index:]), *_lowest(alike[:index][::-1])}


def _lowest(values: Iterable[int]) -> set[int]:
    """All minima of the values so far: what a name shares with one further on is the least on the way there."""
    found: list[int] = []
    for value in values:
        if not found or value < found[-1]:
            found.append(value)
    return set(found)


def _label(text: str, start: int, places: set[int], length: int) -> str:
    body = (CUT if start else "") + text[start:]
    if len(body) <= length:
        return body
    if max(places, default=0) - start < SHORTEST_CUT:
        return _without_middle(body, length)
    shown: set[int] = set()
    for letters in _by_weight(text, start, sorted(places, reverse=True)):
        if len(_as_text(text, shown | set(letters))) <= length:
            shown.update(letters)
    return _as_text(text, shown)


def _by_weight(text: str, start: int, places: Sequence[int]) -> Iterable[Iterable[int]]:
    """Letters that belong together, the most telling first: where names differ, these words, and what follows them."""
    words = [_word(text, place) for place in places]
    for place, (begin, _) in zip(places, words, strict=True):
        yield range(max(begin, place - BEFORE, start), min(place + 1, len(text)))
    for (begin, end), place in zip(words, places, strict=True):
        yield from ([letter] for letter in range(place, end))
        yield from ([letter] for letter in range(min(place, len(text)) - 1, begin - 1, -1))
    yield from ([letter] for letter in range(words[0][1], len(text)))


def _word(text: str, place: int) -> tuple[int, int]:
    """Where the word at this place begins and ends."""
    before = re.search(r"[^\W_]*$", text[:place])
    after = re.match(r"[^\W_]*", text[place:])
    return before.start() if before else place, place + (after.end() if after else 0)


def _as_text(text: str, shown: set[int]) -> str:
    return re.sub(f"{CUT}+", CUT, "".join(letter if i in shown else CUT for i, letter in enumerate(text)))


def _without_middle(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}{CUT}{text[-end:]}"
