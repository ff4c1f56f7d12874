"""Layers of Keras without kernels -> steps of ours: activations, shapes, borders, scalings, paths that meet."""

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np

from cnnviz.architecture.spec.arithmetic import (
    Clip,
    Cropping,
    PReLU,
    Scaling,
    UpSampling,
    ZeroPadding,
)
from cnnviz.architecture.spec.layers import ActivationLayer, Dropout, Flatten, LayerSpec, SpatialDropout
from cnnviz.models.foreign.layouts import in_our_order, reshape, transpose
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.merging import merge, scaled
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import spec
from cnnviz.models.import_keras.reading import Reading
from cnnviz.models.import_keras.settings import OLD_HARD_SIGMOID

SMALLEST_DEVIATION = 1e-7  # Keras divides by no less


def activate(read: Reading, function: Any, **fields: Any) -> Value:
    """Add an activation function."""
    if function == "softmax" and read.value.is_first and len(read.value.shape or ()) == 3:
        raise NotShown("Its softmax is not over the channels.")
    return read.net.add(*read.names, [read.value], spec(ActivationLayer, function=function, **fields))


def activation(read: Reading) -> Value:
    """Activation; the hard sigmoid of Keras 2 is max(0, min(1, 0.2 x + 0.5))."""
    function = read.settings.activation()
    if function != OLD_HARD_SIGMOID:
        return activate(read, function)
    name = read.net.free_name(f"{read.names[0]}_line")
    line = read.net.add(name, read.names[1], [read.value], Scaling(scale=0.2, offset=0.5), is_extra=True)
    return read.net.add(*read.names, [line], Clip(low=0.0, high=1.0))


def relu(read: Reading) -> Value:
    """ReLU with its limit and its slope."""
    settings = read.settings
    slope, threshold = settings.number("negative_slope", 0.0), settings.number("threshold", 0.0)
    most = settings.get("max_value")
    if threshold:
        raise NotShown("A ReLU with a threshold is not shown.")
    if most is None:
        return activate(read, "leaky_relu", slope=slope) if slope else activate(read, "relu")
    if slope:
        raise NotShown("A ReLU with a limit above and a slope below is not shown.")
    if settings.number("max_value") == 6:
        return activate(read, "relu6")
    return read.net.add(*read.names, [read.value], spec(Clip, low=0.0, high=settings.number("max_value")))


def leaky_relu(read: Reading) -> Value:
    """LeakyReLU; its slope is "alpha" in Keras 2."""
    name = "alpha" if read.settings.get("alpha") is not None else "negative_slope"
    return activate(read, "leaky_relu", slope=read.settings.number(name, 0.3))


def prelu(read: Reading) -> Value:
    """PReLU with a slope for each map or for each value."""
    shape, shared = read.value.shape or (), read.settings.get("shared_axes")
    if shared not in (None, [], [1, 2], (1, 2)) or (read.value.is_first and len(shape) == 3):
        raise NotShown("Its slopes are shared along other axes than height and width.")
    is_of_maps = bool(shared) or len(shape) == 1
    (alpha,) = read.weights(("alpha", (1, 1, shape[-1]) if shared and len(shape) == 3 else shape))
    alpha = np.asarray(alpha).reshape(shape[-1:] if is_of_maps else shape)
    weights = {"alpha": in_our_order(alpha, read.value)}
    return read.net.add(*read.names, [read.value], PReLU(shared="maps" if is_of_maps else "values"), weights)


def softmax(read: Reading) -> Value:
    """Softmax over the channels."""
    if not read.is_channel_axis(read.settings.get("axis", -1)):
        raise NotShown("Its softmax is not over the channels.")
    return read.net.add(*read.names, [read.value], ActivationLayer(function="softmax"))


def rescaling(read: Reading) -> Value:
    """Rescaling."""
    scale, offset = (read.settings.numbers(name, default) for name, default in (("scale", 1.0), ("offset", 0.0)))
    return _scaled(read, scale, offset)


def normalization(read: Reading) -> Value:
    """Normalization with the mean and variance of its settings or its weights."""
    axis = read.settings.get("axis", -1)
    if axis not in (None, []) and not read.is_channel_axis(axis):
        raise NotShown("It does not normalise over the channels.")
    if read.settings.flag("invert", default=False):
        raise NotShown("A normalisation backwards is not shown.")
    if read.settings.get("mean") is not None:
        mean, variance = read.settings.numbers("mean"), read.settings.numbers("variance")
    else:
        size = () if axis in (None, []) else (read.value.shape or ())[-1:]
        found = read.weights(("mean", size), ("variance", size))
        mean, variance = (tuple(map(float, np.ravel(np.asarray(each)))) for each in found)
    scale = tuple(1 / max(sqrt(max(each, 0.0)), SMALLEST_DEVIATION) for each in variance)
    mean = mean * len(scale) if len(mean) == 1 else mean
    scale = scale * len(mean) if len(scale) == 1 else scale
    if len(scale) != len(mean):
        raise NotShown("It has not as many means as variances.")
    return _scaled(read, scale, tuple(-one * each for one, each in zip(mean, scale, strict=True)))


