"""Seeded damage that any input may get: of bytes, of JSON, of a text; and small changes that leave it nearly sound."""

import random
import string
from typing import Any

NASTY: tuple[Any, ...] = (
    *(0, -1, 1, 2, 3, 7, 255, 10**4, 10**6, 10**7, 2**31, 10**12, 10**30, -(10**9)),
    *(0.5, -0.5, 1e-30, 1e30, None, True, False, "", "x", "relu", "same", [], [0], [1, 1], [10**6, 10**6], {}, [None]),
)
"""What is put for a value of a config."""


def damaged_bytes(dice: random.Random, data: bytes) -> bytes:
    """Flip, cut out, repeat or add bytes; now and then nothing."""
    changed = bytearray(data)
    for _ in range(dice.choice([0, 0, 1, 1, 2, 5, 20])):
        if not changed:
            break
        at = dice.randrange(min(len(changed), dice.choice([30, 300, len(changed)])))
        length = dice.choice([1, 2, 4, 50])
        match dice.randrange(6):
            case 0 | 1 | 2:
                changed[at] = dice.choice([0, 1, 127, 128, 255, dice.randrange(256)])
            case 3:
                del changed[at : at + length]
            case 4:
                changed[at:at] = changed[at : at + length] * dice.choice([1, 3])
            case 5:
                changed[at : at + 4] = dice.choice([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])
    return bytes(changed[: dice.randrange(len(changed) + 1)] if dice.random() < 0.15 else changed)


def damaged_json(dice: random.Random, value: Any, *, changes: int) -> Any:
    """Put nasty values into a tree, at places drawn by the dice; the tree is changed in place and returned."""
    for _ in range(changes):
        places = list(_places(value))
        if not places:
            return value
        holder, key = dice.choice(places)
        match dice.randrange(8):
            case 0:
                if isinstance(holder, list):
                    holder.append(holder[key])
            case 1:
                del holder[key]
            case 2:
                other, other_key = dice.choice(places)
                if not isinstance(other[other_key] if _holds(other, other_key) else None, dict | list):
                    holder[key] = other[other_key] if _holds(other, other_key) else None
            case _:
                holder[key] = dice.choice(NASTY)
    return value


def varied_json(dice: random.Random, value: Any, *, changes: int) -> Any:
    """Change a tree in place to one as somebody might have meant it: near numbers, switches turned, parts repeated."""
    for _ in range(changes):
        places = [
            (holder, key)
            for holder, key in _places(value)
            if isinstance(holder[key], int | float | list) and holder[key]
        ]
        if not places:
            return value
        holder, key = dice.choice(places)
        match holder[key]:
            case bool(switch):
                holder[key] = not switch
            case list(parts):
                at = dice.randrange(len(parts))
                parts[at : at + dice.randrange(2)] = [parts[at]] * dice.choice([1, 1, 2])
            case int(number):
                holder[key] = dice.choice([number + 1, max(1, number - 1), 2 * number, max(1, number // 2), 1])
            case number:
                holder[key] = number * dice.choice([0.5, 1.1, 2])
    return value


def damaged_text(dice: random.Random, text: str) -> str:
    """Change letters of a text."""
    letters = list(text)
    for _ in range(dice.choice([0, 1, 2, 10])):
        at = dice.randrange(len(letters) + 1)
        letters[at : at + dice.randrange(3)] = dice.choice([string.printable, "é\0\u202e٣½∞", "._~-,;/", "9" * 9])[
            : dice.randrange(6)
        ]
    return "".join(letters) * dice.choice([1, 1, 1, 1, 200])


def _holds(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _places(value: Any) -> Any:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            yield node, key
            if isinstance(node[key], dict | list):
                waiting.append(node[key])
