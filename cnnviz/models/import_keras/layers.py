"""Layers of Keras that compute with weights or windows -> steps of ours."""

from typing import Any

import numpy as np

from cnnviz.architecture.spec.layers import (
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    SeparableConv,
)
from cnnviz.models.foreign.layouts import in_our_order
from cnnviz.models.foreign.limits import NotShown, num_values
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import Window, convolve, pool, spec, transpose_convolve, with_bias
from cnnviz.models.import_keras.reading import Reading


def conv(read: Reading) -> Value:
    """Conv2D, also in groups."""
    channels, window = read.maps()[2], _window(read, "kernel_size")
    filters, groups = read.settings.integer("filters"), read.settings.integer("groups", 1)
    if groups < 1 or channels % groups or filters < 1:
        raise NotShown(f"It has {groups} groups for {channels:,} maps.")
    shape = (*window.size, channels // groups, filters)
    kernel, bias = read.weights(("kernel", shape), _bias(read, filters))
    given: Any = {"kernel": kernel, "bias": bias, "groups": groups, "activation": read.settings.activation()}
    return convolve(read.net, read.names, read.value, window, **given)


def depthwise_conv(read: Reading) -> Value:
    """DepthwiseConv2D, also with several kernels for each map."""
    channels, window = read.maps()[2], _window(read, "kernel_size")
    multiplier = read.settings.integer("depth_multiplier", 1)
    shape = (*window.size, channels, multiplier)
    kernel, bias = read.weights(("kernel|depthwise_kernel", shape), _bias(read, channels * multiplier))
    fields = {**_fields(window), "multiplier": multiplier, "activation": read.settings.activation()}
    layer = spec(DepthwiseConv, bias=bias is not None, **fields)
    return read.net.add(*read.names, [read.value], layer, with_bias({"kernel": _there(kernel)}, bias))


def separable_conv(read: Reading) -> Value:
    """SeparableConv2D; as two convolutions where it has several kernels for each map."""
    channels, window = read.maps()[2], _window(read, "kernel_size")
    filters, multiplier = read.settings.integer("filters"), read.settings.integer("depth_multiplier", 1)
    depthwise, pointwise, bias = read.weights(
        ("depthwise_kernel", (*window.size, channels, multiplier)),
        ("pointwise_kernel", (1, 1, channels * multiplier, filters)),
        _bias(read, filters),
    )
    last: Any = {"filters": filters, "bias": bias is not None, "activation": read.settings.activation()}
    if multiplier == 1:
        layer = spec(SeparableConv, **_fields(window), **last)
        weights = {"depthwise": _there(depthwise), "pointwise": _there(pointwise)}
        return read.net.add(*read.names, [read.value], layer, with_bias(weights, bias))
    first = spec(DepthwiseConv, **_fields(window), multiplier=multiplier, bias=False)
    name = read.net.free_name(f"{read.names[0]}_depthwise")
    value = read.net.add(name, read.names[1], [read.value], first, {"kernel": _there(depthwise)}, is_extra=True)
    layer = spec(Conv, kernel=1, **last)
    note = "It is shown as a depthwise convolution and a 1 × 1 convolution."
    return read.net.add(*read.names, [value], layer, with_bias({"kernel": _there(pointwise)}, bias), note=note)


def transposed_conv(read: Reading) -> Value:
    """Conv2DTranspose."""
    channels, window = read.maps()[2], _window(read, "kernel_size")
    if read.settings.get("output_padding") is not None:
        raise NotShown("A transposed convolution with an output padding is not shown.")
    filters = read.settings.integer("filters")
    kernel, bias = read.weights(("kernel", (*window.size, filters, channels)), _bias(read, filters))
    activation = read.settings.activation()
    weights: Any = {"kernel": kernel, "bias": bias, "activation": activation}
    return transpose_convolve(read.net, read.names, read.value, window, **weights)


def dense(read: Reading) -> Value:
    """Dense; for maps, whose channels it mixes at each place, a 1 x 1 convolution."""
    shape, units = read.value.shape or (), read.settings.integer("units")
    kernel, bias = read.weights(("kernel", (shape[-1], units)), _bias(read, units))
    last: Any = {"bias": bias is not None, "activation": read.settings.activation()}
    if len(shape) == 1:
        layer = spec(Dense, units=units, **last)
        return read.net.add(*read.names, [read.value], layer, with_bias({"kernel": _rows(read, kernel)}, bias))
    if read.value.is_first:
        raise NotShown("It mixes the columns of maps whose channels come first.")
    layer = spec(Conv, filters=units, kernel=1, **last)
    note = "For maps, a dense layer is a 1 × 1 convolution."
    weights = with_bias({"kernel": _there(kernel).reshape(1, 1, shape[-1], units)}, bias)
    return read.net.add(*read.names, [read.value], layer, weights, note=note)


def batch_norm(read: Reading) -> Value:
    """BatchNormalization over the channels."""
    if not read.is_channel_axis(read.settings.get("axis", -1)):
        raise NotShown("It does not normalise over the channels.")
    size = ((read.value.shape or ())[-1],)
    gamma, beta, mean, variance = read.weights(
        ("gamma", size) if read.settings.flag("scale", default=True) else None,
        ("beta", size) if read.settings.flag("center", default=True) else None,
        ("moving_mean", size),
        ("moving_variance", size),
    )
    weights = {"gamma": _or(gamma, size, 1), "beta": _or(beta, size, 0), "mean": mean, "variance": variance}
    layer = spec(BatchNorm, epsilon=read.settings.number("epsilon", 1e-3))
    ordered = {name: in_our_order(_there(each), read.value) for name, each in weights.items()}
    return read.net.add(*read.names, [read.value], layer, ordered)


def layer_norm(read: Reading) -> Value:
    """LayerNormalization over the channels of each place."""
    if not read.is_channel_axis(read.settings.get("axis", -1)):
        raise NotShown("It does not normalise over the channels of each place.")
    size = ((read.value.shape or ())[-1],)
    gamma, beta = read.weights(
        ("gamma", size) if read.settings.flag("scale", default=True) else None,
        ("beta", size) if read.settings.flag("center", default=True) else None,
    )
    layer = spec(LayerNorm, epsilon=read.settings.number("epsilon", 1e-3))
    weights = {"gamma": _or(gamma, size, 1), "beta": _or(beta, size, 0)}
    ordered = {name: in_our_order(each, read.value) for name, each in weights.items()}
    return read.net.add(*read.names, [read.value], layer, ordered)


def pooling(kind: str) -> Any:
    """Return the function for MaxPooling2D ("max") or AveragePooling2D ("avg")."""

    def read_pooling(read: Reading) -> Value:
        read.maps()
        return pool(read.net, read.names, read.value, _window(read, "pool_size", (2, 2)), kind=kind)

    return read_pooling


def global_pooling(make: type[GlobalAvgPool | GlobalMaxPool]) -> Any:
    """Return the function for a global pooling."""

    def read_pooling(read: Reading) -> Value:
        read.maps()
        layer = spec(make, keep_sides=read.settings.flag("keepdims", default=False))
        return read.net.add(*read.names, [read.value], layer)

    return read_pooling


def _window(read: Reading, name: str, default: Any = None) -> Window:
    settings = read.settings
    size = settings.pair(name, default)
    stride = settings.pair("strides", (1, 1) if name == "kernel_size" else None) if settings.get("strides") else None
    padding = settings.word("padding", "valid", ("valid", "same"))
    dilation = settings.pair("dilation_rate", (1, 1)) if name == "kernel_size" else (1, 1)
    if min(size) < 1 or max(size) > 1000:
        raise NotShown(f"Its window is {size[0]} × {size[1]}.")
    return Window(size, stride or ((1, 1) if name == "kernel_size" else size), dilation, padding)


def _fields(window: Window) -> dict[str, Any]:
    walk = window.square()
    return {
        "kernel": walk["size"],
        "stride": walk["stride"],
        "dilation": walk["dilation"],
        "padding": window.borders,
    }


def _bias(read: Reading, size: int) -> tuple[str, tuple[int, ...]] | None:
    return ("bias", (size,)) if read.settings.flag("use_bias", default=True) else None


def _rows(read: Reading, kernel: np.ndarray | None) -> np.ndarray:
    return in_our_order(_there(kernel), read.value)


def _there(values: np.ndarray | None) -> np.ndarray:
    assert values is not None
    return values


def _or(values: np.ndarray | None, size: tuple[int, ...], filled_with: float) -> np.ndarray:
    num_values(size, "a normalisation")
    return np.full(size, filled_with, np.float32) if values is None else values
