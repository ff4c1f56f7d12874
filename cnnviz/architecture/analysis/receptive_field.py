"""The pixels that one value of any layer depends on: what is drawn on the image when a unit is clicked.

The part of a layer's input that a part of its output depends on is followed from layer to layer back to the image.
"""

from functools import lru_cache

from cnnviz.architecture.analysis.graph import IMAGE, Node, inner_nodes, trace
from cnnviz.architecture.analysis.input_regions import STEPS_BACK, MapRegion, Region, UnitRange
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import Backbone
from cnnviz.architecture.spec.paths import Path, no_place
from cnnviz.errors import InvalidInput

Rectangle = tuple[int, int, int, int]
"""(top, left, bottom, right) in pixels; bottom and right are the first that no longer belong to it."""

Ranges = tuple[tuple[int, int], ...]
"""(first, one past the last) row or column of the image, for each row or column of maps."""


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
        Leave out what lies beyond the border of any map on the way; else the rectangle may stick out of the image.

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
    shape = nodes[index].effect.output.shape
    seen = _input_dependencies(nodes, index, _unit(shape, row, column), image=architecture.input_shape, clip=clip)
    if not isinstance(seen, MapRegion):  # nothing: a region of the image is one of maps
        return (0, 0, 0, 0)
    rows, columns = seen.rows, seen.columns
    return (min(rows), min(columns), max(rows) + 1, max(columns) + 1)


@lru_cache(200)
def receptive_ranges(architecture: Architecture, path: Path, unit: int | None = None) -> tuple[Ranges, Ranges]:
    """Return what all rows and all columns of a layer's maps depend on; they do not depend on each other.

    A vector has one place, that of its value number `unit`. Raises as `receptive_rectangle` does.
    """
    if unit is not None:
        top, left, bottom, right = receptive_rectangle(architecture, path, unit)
        return ((top, bottom),), ((left, right),)
    nodes, _ = trace(architecture)
    height, width, _ = nodes[_target(architecture, nodes, path)].effect.output.shape
    rows = [receptive_rectangle(architecture, path, row, 0) for row in range(height)]
    columns = [receptive_rectangle(architecture, path, 0, column) for column in range(width)]
    return tuple((top, bottom) for top, _, bottom, _ in rows), tuple((left, right) for _, left, _, right in columns)


def _target(architecture: Architecture, nodes: tuple[Node, ...], path: Path | str) -> int:
    if isinstance(path, str):
        found = [i for i, node in enumerate(nodes) if node.name == path or node.name.startswith(f"{path}.")]
    else:
        found = [i for i, node in enumerate(nodes) if node.path[: len(path)] == tuple(path)]
    if not found or not path:
        raise no_place(architecture, path)
    return found[-1]


def _unit(shape: Shape, row: int, column: int) -> Region:
    sides = shape[:2] if len(shape) == 3 else (shape[0], 1)
    if not (0 <= row < sides[0] and 0 <= column < sides[1]):
        raise InvalidInput(
            f"The layer has no value at row {row}, column {column}. Choose a row below {sides[0]} and a column "
            f"below {sides[1]}. Received: output={shape}."
        )
    return MapRegion(frozenset({row}), frozenset({column})) if len(shape) == 3 else UnitRange(row, row + 1)


def _input_dependencies(
    nodes: tuple[Node, ...], index: int, unit: Region, *, image: Shape, clip: bool
) -> Region | None:
    """Follow the region from node to node back to the image; where paths meet, each is followed."""
    regions: dict[int, Region] = {index: unit}
    for position in range(index, IMAGE, -1):
        if position not in regions:
            continue
        node = nodes[position]
        for number, source in enumerate(node.inputs):
            region = _region_before(node, number, regions[position], clip=clip)
            shape = image if source == IMAGE else nodes[source].effect.output.shape
            region = region.clipped(shape) if clip and region else region
            if region and not region.is_empty:
                regions[source] = region.union(regions[source]) if source in regions else region
    return regions.get(IMAGE)


def _region_before(node: Node, number: int, region: Region, *, clip: bool) -> Region | None:
    shapes = tuple(tensor.shape for tensor in node.input_tensors)
    if not isinstance(node.layer, Backbone):
        return STEPS_BACK[node.layer.kind](node.layer, region, shapes, number)
    steps = inner_nodes(node.layer, node.input_tensors[0])
    return _input_dependencies(steps, len(steps) - 1, region, image=shapes[0], clip=clip)
