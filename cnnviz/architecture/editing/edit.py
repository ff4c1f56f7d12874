"""Edits of a net's list of layers: each takes a net and a path and returns another net.

An edit raises only for what is no net at all (a place that does not exist, an empty block, too many layers). Whether
the layers fit each other is what `analysis.analyze` checks.
"""

from collections.abc import Callable, Sequence

from cnnviz.architecture.spec import Architecture, Branches, Layer, Repeat, Residual, layer_from_fields, layer_lists
from cnnviz.architecture.spec.paths import Path, layer_at, no_place
from cnnviz.errors import InvalidArchitecture

Change = Callable[[tuple[Layer, ...], int], tuple[Layer, ...]]


def add(architecture: Architecture, path: Path, layer: Layer) -> Architecture:
    """Insert a layer at `path`; one past the end of a list appends.

    Raises
    ------
    InvalidArchitecture
        There is no such place, or the net becomes too large.
    """
    return _changed(architecture, path, lambda layers, index: (*layers[:index], layer, *layers[index:]), beyond=1)


def duplicate(architecture: Architecture, path: Path) -> Architecture:
    """Insert a copy after the layer at `path`, without its given name, since names are unique.

    Raises InvalidArchitecture as `add` does.
    """
    copy = layer_at(architecture, path).model_copy(update={"name": None})
    return add(architecture, (*path[:-1], path[-1] + 1), copy)


def remove(architecture: Architecture, path: Path) -> Architecture:
    """Remove the layer at `path`.

    Raises
    ------
    InvalidArchitecture
        There is no such layer, or it is the last one of the net or of its block (a branch may be empty).
    """
    siblings = _list_at(architecture, path[:-1])
    if len(siblings) == 1 and not _is_branch(architecture, path[:-1]):
        what = "its block" if len(path) > 1 else "the net"
        way_out = "Remove the block" if len(path) > 1 else "Add another layer first, or replace this one"
        raise InvalidArchitecture(
            f"The only layer of {what} cannot be removed: expected at least one.",
            f"{way_out}. Received: {siblings[0].kind}.",
            layer=tuple(path),
        )
    return _changed(architecture, path, lambda layers, index: (*layers[:index], *layers[index + 1 :]))


def move(architecture: Architecture, path: Path, to: Path) -> Architecture:
    """Move the layer at `path` to `to`, a position counted without it.

    In its own list `to` is thus the place that the layer has afterwards.

    Raises
    ------
    InvalidArchitecture
        There is no such layer or place, or it is the only layer of the net or of its block.
    """
    layer = layer_at(architecture, path)
    return add(remove(architecture, path), to, layer)


def replace(architecture: Architecture, path: Path, layer: Layer) -> Architecture:
    """Replace the layer at `path` by another.

    Raises InvalidArchitecture as `add` does.
    """
    return _changed(architecture, path, lambda layers, index: (*layers[:index], layer, *layers[index + 1 :]))


def with_settings(architecture: Architecture, path: Path, **settings: object) -> Architecture:
    """Change settings of the layer at `path`, such as `filters=32`.

    Raises InvalidArchitecture for a setting that the layer does not have or that is out of its range.
    """
    changed = layer_from_fields({**layer_at(architecture, path).model_dump(), **settings})
    return replace(architecture, path, changed)


def with_input(architecture: Architecture, input_shape: Sequence[int]) -> Architecture:
    """Change the input shape, (height, width, channels).

    Raises InvalidArchitecture for a shape out of its range.
    """
    return _checked(architecture, architecture.layers, input_shape=tuple(input_shape))


def _changed(architecture: Architecture, path: Path, change: Change, *, beyond: int = 0) -> Architecture:
    siblings = _list_at(architecture, path[:-1])
    if not path or not 0 <= path[-1] < len(siblings) + beyond:
        raise no_place(architecture, path)
    return _checked(architecture, _inside(architecture.layers, path, change))


def _inside(layers: tuple[Layer, ...], path: Path, change: Change) -> tuple[Layer, ...]:
    """Apply the change to the list that `path` leads into, and to the blocks around it."""
    if len(path) == 1:
        return change(layers, path[0])
    block, rest = layers[path[0]], path[1:]
    if isinstance(block, Branches):
        number, rest = rest[0], rest[1:]
        branches = list(block.branches)
        branches[number] = _inside(branches[number], rest, change)
        block = block.model_copy(update={"branches": tuple(branches)})
    elif isinstance(block, Residual | Repeat):
        block = block.model_copy(update={"layers": _inside(block.layers, rest, change)})
    return (*layers[: path[0]], block, *layers[path[0] + 1 :])


def _list_at(architecture: Architecture, path: Path) -> tuple[Layer, ...]:
    """Return the list of layers that the path of a block, or of one of its branches, leads to."""
    if not path:
        return architecture.layers
    if _is_branch(architecture, path):
        return layer_lists(layer_at(architecture, path[:-1]))[path[-1]]
    lists = layer_lists(layer_at(architecture, path))
    if len(lists) != 1:
        raise no_place(architecture, path)
    return lists[0]


def _is_branch(architecture: Architecture, path: Path) -> bool:
    """Tell whether the path leads to a branch: one position past a `branches` block."""
    if len(path) < 2:
        return False
    try:
        block = layer_at(architecture, path[:-1])
    except InvalidArchitecture:
        return False
    return isinstance(block, Branches) and 0 <= path[-1] < len(block.branches)


def _checked(
    architecture: Architecture, layers: tuple[Layer, ...], *, input_shape: tuple[int, ...] | None = None
) -> Architecture:
    shape = architecture.input_shape if input_shape is None else input_shape
    # through plain values, because pydantic checks no ranges on copies
    return Architecture.from_fields(
        {
            "name": architecture.name,
            "input_shape": shape,
            "layers": [layer.model_dump() for layer in layers],
            "scaling": architecture.scaling.fitted(shape[-1] if shape else 0),
        }
    )
