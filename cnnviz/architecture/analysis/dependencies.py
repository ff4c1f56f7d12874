"""One step back: which part of a layer's input a part of its output depends on.

Rows and columns are kept as sets, because a dilated window leaves places out: where such a window
sticks out of the maps, the outermost place that counts is not the one at the border.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cnnviz.architecture.analysis.graph import Node
from cnnviz.architecture.analysis.rules_convolution import upsampling_of, window_of
from cnnviz.architecture.analysis.tensors import Shape


@dataclass(frozen=True)
class Places:
    """Part of maps: all places in these rows and columns."""

    rows: frozenset[int]
    columns: frozenset[int]


@dataclass(frozen=True)
class Values:
    """Part of a vector: the values from `start` up to, without, `stop`."""

    start: int
    stop: int


Part = Places | Values


def before(node: Node, number: int, part: Part) -> Part:
    """Return what that part of the node's output depends on in its input of that number."""
    kind = node.layer.kind
    if kind in _STEPS:
        return _STEPS[kind](node, number, part)
    function = getattr(node.layer, "function", "")
    mixes_all = isinstance(part, Values) and (function == "softmax" or kind == "layer_norm")
    return whole(node.before[0].shape) if mixes_all else part


def whole(shape: Shape) -> Part:
    """Return everything."""
    if len(shape) == 1:
        return Values(0, shape[0])
    return Places(frozenset(range(shape[0])), frozenset(range(shape[1])))


def clipped(part: Part, shape: Shape) -> Part:
    """Leave out what lies beyond the border."""
    if isinstance(part, Values):
        return Values(max(part.start, 0), min(part.stop, shape[0]))
    rows, columns = part.rows, part.columns
    return Places(rows.intersection(range(shape[0])), columns.intersection(range(shape[1])))


def is_empty(part: Part) -> bool:
    """Whether nothing is left."""
    return part.start >= part.stop if isinstance(part, Values) else not (part.rows and part.columns)


def union(a: Part, b: Part) -> Part:
    """Return the smallest part that holds both."""
    if isinstance(a, Values):
        return Values(min(a.start, b.start), max(a.stop, b.stop))
    return Places(a.rows | b.rows, a.columns | b.columns)


def _window(node: Node, number: int, part: Places) -> Places:  # noqa: ARG001 (every step takes the same three)
    window = window_of(node.layer)
    taps = range(0, window.span, window.dilation)

    def back(places: frozenset[int], side: int) -> frozenset[int]:
        pad = window.pads(side)[0]
        return frozenset(place * window.stride - pad + tap for place in places for tap in taps)

    height, width, _ = node.before[0].shape
    return Places(back(part.rows, height), back(part.columns, width))


def _transposed(node: Node, number: int, part: Places) -> Places:  # noqa: ARG001
    # value i is spread over the places i * stride - crop + 0, 1 ... size - 1
    spread = upsampling_of(node.layer)

    def back(places: frozenset[int]) -> frozenset[int]:
        shifted = (place + spread.crop() - tap for place in places for tap in range(spread.size))
        return frozenset(place // spread.stride for place in shifted if place % spread.stride == 0)

    return Places(back(part.rows), back(part.columns))


def _flatten(node: Node, number: int, part: Values) -> Part:  # noqa: ARG001
    shape = node.before[0].shape
    if len(shape) == 1:
        return part
    _, width, channels = shape
    first, last = part.start // channels, (part.stop - 1) // channels  # places, row by row
    rows = range(first // width, last // width + 1)
    columns = range(first % width, last % width + 1) if len(rows) == 1 else range(width)
    return Places(frozenset(rows), frozenset(columns))


def _everything(node: Node, number: int, part: Part) -> Part:  # noqa: ARG001
    return whole(node.before[0].shape)


def _concat(node: Node, number: int, part: Part) -> Part:
    if isinstance(part, Places):
        return part
    offset = sum(signal.shape[0] for signal in node.before[:number])
    return clipped(Values(part.start - offset, part.stop - offset), node.before[number].shape)


_STEPS: dict[str, Callable[[Node, int, Part], Part]] = {
    "conv": _window,
    "depthwise_conv": _window,
    "separable_conv": _window,
    "max_pool": _window,
    "avg_pool": _window,
    "transposed_conv": _transposed,
    "flatten": _flatten,
    "global_avg_pool": _everything,
    "global_max_pool": _everything,
    "dense": _everything,
    "concat": _concat,
}
