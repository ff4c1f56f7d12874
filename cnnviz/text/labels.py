"""Short labels for long names: each tells its name apart from the others, however alike they begin. Pure."""

import re
from collections.abc import Sequence

MAX_LABEL = 18  # letters
SHORTEST_CUT = 4  # letters that names must share for them to be cut off
CUT = "…"


def short_labels(names: Sequence[str], length: int = MAX_LABEL) -> list[str]:
    """Give a label of at most `length` letters for each name, no two the same unless the names are.

    Where a name is too long, what all begin with alike is left off, up to a word's end; then the middle of the name.
    """
    texts = [str(name) for name in names]
    if all(len(text) <= length for text in texts):
        return texts
    first, last = min(texts), max(texts)  # what these two share, all between them share
    length_shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    shared = first[:length_shared] if len(texts) > 1 else ""
    start = max((found.end() for found in re.finditer(r"[\W_]+", shared)), default=0)
    rests = [CUT + text[start:] for text in texts] if start >= SHORTEST_CUT and min(map(len, texts)) > start else texts
    taken: dict[str, str] = {}
    labels = []
    for text, rest in zip(texts, rests, strict=True):
        label = _without_middle(rest, length)
        number = 2
        while taken.get(label, text) != text:
            ending = f"{CUT}{number}"
            label = rest[: length - len(ending)] + ending
            number += 1
        taken[label] = text
        labels.append(label)
    return labels


def _without_middle(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    end = (length - 1) // 2
    return f"{text[: length - 1 - end]}{CUT}{text[-end:]}"
