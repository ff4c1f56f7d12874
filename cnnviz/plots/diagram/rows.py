"""Parts of the view for slides in rows, all words of a row on one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from cnnviz.plots.diagram import svg
from cnnviz.plots.diagram.svg import Picture

GAP = 22


@dataclass(frozen=True)
class Part:
    """An element whose words are yet to be placed.

    `foot` is how far below the axis its body goes; `draw` takes the depth at which the words of the row begin.
    """

    foot: float
    draw: Callable[[float], Picture]


def rows_of(parts: Sequence[Part], most: float) -> list[Picture]:
    """Deal the parts out to rows no wider than `most` (or than the widest part), all about as long."""
    widths = [part.draw(0).width for part in parts]
    least = ceil(max(widths))
    most = max(ceil(most), least)
    number = len(_deal(widths, most))
    limit = next(limit for limit in range(least, most + 1) if len(_deal(widths, limit)) == number)
    return [line_of([parts[index] for index in row]) for row in _deal(widths, limit)]


def _deal(widths: Sequence[float], limit: float) -> list[list[int]]:
    """Put the numbers of as many parts into each row as fit."""
    rows: list[list[int]] = [[]]
    taken = 0.0
    for index, width in enumerate(widths):
        if rows[-1] and taken + width > limit:
            rows.append([])
            taken = 0.0
        rows[-1].append(index)
        taken += width + GAP
    return rows


def line_of(parts: Sequence[Part]) -> Picture:
    """Put parts into a row, all their words on one line."""
    foot = foot_of(parts)
    return joined([part.draw(foot) for part in parts])


def foot_of(parts: Sequence[Part]) -> float:
    """Return how far below the axis the bodies of parts go."""
    return max((part.foot for part in parts), default=0.0)


def joined(pictures: Sequence[Picture]) -> Picture:
    """Put pictures one after the other on a line with arrow heads."""
    above = max((picture.above for picture in pictures), default=0)
    below = max((picture.below for picture in pictures), default=0)
    pieces, x = [], 0.0
    for index, picture in enumerate(pictures):
        if index:
            pieces.append(svg.path(f"M{x - GAP:.1f} 0H{x - 1:.1f}", arrow=True))
        pieces.append(svg.moved(picture.pieces, x, 0))
        x += picture.width + GAP
    return Picture(max(x - GAP, 0), above, below, "".join(pieces))
