"""The pixels that one value of any layer depends on: what is drawn on the image when a unit is clicked.

The part of a layer's input that a part of its output depends on is followed from layer to layer back to the image.
Rows and columns are kept as sets, because a dilated window leaves places out: where such a window sticks out of the
maps, the outermost place that counts is not the one at the border.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cnnviz.architecture.analysis.graph import IMAGE, Node, inner_nodes, trace
from cnnviz.architecture.analysis.rules_convolution import upsampling_of, window_of
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path, no_place
from cnnviz.errors import InvalidInput

Rectangle = tuple[int, int, int, int]
"""(top, left, bottom, right) in pixels; bottom and right are the first that no longer belong to it."""

Ranges = tuple[tuple[int, int], ...]
"""(first, one past the last) row or column of the image, for each row or column of maps."""


@dataclass(frozen=True)
class MapRegion:
    """Region of maps: all places in these rows and columns."""

    rows: frozenset[int]
    columns: frozenset[int]


@dataclass(frozen=True)
class UnitRange:
    """Region of a vector: the values from `start` up to, without, `stop`."""

    start: int
    stop: int


Region = MapRegion | UnitRange


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
    if seen is None:
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
) -> MapRegion | None:
    """Follow the region from node to node back to the image; where paths region, each is followed."""
    regions: dict[int, Region] = {index: unit}
    for position in range(index, IMAGE, -1):
        if position not in regions:
            continue
        node = nodes[position]
        for number, source in enumerate(node.inputs):
            region = _region_before(node, number, regions[position], clip=clip)
            shape = image if source == IMAGE else nodes[source].effect.output.shape
            region = _clipped(region, shape) if clip and region else region
            if region and not _is_empty(region):
                regions[source] = _union(regions[source], region) if source in regions else region
    return regions.get(IMAGE)


def _region_before(node: Node, number: int, region: Region, *, clip: bool) -> Region | None:
    if node.layer.kind != "backbone":
        return STEPS_BACK[node.layer.kind](node, number, region)
    steps = inner_nodes(node.layer, node.input_tensors[0])
    return _input_dependencies(steps, len(steps) - 1, region, image=node.input_tensors[0].shape, clip=clip)


def _whole(shape: Shape) -> Region:
    """Return everything."""
    if len(shape) == 1:
        return UnitRange(0, shape[0])
    return MapRegion(frozenset(range(shape[0])), frozenset(range(shape[1])))


def _clipped(region: Region, shape: Shape) -> Region:
    """Leave out what lies beyond the border."""
    if isinstance(region, UnitRange):
        return UnitRange(max(region.start, 0), min(region.stop, shape[0]))
    rows, columns = region.rows, region.columns
    return MapRegion(rows.intersection(range(shape[0])), columns.intersection(range(shape[1])))


def _is_empty(region: Region) -> bool:
    """Whether nothing is left."""
    return region.start >= region.stop if isinstance(region, UnitRange) else not (region.rows and region.columns)


def _union(a: Region, b: Region) -> Region:
    """Return the smallest region that holds both."""
    if isinstance(a, UnitRange):
        return UnitRange(min(a.start, b.start), max(a.stop, b.stop))
    return MapRegion(a.rows | b.rows, a.columns | b.columns)


def _window(node: Node, number: int, region: MapRegion) -> MapRegion:  # noqa: ARG001 (every step takes the same three)
    window = window_of(node.layer)
    taps = range(0, window.span, window.dilation)

    def back(places: frozenset[int], side: int) -> frozenset[int]:
        pad = window.pads(side)[0]
        return frozenset(place * window.stride - pad + tap for place in places for tap in taps)

    height, width, _ = node.input_tensors[0].shape
    return MapRegion(back(region.rows, height), back(region.columns, width))


def _transposed(node: Node, number: int, region: MapRegion) -> MapRegion:  # noqa: ARG001
    # value i is spread over the places i * stride - crop + 0, 1 ... size - 1
    spread = upsampling_of(node.layer)

    def back(places: frozenset[int]) -> frozenset[int]:
        shifted = (place + spread.crop() - tap for place in places for tap in range(spread.size))
        return frozenset(place // spread.stride for place in shifted if place % spread.stride == 0)

    return MapRegion(back(region.rows), back(region.columns))


def _flatten(node: Node, number: int, region: UnitRange) -> Region:  # noqa: ARG001
    shape = node.input_tensors[0].shape
    if len(shape) == 1:
        return region
    _, width, channels = shape
    first, last = region.start // channels, (region.stop - 1) // channels  # places, row by row
    rows = range(first // width, last // width + 1)
    columns = range(first % width, last % width + 1) if len(rows) == 1 else range(width)
    return MapRegion(frozenset(rows), frozenset(columns))


def _everything(node: Node, number: int, region: Region) -> Region:  # noqa: ARG001
    return _whole(node.input_tensors[0].shape)


def _concat(node: Node, number: int, region: Region) -> Region:
    if isinstance(region, MapRegion):
        return region
    offset = sum(tensor.shape[0] for tensor in node.input_tensors[:number])
    return _clipped(UnitRange(region.start - offset, region.stop - offset), node.input_tensors[number].shape)


def _value_by_value(node: Node, number: int, region: Region) -> Region:  # noqa: ARG001
    return region


def _normalised(node: Node, number: int, region: Region) -> Region:
    """Over the channels of each place, which in a vector are all values."""
    return _everything(node, number, region) if isinstance(region, UnitRange) else region


def _activation(node: Node, number: int, region: Region) -> Region:
    step = _normalised if node.layer.function == "softmax" else _value_by_value
    return step(node, number, region)


STEPS_BACK: dict[str, Callable[[Node, int, Region], Region]] = {
    "conv": _window,
    "depthwise_conv": _window,
    "separable_conv": _window,
    "transposed_conv": _transposed,
    "max_pool": _window,
    "avg_pool": _window,
    "batch_norm": _value_by_value,
    "layer_norm": _normalised,
    "activation": _activation,
    "dropout": _value_by_value,
    "spatial_dropout": _value_by_value,
    "flatten": _flatten,
    "global_avg_pool": _everything,
    "global_max_pool": _everything,
    "dense": _everything,
    "add": _value_by_value,
    "concat": _concat,
}
"""Kind -> what a region of its output depends on in its input of that number; a backbone is taken apart."""
