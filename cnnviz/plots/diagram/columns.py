"""Parts of the compact view in columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from cnnviz.plots.diagram import svg

GAP = 9
COLUMN_GAP = 34
HEIGHT = 310  # of a column as it is wanted: what a screen shows of the diagram


@dataclass(frozen=True)
class Part:
    """Pieces from (0, 0) to (width, height); the line comes in and goes out at x = axis."""

    width: float
    height: float
    axis: float
    pieces: str


def columns_of(parts: Sequence[Part], most: float) -> list[Part]:
    """Deal the parts out to columns of about the same height, together no wider than `most`."""
    total = sum(part.height + GAP for part in parts)
    width = max(part.width for part in parts) + COLUMN_GAP
    number = max(1, min(ceil(total / HEIGHT), int((most + COLUMN_GAP) / width)))
    limit = max(ceil(total / number), *(int(part.height) for part in parts))
    columns: list[list[Part]] = [[]]
    height = 0.0
    for part in parts:
        if columns[-1] and height + part.height > limit:
            columns.append([])
            height = 0.0
        columns[-1].append(part)
        height += part.height + GAP
    return [stack(column) for column in columns]


def stack(parts: Sequence[Part]) -> Part:
    """Put parts one below the other on a line with arrow heads."""
    left = max((part.axis for part in parts), default=0.0)
    right = max((part.width - part.axis for part in parts), default=0.0)
    pieces, y = [], 0.0
    for index, part in enumerate(parts):
        if index:
            pieces.append(svg.path(f"M{left:.1f} {y - GAP:.1f}V{y - 0.5:.1f}", arrow=True))
        pieces.append(svg.moved(part.pieces, left - part.axis, y))
        y += part.height + GAP
    return Part(left + right, max(y - GAP, 0), left, "".join(pieces))
