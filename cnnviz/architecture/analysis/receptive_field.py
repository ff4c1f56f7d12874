"""The pixels that one value of any layer depends on: what is drawn on the image when a unit is clicked."""

from cnnviz.architecture.analysis.dependencies import Part, Places, Values, before, clipped, is_empty, union
from cnnviz.architecture.analysis.graph import IMAGE, Node, inner_nodes, trace
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path, no_place
from cnnviz.errors import InvalidInput

Rectangle = tuple[int, int, int, int]
"""(top, left, bottom, right) in pixels; bottom and right are the first that no longer belong to it."""


def receptive_rectangle(
    architecture: Architecture, path: Path | str, row: int, column: int = 0, *, clip: bool = True
) -> Rectangle:
    """Return the rectangle of the image that one value depends on.

    Parameters
    ----------
    path
        Of a layer or block (its output; the last round of a repeated one), or a layer's name as in
        its report.
    row, column
        The place in the maps. In a vector, `row` is the number of the value and `column` 0.
    clip
        Leave out what lies beyond the border of any map on the way. Without, zeros of 'same'
        padding count as if there were an image: the rectangle may stick out of the image.

    Returns
    -------
    Rectangle
        Of no size where the value depends on no pixel, as between the strokes of a transposed
        convolution. Inside the field of a dilated window some pixels do not count. In a backbone the
        border may be one step of its maps off.

    Raises
    ------
    InvalidArchitecture
        The net is impossible, or has no such layer.
    InvalidInput
        The layer has no such place.
    """
    nodes, _ = trace(architecture)
    index = _target(architecture, nodes, path)
    shape = nodes[index].effect.signal.shape
    seen = _look_back(nodes, index, _unit(shape, row, column), image=architecture.input_shape, clip=clip)
    if seen is None:
        return (0, 0, 0, 0)
    rows, columns = seen.rows, seen.columns
    return (min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _target(architecture: Architecture, nodes: tuple[Node, ...], path: Path | str) -> int:
    if isinstance(path, str):
        found = [i for i, node in enumerate(nodes) if node.name == path or node.name.startswith(f"{path}.")]
    else:
        found = [i for i, node in enumerate(nodes) if node.path[: len(path)] == tuple(path)]
    if not found or not path:
        raise no_place(architecture, path)
    return found[-1]


def _unit(shape: Shape, row: int, column: int) -> Part:
    sides = shape[:2] if len(shape) == 3 else (shape[0], 1)
    if not (0 <= row < sides[0] and 0 <= column < sides[1]):
        raise InvalidInput(
            f"The layer has no value at row {row}, column {column}. Choose a row below {sides[0]} and a column "
            f"below {sides[1]}. Received: output={shape}."
        )
    return Places(frozenset({row}), frozenset({column})) if len(shape) == 3 else Values(row, row + 1)


def _look_back(nodes: tuple[Node, ...], index: int, unit: Part, *, image: Shape, clip: bool) -> Places | None:
    """Follow the part from node to node back to the image; where paths part, each is followed."""
    parts: dict[int, Part] = {index: unit}
    for position in range(index, IMAGE, -1):
        if position not in parts:
            continue
        node = nodes[position]
        for number, source in enumerate(node.inputs):
            part = _before(node, number, parts[position], clip=clip)
            shape = image if source == IMAGE else nodes[source].effect.signal.shape
            part = clipped(part, shape) if clip and part else part
            if part and not is_empty(part):
                parts[source] = union(parts[source], part) if source in parts else part
    return parts.get(IMAGE)


def _before(node: Node, number: int, part: Part, *, clip: bool) -> Part | None:
    if node.layer.kind != "backbone":
        return before(node, number, part)
    steps = inner_nodes(node.layer, node.before[0])
    return _look_back(steps, len(steps) - 1, part, image=node.before[0].shape, clip=clip)
