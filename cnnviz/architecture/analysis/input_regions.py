"""What a region of a layer's output depends on in its input: a step back for each kind of layer, and one table of them.

Rows and columns are kept as sets, because a dilated window leaves places out: where such a window sticks out of the
maps, the outermost place that counts is not the one at the border.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from cnnviz.architecture.analysis.rules_convolution import Sliding, upsampling_of, window_of
from cnnviz.architecture.analysis.tensors import Shape
from cnnviz.architecture.spec.arithmetic import Cropping, Reshape, UpSampling, ZeroPadding
from cnnviz.architecture.spec.layers import ActivationLayer, LayerSpec, TransposedConv

Shapes = tuple[Shape, ...]


@dataclass(frozen=True)
class MapRegion:
    """Region of maps: all places in these rows and columns."""

    rows: frozenset[int]
    columns: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Whether there is no place in it."""
        return not (self.rows and self.columns)

    def clipped(self, shape: Shape) -> "MapRegion":
        """Leave out what lies beyond the border of maps of this shape."""
        return MapRegion(self.rows.intersection(range(shape[0])), self.columns.intersection(range(shape[1])))

    def union(self, other: "Region") -> "MapRegion":
        """Return the smallest region that holds both; `other` is a region of the same maps."""
        assert isinstance(other, MapRegion)
        return MapRegion(self.rows | other.rows, self.columns | other.columns)


@dataclass(frozen=True)
class UnitRange:
    """Region of a vector: the values from `start` up to, without, `stop`."""

    start: int
    stop: int

    @property
    def is_empty(self) -> bool:
        """Whether there is no value in it."""
        return self.start >= self.stop

    def clipped(self, shape: Shape) -> "UnitRange":
        """Leave out what lies beyond the ends of a vector of this shape."""
        return UnitRange(max(self.start, 0), min(self.stop, shape[0]))

    def union(self, other: "Region") -> "UnitRange":
        """Return the smallest range that holds both; `other` is a range of the same vector."""
        assert isinstance(other, UnitRange)
        return UnitRange(min(self.start, other.start), max(self.stop, other.stop))


Region = MapRegion | UnitRange

StepBack = Callable[[Any, Any, Shapes, int], Region]
"""A layer of the step's kind, a region of its output, the shapes of its inputs, the number of one -> a region of that.

A kind that puts out maps is given a `MapRegion`, one that puts out a vector a `UnitRange`.
"""


def _window(layer: Sliding, region: MapRegion, shapes: Shapes, number: int) -> MapRegion:
    window = window_of(layer)
    taps = range(0, window.span, window.dilation)

    def back(places: frozenset[int], side: int) -> frozenset[int]:
        pad = window.pads(side)[0]
        return frozenset(place * window.stride - pad + tap for place in places for tap in taps)

    height, width, _ = shapes[number]
    return MapRegion(back(region.rows, height), back(region.columns, width))


def _transposed(layer: TransposedConv, region: MapRegion, shapes: Shapes, number: int) -> MapRegion:  # noqa: ARG001
    # value i is spread over the places i * stride - crop + 0, 1 ... size - 1
    spread = upsampling_of(layer)

    def back(places: frozenset[int]) -> frozenset[int]:
        shifted = (place + spread.crop() - tap for place in places for tap in range(spread.size))
        return frozenset(place // spread.stride for place in shifted if place % spread.stride == 0)

    return MapRegion(back(region.rows), back(region.columns))


def _border(layer: ZeroPadding | Cropping, region: MapRegion, shapes: Shapes, number: int) -> MapRegion:  # noqa: ARG001
    sign = -1 if layer.kind == "zero_padding" else 1
    rows = frozenset(row + sign * layer.top for row in region.rows)
    return MapRegion(rows, frozenset(column + sign * layer.left for column in region.columns))


def _up_sampling(layer: UpSampling, region: MapRegion, shapes: Shapes, number: int) -> MapRegion:
    def back(places: frozenset[int], side: int) -> frozenset[int]:
        if layer.interpolation == "nearest":
            return frozenset(place // layer.size for place in places)
        # between the two values whose middles lie around that of the place; at the border one of them twice
        middles = (Fraction(2 * place + 1, 2 * layer.size) - Fraction(1, 2) for place in places)
        around = (value for middle in middles for value in (floor(middle), ceil(middle)))
        return frozenset(min(max(value, 0), side - 1) for value in around)

    height, width, _ = shapes[number]
    return MapRegion(back(region.rows, height), back(region.columns, width))


def _reshape(layer: Reshape, region: Region, shapes: Shapes, number: int) -> Region:
    if not isinstance(region, MapRegion):
        return _flatten(layer, region, shapes, number)
    if layer.shape == shapes[number]:
        return region
    _, width, channels = layer.shape
    first, last = min(region.rows) * width + min(region.columns), max(region.rows) * width + max(region.columns)
    return _flatten(layer, UnitRange(first * channels, (last + 1) * channels), shapes, number)


def _flatten(layer: LayerSpec, region: UnitRange, shapes: Shapes, number: int) -> Region:  # noqa: ARG001
    shape = shapes[number]
    if len(shape) == 1:
        return region
    _, width, channels = shape
    first, last = region.start // channels, (region.stop - 1) // channels  # places, row by row
    rows = range(first // width, last // width + 1)
    columns = range(first % width, last % width + 1) if len(rows) == 1 else range(width)
    return MapRegion(frozenset(rows), frozenset(columns))


def _everything(layer: LayerSpec, region: Region, shapes: Shapes, number: int) -> Region:  # noqa: ARG001
    shape = shapes[number]
    if len(shape) == 1:
        return UnitRange(0, shape[0])
    return MapRegion(frozenset(range(shape[0])), frozenset(range(shape[1])))


def _concat(layer: LayerSpec, region: Region, shapes: Shapes, number: int) -> Region:  # noqa: ARG001
    if isinstance(region, MapRegion):
        return region
    offset = sum(shape[0] for shape in shapes[:number])
    return UnitRange(region.start - offset, region.stop - offset).clipped(shapes[number])


def _value_by_value(layer: LayerSpec, region: Region, shapes: Shapes, number: int) -> Region:  # noqa: ARG001
    return region


def _merged(layer: LayerSpec, region: Region, shapes: Shapes, number: int) -> Region:
    """The same place, but the only one of maps that are taken at every place."""
    is_single = isinstance(region, MapRegion) and shapes[number][:2] == (1, 1)
    return _everything(layer, region, shapes, number) if is_single else region


def _normalised(layer: LayerSpec, region: Region, shapes: Shapes, number: int) -> Region:
    """Over the channels of each place, which in a vector are all values."""
    return _everything(layer, region, shapes, number) if isinstance(region, UnitRange) else region


def _activation(layer: ActivationLayer, region: Region, shapes: Shapes, number: int) -> Region:
    step = _normalised if layer.function == "softmax" else _value_by_value
    return step(layer, region, shapes, number)


STEPS_BACK: dict[str, StepBack] = {
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
    "zero_padding": _border,
    "cropping": _border,
    "up_sampling": _up_sampling,
    "scaling": _value_by_value,
    "prelu": _value_by_value,
    "clip": _value_by_value,
    "reshape": _reshape,
    "add": _merged,
    "multiply": _merged,
    "average": _merged,
    "maximum": _merged,
    "concat": _concat,
}
"""Kind -> its step back; a backbone is taken apart."""