def layer_scale(read: Reading) -> Value:
    """LayerScale of Keras' ConvNeXts: a factor for each channel."""
    read.settings.get("init_values"), read.settings.get("projection_dim")  # of what it begins with
    (gamma,) = read.weights(("gamma|variable", (read.value.shape or ())[-1:]))
    return scaled(read.net, read.names, read.value, np.asarray(gamma), np.zeros(1))


def zero_padding(read: Reading) -> Value:
    """ZeroPadding2D."""
    return _bordered(read, ZeroPadding, "padding")


def cropping(read: Reading) -> Value:
    """Cropping2D."""
    return _bordered(read, Cropping, "cropping")


def up_sampling(read: Reading) -> Value:
    """UpSampling2D."""
    read.maps()
    down, across = read.settings.pair("size", (2, 2))
    if down != across:
        raise NotShown(f"Its size differs along the two axes ({down} × {across}).")
    way = read.settings.word("interpolation", "nearest", ("nearest", "bilinear"))
    if down == 1:
        return read.net.passes(*read.names, read.value)
    return read.net.add(*read.names, [read.value], spec(UpSampling, size=down, interpolation=way))


def flatten(read: Reading) -> Value:
    """Flatten; with "channels_first" Keras brings the channels to the end before."""
    wanted = read.settings.word("data_format", "channels_last", ("channels_last", "channels_first", None))
    shape = read.value.shape or ()
    if wanted == "channels_first" and len(shape) == 3 and read.value.is_first:
        return read.net.add(*read.names, [read.value], Flatten())
    return reshape(read.net, read.names, read.value, (prod(shape),), prefers_first=False)


def reshape_to(read: Reading) -> Value:
    """Reshape."""
    wanted = read.settings.get("target_shape")
    wanted = [wanted] if isinstance(wanted, int) else wanted
    if not isinstance(wanted, list | tuple) or not all(isinstance(each, int) for each in wanted):
        raise NotShown("Its shape is none.")
    return reshape(read.net, read.names, read.value, tuple(wanted), prefers_first=False)


def permute(read: Reading) -> Value:
    """Permute, whose axes count from 1."""
    axes = read.settings.get("dims")
    if not isinstance(axes, list | tuple) or sorted(map(str, axes)) != ["1", "2", "3"]:
        raise NotShown("It moves other axes than those of maps.")
    return transpose(read.net, read.names, read.value, tuple(axis - 1 for axis in axes))


def dropout(make: type[Dropout | SpatialDropout]) -> Callable[[Reading], Value]:
    """Return the function for a layer that sets values to zero while training."""

    def read_dropout(read: Reading) -> Value:
        rate, shape = read.settings.number("rate"), read.settings.get("noise_shape")
        if make is SpatialDropout:
            read.maps()
        if shape is not None:
            return passes(read)
        return read.net.add(*read.names, [read.value], spec(make, rate=rate))

    return read_dropout


def passes(read: Reading) -> Value:
    """A layer that only works while training, whatever its settings are."""
    return read.net.passes(*read.names, read.value, "It works in training only and passes its input on.")


def identity(read: Reading) -> Value:
    """A layer that never does anything."""
    return read.net.passes(*read.names, read.value)


def merging(kind: str) -> Callable[[Reading], Value]:
    """Return the function for a layer in which paths meet."""

    def read_merging(read: Reading) -> Value:
        axis = read.settings.get("axis", -1) if kind == "concat" else None
        if kind == "concat" and not read.is_channel_axis(axis):
            raise NotShown("It does not put channels next to each other.")
        return merge(read.net, read.names, read.values, kind)

    return read_merging


def _scaled(read: Reading, scale: tuple[float, ...], offset: tuple[float, ...]) -> Value:
    if read.value.order is not None:
        raise NotShown("It scales maps in a row.")
    factors = [each[0] if len(set(each)) == 1 else each for each in (scale, offset)]
    return read.net.add(*read.names, [read.value], spec(Scaling, scale=factors[0], offset=factors[1]))


def _bordered(read: Reading, make: type[LayerSpec], name: str) -> Value:
    read.maps()
    top, bottom, left, right = read.settings.sides(name)
    if not any((top, bottom, left, right)):
        return read.net.passes(*read.names, read.value)
    return read.net.add(*read.names, [read.value], spec(make, top=top, bottom=bottom, left=left, right=right))
