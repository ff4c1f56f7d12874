"""Operations of ONNX without kernels -> steps of ours: activations, shapes, borders."""

from collections.abc import Callable
from math import isclose, prod
from typing import Any

import numpy as np

from cnnviz.architecture.spec.arithmetic import Clip, Cropping, PReLU, Scaling, UpSampling
from cnnviz.architecture.spec.layers import ActivationLayer
from cnnviz.models.foreign.layouts import in_our_order, reshape, transpose
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.outputs import LOGARITHMS
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import bordered, spec
from cnnviz.models.import_onnx.arithmetic import of_channels
from cnnviz.models.import_onnx.folding import axes_of
from cnnviz.models.import_onnx.reading import Reading

Read = Callable[[Reading], Value]


def function(name: Any, **fields: Any) -> Read:
    """Return the function for an activation."""
    return lambda read: read.net.add(*read.names, [read.value], spec(ActivationLayer, function=name, **fields))


def sloped(name: Any, default: float) -> Read:
    """Return the function for LeakyRelu, Elu."""

    def read_sloped(read: Reading) -> Value:
        layer = spec(ActivationLayer, function=name, slope=read.number("alpha", default=default))
        return read.net.add(*read.names, [read.value], layer)

    return read_sloped


def prelu(read: Reading) -> Value:
    """PRelu with one slope, one for each map, or one for each value."""
    shape, sides = read.value.shape or (), read.value.in_file
    given = np.asarray(read.fixed(1))
    if len(shape) == 3 and given.size > 1 and given.shape[-3:] == sides and given.size == prod(sides):
        alpha = given.astype(np.float32).reshape(sides)
        alpha = np.moveaxis(alpha, 0, -1) if read.value.is_first else alpha
        return read.net.add(*read.names, [read.value], PReLU(shared="values"), {"alpha": alpha})
    slope = of_channels(read.value, given)
    alpha = np.broadcast_to(slope, shape[-1:]).astype(np.float32)
    return read.net.add(*read.names, [read.value], PReLU(), {"alpha": in_our_order(alpha, read.value)})


def hard_sigmoid(read: Reading) -> Value:
    """HardSigmoid: as a scaling and limits where its slope is not a sixth."""
    slope, middle = read.number("alpha", default=0.2) or 0, read.number("beta", default=0.5) or 0
    if isclose(slope, 1 / 6, rel_tol=1e-5) and middle == 0.5:
        return function("hard_sigmoid")(read)
    name = read.net.free_name(f"{read.names[0]}_line")
    line = read.net.add(name, read.names[1], [read.value], spec(Scaling, scale=slope, offset=middle), is_extra=True)
    return read.net.add(*read.names, [line], Clip(low=0.0, high=1.0))


def gelu(read: Reading) -> Value:
    """Gelu."""
    return function("gelu_tanh" if read.attributes.get("approximate") == "tanh" else "gelu")(read)


def clip(read: Reading) -> Value:
    """Clip; a ReLU or a ReLU6 where its limits are theirs."""
    low, high = read.number("min", 1), read.number("max", 2)
    if low == 0 and high is None:
        return function("relu")(read)
    if low is None or high is None or max(abs(low), abs(high)) > 1e30:
        raise NotShown("It has one limit only.")
    if (low, high) == (0, 6):
        return function("relu6")(read)
    return read.net.add(*read.names, [read.value], spec(Clip, low=low, high=high))


def softmax(read: Reading) -> Value:
    """Softmax over the channels; before version 13, over all axes from the first."""
    axis = read.whole("axis", -1 if read.opset >= 13 else 1)
    shape = read.value.shape or ()
    if not read.is_channel_axis(axis) or (read.opset < 13 and prod(shape) != shape[-1]):
        raise NotShown("It is not over the channels.")
    return read.net.add(*read.names, [read.value], ActivationLayer(function="softmax"))


def log_softmax(read: Reading) -> Value:
    """LogSoftmax, shown as what it is the logarithm of."""
    value = softmax(read)
    read.net.comment(value.step, LOGARITHMS)
    read.net.reordered.add(value.step)
    return value


def passes(read: Reading) -> Value:
    """Steps that give what they get."""
    return read.net.passes(*read.names, read.value)


def flatten(read: Reading) -> Value:
    """Flatten from the first axis after the batch."""
    if read.whole("axis", 1) != 1:
        raise NotShown("It does not keep the axis of the batch.")
    return _reshaped(read, (-1,))


def reshape_to(read: Reading) -> Value:
    """Reshape with fixed sides; 0 keeps a side."""
    wanted = read.fixed(1) if len(read.inputs) > 1 else np.asarray(read.attributes.get("shape", ()))
    if wanted is None or wanted.size < 2 or wanted.size > 6:
        raise NotShown("Its shape is not fixed, or has no axis for the batch.")
    before = (read.batch, *read.value.in_file)
    sides = [before[place] if side == 0 and place < len(before) else int(side) for place, side in enumerate(wanted)]
    if sides[0] not in (read.batch, -1) or (sides[0] == -1 and -1 in sides[1:]):
        raise NotShown("It changes the axis of the batch.")
    return _reshaped(read, tuple(sides[1:]))


