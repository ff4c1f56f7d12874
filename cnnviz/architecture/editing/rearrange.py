"""Other places for a layer: beside another one, or a place earlier or later, also out of the block that it is in."""

from collections.abc import Sequence

from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.repair import explain
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.spec import Architecture, Branches, Layer, layer_lists
from cnnviz.architecture.spec.paths import Path, layer_at
from cnnviz.errors import InvalidArchitecture


def rearranged(architecture: Architecture, path: Path, to: Path) -> Architecture:
    """Move the layer at `path` to `to`, a position counted without it, if the net stays possible.

    Raises
    ------
    InvalidArchitecture
        There is no such layer or place, a block would go into itself, or a net that is possible would no longer be.
    """
    layer_at(architecture, path)
    moved = architecture if to == path else edit.move(architecture, path, to)
    problem = explain(moved)
    if problem is None or explain(architecture) is not None:
        return moved
    title = path_titles(architecture.layers)[path]
    raise InvalidArchitecture(f"{title} cannot stand there. {problem.problem}", layer=path)


def place_beside(path: Path, beside: Path, *, after: bool) -> Path:
    """Return where a layer goes that is to stand right before, or `after`, another one; counted without the layer.

    Raises InvalidArchitecture for a place in the layer itself.
    """
    if beside == path:
        return path
    if beside[: len(path)] == path:
        raise InvalidArchitecture("A block cannot be moved into itself. Choose a place outside of it.", layer=path)
    to = (*beside[:-1], beside[-1] + 1) if after else beside
    place = len(path) - 1
    # what stands behind it in its list moves up by one
    if to[:place] == path[:-1] and len(to) > place and to[place] > path[-1]:
        to = (*to[:place], to[place] - 1, *to[place + 1 :])
    return to


def place_before(architecture: Architecture, path: Path) -> Path | None:
    """Return the place one earlier; of the first layer of a block that before the block. None for the first of all."""
    return (*path[:-1], path[-1] - 1) if path[-1] else _block_of(architecture, path)


def place_after(architecture: Architecture, path: Path) -> Path | None:
    """Return the place one later; of the last layer of a block that after the block. None for the last of all."""
    if path[-1] + 1 < len(_list_around(architecture, path)):
        return (*path[:-1], path[-1] + 1)
    block = _block_of(architecture, path)
    return (*block[:-1], block[-1] + 1) if block else None


def _block_of(architecture: Architecture, path: Path) -> Path | None:
    """The path of the block that a layer stands in; None for the outermost list."""
    for end in (len(path) - 1, len(path) - 2):
        if end > 0 and _is_block(architecture, path[:end]):
            return path[:end]
    return None


def _list_around(architecture: Architecture, path: Path) -> Sequence[Layer]:
    """The layers of the list that a layer stands in."""
    block = _block_of(architecture, path)
    if block is None:
        return architecture.layers
    layer = layer_at(architecture, block)
    return layer.branches[path[-2]] if isinstance(layer, Branches) else layer_lists(layer)[0]


def _is_block(architecture: Architecture, path: Path) -> bool:
    try:
        return bool(layer_lists(layer_at(architecture, path)))
    except InvalidArchitecture:
        return False
