"""Maps in a row, and back: the file's order of the values against ours, which is (height, width, channels)."""

from math import prod

import numpy as np

from cnnviz.architecture.spec.arithmetic import Reshape
from cnnviz.architecture.spec.layers import Conv, Flatten
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import ForeignNet, Value
from cnnviz.models.foreign.windows import spec

Names = tuple[str, str]
REORDERED = "Channels in another order, as a 1 × 1 convolution."
"""The note of a step that does only that."""


def reshape(net: ForeignNet, names: Names, value: Value, wanted: tuple[int, ...], *, prefers_first: bool) -> Value:
    """Add what a file does when it gives the same values another shape.

    Parameters
    ----------
    names : tuple of str
        Name of the step and its operation.
    wanted : tuple of int
        The file's shape without the batch axis; one side may be -1.
    prefers_first : bool
        Where both may be meant, the first axis of maps is that of their channels.

    Raises
    ------
    NotShown
        It mixes the values as no layer of ours does, or has neither one nor three axes.
    """
    shape = value.shape or ()
    wanted = _without_gap(wanted, prod(shape))
    row = _in_file_order(value)
    if len(wanted) == 1:
        order = None if np.array_equal(row, np.arange(row.size)) else np.argsort(row)
        if len(shape) == 1:
            return net.passes(*names, value)
        return net.ordered(net.add(*names, [value], Flatten()), order)
    if len(wanted) == 2:
        wanted = (*wanted, 1)  # grey pictures without an axis of channels
    if len(wanted) != 3:
        raise NotShown(f"It gives its values {len(wanted)} axes, but maps have three.")
    for is_first in _layouts(wanted, prefers_first=prefers_first):
        ours = np.moveaxis(row.reshape(wanted), 0, -1) if is_first else row.reshape(wanted)
        if np.array_equal(ours.ravel(), np.arange(row.size)):
            if ours.shape == shape:
                return net.passes(*names, value, is_first=is_first)
            added = net.add(*names, [value], spec(Reshape, shape=ours.shape))
            return Value(added.step, added.shape, is_first)
    raise NotShown("It puts values next to each other that belong to different maps and places.")


def transpose(net: ForeignNet, names: Names, value: Value, axes: tuple[int, ...]) -> Value:
    """Add what a file does when it changes the order of the axes (without that of the batch, counted from 0)."""
    if axes == tuple(range(len(axes))):
        return net.passes(*names, value)
    height, width, channels = value.maps
    back = (1, 2, 0) if value.is_first else (2, 0, 1)
    moved = tuple(value.in_file[axis] for axis in axes)
    if axes == back or 1 in (channels, height * width):
        return reshape_as_moved(net, names, value, moved, axes == back)
    raise NotShown("It swaps height and width, or one of them with the channels.")


def reshape_as_moved(net: ForeignNet, names: Names, value: Value, moved: tuple[int, ...], is_back: bool) -> Value:
    """Note axes that were moved: as the channels' alone, or where all but one have a single place."""
    if is_back:
        return net.passes(*names, value, is_first=not value.is_first)
    return reshape(net, names, value, moved, prefers_first=value.is_first)


def reorder_channels(net: ForeignNet, names: Names, value: Value, places: np.ndarray) -> Value:
    """Add what puts channels into another order: a 1 x 1 convolution with a single one in each kernel."""
    channels = value.maps[2]
    places = np.where(places < 0, places + channels, places)
    if places.ndim != 1 or sorted(places.tolist()) != list(range(channels)):
        raise NotShown("It leaves out channels, or takes some twice.")
    kernel = np.eye(channels, dtype=np.float32)[:, places].reshape(1, 1, channels, channels)
    layer = spec(Conv, filters=channels, kernel=1, bias=False)
    return net.add(*names, [value], layer, {"kernel": kernel}, note=REORDERED)


def in_our_order(values: np.ndarray, value: Value, axis: int = 0) -> np.ndarray:
    """Weights of a vector's values, (units,) or (units, ...), in the order of ours."""
    return values if value.order is None else np.take(values, value.order, axis=axis)


def joined_order(values: list[Value]) -> np.ndarray | None:
    """The order of vectors that are put one after the other."""
    if all(value.order is None for value in values):
        return None
    parts, before = [], 0
    for value in values:
        length = prod(value.shape or ())
        parts.append((np.arange(length) if value.order is None else value.order) + before)
        before += length
    return np.concatenate(parts)


def _in_file_order(value: Value) -> np.ndarray:
    """Places of our values, in the order in which they lie in the file."""
    shape = value.shape or ()
    places = np.arange(prod(shape)).reshape(shape)
    if len(shape) == 3:
        return (np.moveaxis(places, -1, 0) if value.is_first else places).ravel()
    return places if value.order is None else np.argsort(value.order)


def _without_gap(wanted: tuple[int, ...], size: int) -> tuple[int, ...]:
    known = prod(side for side in wanted if side != -1)
    if wanted.count(-1) == 1 and known > 0:
        wanted = tuple(size // known if side == -1 else side for side in wanted)
    if min(wanted, default=0) < 1 or prod(wanted) != size:
        raise NotShown(f"It cannot make {wanted} of {size:,} values.")
    return wanted


def _layouts(wanted: tuple[int, ...], *, prefers_first: bool) -> tuple[bool, bool]:
    if prefers_first and wanted[:2] == (1, 1) and wanted[2] > 1:
        return False, True
    return prefers_first, not prefers_first