def squeeze(read: Reading) -> Value:
    """Squeeze: maps of one place become a vector."""
    sides = read.value.in_file
    axes = axes_of(read.inputs, read.attributes) or [axis + 1 for axis, side in enumerate(sides) if side == 1]
    dropped = {axis % (len(sides) + 1) for axis in axes}
    if 0 in dropped:
        raise NotShown("It drops the axis of the batch.")
    return _reshaped(read, tuple(side for axis, side in enumerate(sides, start=1) if axis not in dropped))


def unsqueeze(read: Reading) -> Value:
    """Unsqueeze: a vector becomes maps of one place."""
    sides, axes = list(read.value.in_file), axes_of(read.inputs, read.attributes)
    for axis in sorted(axis % (len(sides) + 1 + len(axes)) for axis in axes):
        sides.insert(axis - 1, 1)
    return _reshaped(read, tuple(sides))


def transposed(read: Reading) -> Value:
    """Transpose that keeps the batch."""
    axes = read.attributes.get("perm", ())
    if not isinstance(axes, tuple) or sorted(axes) != list(range(len(axes))) or axes[:1] != (0,):
        raise NotShown("It moves the axis of the batch.")
    return transpose(read.net, read.names, read.value, tuple(axis - 1 for axis in axes[1:]))


def pad(read: Reading) -> Value:
    """Pad with zeros along height and width."""
    read.value.maps  # noqa: B018 (raises for a vector)
    given = read.fixed(1)
    pads = [int(each) for each in np.ravel(read.attributes.get("pads", ()) if given is None else given)]
    mode, filled = read.attributes.get("mode", "constant"), read.number("value", 2, 0.0)
    if len(pads) != 8 or mode not in ("constant", "") or filled or min(pads) < 0:
        raise NotShown("It does not add zeros around maps.")
    first, last = pads[1:4], pads[5:8]
    rows, columns, channels = (1, 2, 0) if read.value.is_first else (0, 1, 2)
    if pads[0] or pads[4] or first[channels] or last[channels]:
        raise NotShown("It adds maps or pictures.")
    borders = (first[rows], last[rows], first[columns], last[columns])
    if not any(borders):
        return passes(read)
    value = bordered(read.net, read.names[0], read.value, borders)
    return read.net.rename(value, *read.names)


def cut(read: Reading) -> Value:
    """Slice that leaves out rows and columns at the border."""
    read.value.maps  # noqa: B018 (raises for a vector)
    sides, given = read.value.in_file, [read.fixed(place) for place in range(1, len(read.inputs))]
    if len(given) < 2:
        given = [np.asarray(read.attributes.get(name, ()), np.int64) for name in ("starts", "ends", "axes")]
    starts, ends, axes, steps = (*given, None, None)[:4]
    if starts is None or ends is None or (steps is not None and any(np.ravel(steps) != 1)):
        raise NotShown("It does not leave out rows and columns at the border.")
    places = np.arange(starts.size) if axes is None or axes.size == 0 else axes
    kept = [slice(0, side) for side in sides]
    for axis, start, end in zip(np.ravel(places) % (len(sides) + 1), np.ravel(starts), np.ravel(ends), strict=True):
        if axis == 0:
            raise NotShown("It takes some of the pictures.")
        side = sides[int(axis) - 1]
        kept[int(axis) - 1] = slice(*slice(int(start), int(end)).indices(side)[:2])
    rows, columns, channels = (1, 2, 0) if read.value.is_first else (0, 1, 2)
    if kept[channels] != slice(0, sides[channels]):
        raise NotShown("It takes some of the channels.")
    left_out = [(kept[axis].start, sides[axis] - kept[axis].stop) for axis in (rows, columns)]
    (top, bottom), (left, right) = left_out
    layer = spec(Cropping, top=top, bottom=bottom, left=left, right=right)
    return read.net.add(*read.names, [read.value], layer)


def resize(read: Reading) -> Value:
    """Resize, Upsample by a whole number along both axes."""
    height, width, _ = read.maps()
    scales = read.fixed(1) if len(read.inputs) == 2 else read.fixed(2)
    sizes = read.fixed(3)
    if scales is None or scales.size == 0:
        scales = np.asarray(read.attributes.get("scales", ()) if sizes is None else sizes / (1, 1, height, width))
        scales = np.r_[1, 1, scales[2:]] if len(scales) == 4 and sizes is not None else scales
    mode, way = (
        read.attributes.get("mode", "nearest"),
        read.attributes.get("coordinate_transformation_mode", "half_pixel"),
    )
    if len(scales) != 4 or tuple(scales[:2]) != (1, 1) or scales[2] != scales[3] or scales[2] != int(scales[2]):
        raise NotShown("It does not make maps larger by a whole number.")
    is_linear = mode in ("linear", "bilinear")
    if (not is_linear and mode != "nearest") or (is_linear and way not in ("half_pixel", "pytorch_half_pixel")):
        raise NotShown("It lays new values between others in a way that is not known here.")
    if scales[2] == 1:
        return passes(read)
    interpolation = "bilinear" if is_linear else "nearest"
    return read.net.add(*read.names, [read.value], spec(UpSampling, size=int(scales[2]), interpolation=interpolation))


def _reshaped(read: Reading, wanted: tuple[int, ...]) -> Value:
    return reshape(read.net, read.names, read.value, wanted, prefers_first=True)
