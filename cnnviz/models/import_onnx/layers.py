"""Operations of ONNX that compute with weights or windows -> steps of ours."""

from math import prod
from typing import Any

import numpy as np

from cnnviz.architecture.spec.arithmetic import Cropping
from cnnviz.architecture.spec.layers import (
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    TransposedConv,
)
from cnnviz.models.foreign.layouts import in_our_order
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import Window, convolve, pool, spec, with_bias
from cnnviz.models.import_onnx.folding import axes_of
from cnnviz.models.import_onnx.reading import Reading


def conv(read: Reading) -> Value:
    """Conv, also in groups."""
    shape, kernel = read.maps(), read.weight(1, 4).transpose(2, 3, 1, 0)  # (rows, columns, maps of a group, filters)
    window = _window(read, (kernel.shape[0], kernel.shape[1]), shape)
    bias = None if read.fixed(2) is None else read.weight(2, 1)
    groups = read.whole("group", 1)
    if groups < 1:
        raise NotShown(f"It has {groups} groups for {shape[2]:,} maps.")
    given: Any = {"kernel": kernel, "bias": bias, "groups": groups}
    return convolve(read.net, read.names, read.value, window, **given)


def transposed_conv(read: Reading) -> Value:
    """ConvTranspose; borders that are cut off otherwise than by 'same' are cut off by a layer of their own."""
    shape, kernel = read.maps(), read.weight(1, 4).transpose(2, 3, 1, 0)  # (rows, columns, filters, maps)
    window = _window(read, (kernel.shape[0], kernel.shape[1]), shape)
    walk = window.square()
    if read.whole("group", 1) != 1 or walk["dilation"] > 1 or "output_shape" in read.attributes:
        raise NotShown("A transposed convolution in groups, with dilation or with a fixed output is not shown.")
    if walk["size"] < walk["stride"] or kernel.shape[3] != shape[2]:
        raise NotShown("Its kernel is smaller than its stride, or for another number of maps.")
    top, bottom, left, right = (0, 0, 0, 0) if isinstance(window.borders, str) else window.borders
    more = read.wholes("output_padding", (0, 0))
    cut = (top, bottom - more[0], left, right - more[1])
    if min(cut) < 0:
        raise NotShown("Its output has a border of its own.")
    total = walk["size"] - walk["stride"]
    is_same = cut == (total // 2, total - total // 2) * 2
    bias = None if read.fixed(2) is None else read.weight(2, 1)
    fields = {"filters": kernel.shape[2], "kernel": walk["size"], "stride": walk["stride"], "bias": bias is not None}
    layer = spec(TransposedConv, padding="same" if is_same else "valid", **fields)
    weights = with_bias({"kernel": kernel}, bias)
    if is_same or not any(cut):
        return read.net.add(*read.names, [read.value], layer, weights)
    name = read.net.free_name(f"{read.names[0]}_whole")
    value = read.net.add(name, read.names[1], [read.value], layer, weights, is_extra=True)
    sides = dict(zip(("top", "bottom", "left", "right"), cut, strict=True))
    return read.net.add(*read.names, [value], spec(Cropping, **sides))


def batch_norm(read: Reading) -> Value:
    """BatchNormalization."""
    shape = read.value.shape or ()
    if len(shape) == 3:
        read.maps()
    weights = {name: read.weight(place, 1) for place, name in enumerate(("gamma", "beta", "mean", "variance"), start=1)}
    if any(len(values) != shape[-1] for values in weights.values()) or read.whole("training_mode", 0):
        raise NotShown("It does not normalise over the channels.")
    ordered = {name: in_our_order(values, read.value) for name, values in weights.items()}
    layer = spec(BatchNorm, epsilon=read.number("epsilon", default=1e-5))
    return read.net.add(*read.names, [read.value], layer, ordered)


def layer_norm(read: Reading) -> Value:
    """LayerNormalization over the channels of each place."""
    shape = read.value.shape or ()
    if (len(shape) == 3 and read.value.is_first) or not read.is_channel_axis(read.whole("axis", -1)):
        raise NotShown("It does not normalise over the channels of each place.")
    gamma, beta = read.weight(1, 1), np.zeros(shape[-1:], np.float32) if read.fixed(2) is None else read.weight(2, 1)
    if gamma.shape != shape[-1:] or beta.shape != gamma.shape:
        raise NotShown("It does not normalise over the channels of each place.")
    weights = {name: in_our_order(each, read.value) for name, each in (("gamma", gamma), ("beta", beta))}
    return read.net.add(
        *read.names, [read.value], spec(LayerNorm, epsilon=read.number("epsilon", default=1e-5)), weights
    )


def max_pool(read: Reading) -> Value:
    """MaxPool."""
    return _pool(read, "max")


def average_pool(read: Reading) -> Value:
    """AveragePool."""
    return _pool(read, "avg")


def global_pool(make: type[GlobalAvgPool | GlobalMaxPool]) -> Any:
    """Return the function for GlobalAveragePool, GlobalMaxPool."""

    def read_pool(read: Reading) -> Value:
        read.maps()
        return read.net.add(*read.names, [read.value], spec(make, keep_sides=True))

    return read_pool


def reduce(make: type[GlobalAvgPool | GlobalMaxPool]) -> Any:
    """Return the function for ReduceMean, ReduceMax over height and width."""

    def read_reduce(read: Reading) -> Value:
        read.value.maps  # noqa: B018 (raises for a vector)
        axes = sorted(axis % 4 for axis in axes_of([None, read.fixed(1)], read.attributes))
        if axes != ([2, 3] if read.value.is_first else [1, 2]):
            raise NotShown("It does not go over height and width.")
        return read.net.add(*read.names, [read.value], spec(make, keep_sides=bool(read.whole("keepdims", 1))))

    return read_reduce


def gemm(read: Reading) -> Value:
    """Gemm: a dense layer."""
    kernel = read.weight(1, 2)
    kernel = kernel.T if read.whole("transB", 0) else kernel
    if read.whole("transA", 0):
        raise NotShown("It multiplies the other way round.")
    bias = read.fixed(2)
    units = kernel.shape[1]
    if bias is not None:
        bias = np.broadcast_to(np.ravel(bias), (units,)) * np.float32(read.number("beta", default=1.0) or 0)
    return _dense(read, kernel * np.float32(read.number("alpha", default=1.0) or 0), bias)


def mat_mul(read: Reading) -> Value:
    """MatMul with fixed weights: a dense layer, whose bias comes after it; for maps a 1 x 1 convolution."""
    return _dense(read, read.weight(1, 2), None)


def _dense(read: Reading, kernel: np.ndarray, bias: np.ndarray | None) -> Value:
    shape, units = read.value.shape or (), kernel.shape[1]
    if kernel.shape[0] != shape[-1]:
        raise NotShown(f"Its weights are for {kernel.shape[0]:,} values, but it gets {shape[-1]:,}.")
    if len(shape) == 1:
        layer = spec(Dense, units=units, bias=bias is not None)
        kernel = in_our_order(np.asarray(kernel, np.float32), read.value)
        return read.net.add(*read.names, [read.value], layer, with_bias({"kernel": kernel}, bias))
    if read.value.is_first:
        raise NotShown("It mixes the columns of maps whose channels come first.")
    layer = spec(Conv, filters=units, kernel=1, bias=bias is not None)
    weights = with_bias({"kernel": kernel.reshape(1, 1, *kernel.shape)}, bias)
    return read.net.add(*read.names, [read.value], layer, weights)


def with_bias_of(read: Reading, value: Value, bias: np.ndarray) -> Value | None:
    """Take a fixed vector that is added to a layer without bias as its bias; None where that is not what it is."""
    step = read.net.steps.get(value.step)
    layer = step.layer if step else None
    units = (value.shape or (0,))[-1]
    if (
        step is None
        or not isinstance(layer, Conv | DepthwiseConv | Dense)
        or layer.bias
        or bias.size != units
        or read.uses.get(step.name, 0) != 1
        or step.name in read.net.reordered
    ):
        return None
    return read.net.absorb(value, read.names, layer.model_copy(update={"bias": True}), bias.reshape(units))


def _pool(read: Reading, kind: str) -> Value:
    shape = read.maps()
    size = read.wholes("kernel_shape", (0, 0))
    window = _window(read, (size[0], size[1]), shape)
    if len(read.names) and read.whole("storage_order", 0):
        raise NotShown("It counts columns first.")
    counts = {"border": bool(read.whole("count_include_pad", 0)), "part": bool(read.whole("ceil_mode", 0))}
    return pool(read.net, read.names, read.value, window, kind=kind, **counts)


def _window(read: Reading, size: tuple[int, int], shape: tuple[int, ...]) -> Window:
    stride, dilation = read.wholes("strides", (1, 1)), read.wholes("dilations", (1, 1))
    auto = read.attributes.get("auto_pad", "NOTSET")
    if min(*size, *stride, *dilation) < 1 or prod(shape) < 1:
        raise NotShown("Its window has no size.")
    borders: Any
    if auto == "SAME_UPPER":
        borders = "same"
    elif auto in ("NOTSET", "VALID"):
        top, left, bottom, right = read.wholes("pads", (0, 0, 0, 0)) if auto == "NOTSET" else (0, 0, 0, 0)
        borders = (top, bottom, left, right)
        if min(borders) < 0:
            raise NotShown("Its borders are negative.")
    else:
        raise NotShown("Its borders are larger at the top than at the bottom.")
    return Window(size, (stride[0], stride[1]), (dilation[0], dilation[1]), borders)
