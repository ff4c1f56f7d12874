"""One layer of a spec as the text of a Keras call."""

from collections.abc import Callable
from typing import Any

# class name and arguments; an empty argument is left out
Call = tuple[str, list[str]]


def keras_call(layer: Any, name: str) -> str:
    """Return `layers.Conv2D(32, 3, name="conv_1")` for a layer that is no block and no backbone."""
    class_name, arguments = KERAS_CALLS[layer.kind](layer)
    given = [argument for argument in (*arguments, text("name", name)) if argument]
    return f"layers.{class_name}({', '.join(given)})"


def text(argument: str, value: str, *, unless: str = "") -> str:
    """Return `argument="value"`, or nothing for the value that need not be said."""
    return "" if value == unless else f'{argument}="{value}"'


def number(argument: str, value: float, *, unless: float) -> str:
    """Return `argument=value`, or nothing for the value that need not be said."""
    return "" if value == unless else f"{argument}={value}"


def _window(layer: Any) -> list[str]:
    return [
        str(layer.kernel),
        number("strides", layer.stride, unless=1),
        text("padding", layer.padding, unless="valid"),
        number("dilation_rate", getattr(layer, "dilation", 1), unless=1),
    ]


def _activated(layer: Any, *kernels: str) -> list[str]:
    """Activation and regularisers; `kernels` are the weights that are held small."""
    given = ", ".join(filter(None, (number("l1", layer.l1, unless=0), number("l2", layer.l2, unless=0))))
    held = [f"{kernel}_regularizer=keras.regularizers.L1L2({given})" for kernel in kernels] if given else []
    return [text("activation", layer.activation, unless="linear"), *held]


def _conv(layer: Any) -> Call:
    return "Conv2D", [str(layer.filters), *_window(layer), *_activated(layer, "kernel")]


def _depthwise(layer: Any) -> Call:
    multiplier = number("depth_multiplier", layer.multiplier, unless=1)
    return "DepthwiseConv2D", [*_window(layer), multiplier, *_activated(layer, "depthwise")]


def _separable(layer: Any) -> Call:
    return "SeparableConv2D", [str(layer.filters), *_window(layer), *_activated(layer, "depthwise", "pointwise")]


def _transposed(layer: Any) -> Call:
    return "Conv2DTranspose", [str(layer.filters), *_window(layer), *_activated(layer, "kernel")]


def _pool(layer: Any) -> Call:
    return "MaxPooling2D" if layer.kind == "max_pool" else "AveragePooling2D", [
        str(layer.size),
        number("strides", layer.stride or layer.size, unless=layer.size),
        text("padding", layer.padding, unless="valid"),
    ]


def _dense(layer: Any) -> Call:
    return "Dense", [str(layer.units), *_activated(layer, "kernel")]


def _activation(layer: Any) -> Call:
    return "Activation", [f'"{layer.function}"']


def _dropout(layer: Any) -> Call:
    return "Dropout" if layer.kind == "dropout" else "SpatialDropout2D", [str(layer.rate)]


def _plain(class_name: str) -> Callable[[Any], Call]:
    return lambda layer: (class_name, [])  # noqa: ARG005


KERAS_CALLS: dict[str, Callable[[Any], Call]] = {
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "transposed_conv": _transposed,
    "max_pool": _pool,
    "avg_pool": _pool,
    "batch_norm": _plain("BatchNormalization"),
    "layer_norm": _plain("LayerNormalization"),
    "activation": _activation,
    "dropout": _dropout,
    "spatial_dropout": _dropout,
    "flatten": _plain("Flatten"),
    "global_avg_pool": _plain("GlobalAveragePooling2D"),
    "global_max_pool": _plain("GlobalMaxPooling2D"),
    "dense": _dense,
    "add": _plain("Add"),
    "concat": _plain("Concatenate"),
}
