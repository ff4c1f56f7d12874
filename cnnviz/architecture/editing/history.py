"""The edits that led to a net, for undo and redo, each described in words: "filters of Convolution 1: 16 → 32"."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import Any

from cnnviz.architecture.editing.diff import align, settings
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Layer
from cnnviz.architecture.spec.naming import path_names
from cnnviz.architecture.spec.paths import Path, walk
from cnnviz.errors import InvalidInput
from cnnviz.text.units import shape_text

MAX_MOVES = 200
"""Older moves are forgotten."""

MAX_SENTENCES = 3


@dataclass(frozen=True)
class Move:
    """What was done, in words, and the net after it."""

    words: str
    architecture: Architecture


@dataclass(frozen=True)
class History:
    """All moves, first to last, and the position of the one whose net is the present one."""

    moves: tuple[Move, ...]
    position: int

    @classmethod
    def start(cls, architecture: Architecture, *, words: str = "") -> "History":
        """Return a history of one net; its words are "Started with" and its name unless given."""
        return cls((Move(words or f"Started with {architecture.name}", architecture),), 0)

    @property
    def present(self) -> Architecture:
        """The net as it is now."""
        return self.moves[self.position].architecture

    @property
    def words(self) -> tuple[str, ...]:
        """What was done, first to last, moves that were undone included."""
        return tuple(move.words for move in self.moves)

    @property
    def can_undo(self) -> bool:
        """Whether there is a move to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a move was taken back."""
        return self.position < len(self.moves) - 1

    def push(self, architecture: Architecture, *, words: str = "") -> "History":
        """Append a net after the present one; moves that were undone are dropped, and the same net again is no move."""
        if architecture == self.present:
            return self
        move = Move(words or describe(self.present, architecture), architecture)
        moves = (*self.moves[: self.position + 1], move)[-MAX_MOVES:]
        return History(moves, len(moves) - 1)

    def go_to(self, position: int) -> "History":
        """Return the history at another position (0 is the first net); raises InvalidInput if there is no such move."""
        if not 0 <= position < len(self.moves):
            raise InvalidInput(
                f"There is no move to go to: the history has {len(self.moves)}. Make a move first, or choose one of "
                f"them. Received: move {position + 1}."
            )
        return replaced(self, position=position)


@dataclass(frozen=True)
class _Item:
    path: Path
    title: str
    name: str
    layer: Layer


def describe(before: Architecture, after: Architecture) -> str:
    """Return what changed from `before` to `after` in words; "" for nothing. Impossible nets are described as well."""
    sentences = [*_of_the_net(before, after), *_of_the_layers(before, after)]
    more = len(sentences) - MAX_SENTENCES
    shown = "; ".join(sentences[:MAX_SENTENCES])
    return f"{shown}; and {more} more" if more > 0 else shown


def _of_the_net(before: Architecture, after: Architecture) -> Iterable[str]:
    if before.input_shape != after.input_shape:
        old, new = (shape_text(net.input_shape) for net in (before, after))
        yield f"Input: {old} → {new}"
    if before.name != after.name:
        yield f"Called the net {after.name}"


def _of_the_layers(before: Architecture, after: Architecture) -> Iterable[str]:
    old, new = _items(before), _items(after)
    pairs = align([item.layer for item in old], [item.layer for item in new])
    removed = [old[i] for i, j in pairs if i is not None and j is None]
    added = [new[j] for i, j in pairs if i is None and j is not None]
    yield from _moved_or_replaced(removed, added)
    yield from (f"Removed {item.title}" for item in _outermost(removed))
    yield from (f"Added {item.title}" for item in _outermost(added))
    for i, j in pairs:
        if i is not None and j is not None:
            yield from _changed(old[i], new[j])


def _items(architecture: Architecture) -> list[_Item]:
    titles, names = path_titles(architecture.layers), path_names(architecture)
    return [_Item(path, titles[path], names[path], layer) for path, layer in walk(architecture.layers)]


def _moved_or_replaced(removed: list[_Item], added: list[_Item]) -> Iterable[str]:
    """Take out of both lists what belongs together: the same layer elsewhere, another layer at the same place."""
    gone, new = _outermost(removed), _outermost(added)
    if len(gone) != 1 or len(new) != 1:
        return
    (old,), (fresh,) = gone, new
    if old.layer == fresh.layer:
        yield f"Moved {fresh.title}"
    elif old.path == fresh.path:
        yield f"Replaced {old.title} by {fresh.title}"
    else:
        return
    removed.clear()
    added.clear()


def _outermost(items: list[_Item]) -> list[_Item]:
    """Leave out what came or went with the block around it."""
    paths = {item.path for item in items}
    return [item for item in items if not any(item.path[:end] in paths for end in range(1, len(item.path)))]


def _changed(old: _Item, new: _Item) -> Iterable[str]:
    if old.layer.name != new.layer.name:
        yield f"Called {old.title} {new.name}"
    before = settings(old.layer)
    for key, value in settings(new.layer).items():
        if before[key] != value:
            yield f"{key} of {new.title}: {_shown(before[key])} → {_shown(value)}"


def _shown(value: Any) -> str:
    return "as set by size" if value is None else str(value)
