"""Whether the name of a folder says that it is a part of a data set (train, validation, test), in many languages. Pure.

Affixes and words around it do not count: `Training_set`, `test-images (1)`, `Validierungsdaten`, `datos de prueba`.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Literal

from cnnviz.datasets.sources.member_names import NOT_COMPOSED
from cnnviz.datasets.sources.part_words import AROUND_WORDS, PART_WORDS, SHORT_WORDS

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")

PHRASE = 3  # words that may make one, as in "hold out" or "huấn luyện"
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")


def _plain(word: str) -> str:
    """Small letters without accents."""
    folded = unicodedata.normalize("NFD", word.casefold().translate(NOT_COMPOSED))
    return unicodedata.normalize("NFC", "".join(letter for letter in folded if not unicodedata.combining(letter)))


_PART_OF: dict[str, Part] = {
    _plain(word): part
    for words in PART_WORDS.values()
    for part, listed in zip(PARTS, words, strict=True)
    for word in listed.split()
}
_SHORT_PART_OF: dict[str, Part] = {
    word: part for part, listed in zip(PARTS, SHORT_WORDS, strict=True) for word in listed.split()
}
_AROUND = frozenset(_plain(word) for words in AROUND_WORDS.values() for word in words.split())
_IN_COMPOUND = re.compile(  # short pieces would find a test in `latest`
    "s?(?:" + "|".join(sorted(map(re.escape, (word for word in _AROUND if len(word) > 2 or not word.isascii())))) + ")+"
)


@lru_cache(maxsize=4096)
def part_of(name: str, *, is_short: bool = False) -> tuple[Part | None, str]:
    """Find the part that the name of a folder means.

    Parameters
    ----------
    name : str
    is_short : bool
        Whether `tr`, `va` and `te` count as well.

    Returns
    -------
    part : "train", "validation", "test" or None
        None where no word, or words of several parts, stand in it.
    rest : str
        What else the name says: "" for `train_set 2`, "cat" for `train_cat`. It is then a part only beside others with
        the same rest.
    """
    spelled = _words(_HUMP.sub(" ", unicodedata.normalize("NFC", name)))
    words = [_plain(word) for word in spelled]
    parts: list[Part] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        for end in range(min(start + PHRASE, len(words)), start, -1):  # the longest first
            word = "".join(words[start:end])
            part = _PART_OF.get(word) or (_SHORT_PART_OF.get(word) if is_short else None)
            has_letter = any(len(one) == 1 and one.isupper() for one in spelled[start:end])
            if not has_letter and (part or word in _AROUND):  # testA beside testB is neither "testa" nor "test a"
                break
        else:
            end, part = start + 1, _compound(words[start])
            rest += [] if part else [spelled[start]]
        parts += [part] if part else []
        start = end
    return (parts[0] if len(set(parts)) == 1 else None), " ".join(rest)


def _words(text: str) -> list[str]:
    """Runs of letters; the vowel signs of India and Thailand are marks and belong to them."""
    runs = groupby(text, key=lambda letter: unicodedata.category(letter)[0] in "LM")
    return ["".join(run) for is_word, run in runs if is_word]


def _compound(word: str) -> Part | None:
    """The part in a word that is grown together, such as `trainset`, `testbilder`, `lernmenge` and `imagestrain`."""
    for start in range(len(word) - 1, 1, -1):  # the longest first
        left, right = word[:start], word[start:]
        if left in _PART_OF and _IN_COMPOUND.fullmatch(right):
            return _PART_OF[left]
        if right in _PART_OF and _IN_COMPOUND.fullmatch(left):
            return _PART_OF[right]
    return None
