"""One layer of a spec as the call that makes it in Keras."""

from collections.abc import Callable
from typing import Any

from cnnviz.architecture.spec.arithmetic import (
    Clip,
    Cropping,
    Factors,
    PReLU,
    Reshape,
    Scaling,
    UpSampling,
    ZeroPadding,
)
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    BatchNorm,
    Conv,
    Convolution,
    Dense,
    DepthwiseConv,
    Dropout,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    LayerSpec,
    MaxPool,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)

Call = tuple[str, list[str]]
"""The class of a layer and its arguments; an empty argument is left out."""


def keras_call(layer: LayerSpec, name: str) -> str:
    """Return `layers.Conv2D(32, 3, name="conv_1")` for a layer that is no block and no backbone."""
    class_name, arguments = KERAS_CALLS[layer.kind](layer)
    given = [argument for argument in (*arguments, _text("name", name)) if argument]
    return f"layers.{class_name}({', '.join(given)})"


def _text(argument: str, value: str, *, unless: str = "") -> str:
    """Return `argument="value"`, or nothing for the value that need not be said."""
    return "" if value == unless else f'{argument}="{value}"'


def _number(argument: str, value: float, *, unless: float) -> str:
    """Return `argument=value`, or nothing for the value that need not be said."""
    return "" if value == unless else f"{argument}={value}"


def operation_before(layer: LayerSpec) -> str:
    """Return the operation, with {} for its input, of what Keras has no layer for; "" for all other layers."""
    if isinstance(layer, Clip) and layer.low:
        return f"keras.ops.minimum(keras.ops.maximum({{}}, {layer.low}), {layer.high})"
    if isinstance(layer, ActivationLayer) and layer.function == "gelu_tanh":
        return "keras.ops.gelu({}, approximate=True)"
    return ""


def rescaling_arguments(scale: Factors, offset: Factors) -> list[str]:
    """Return the arguments of `layers.Rescaling`; an offset of 0 is left out."""
    return [_factors(scale), *([f"offset={_factors(offset)}"] if offset else [])]


def _factors(factors: Factors) -> str:
    if isinstance(factors, tuple):
        return f"[{', '.join(map(_factors, factors))}]"
    return "1 / 255" if factors == 1 / 255 else f"{factors:g}" if float(f"{factors:g}") == factors else str(factors)


def _window(layer: Convolution) -> list[str]:
    return [
        str(layer.kernel),
        _number("strides", layer.stride, unless=1),
        _text("padding", layer.padding, unless="valid"),
        _number("dilation_rate", getattr(layer, "dilation", 1), unless=1),
    ]


def _activated(layer: Convolution | Dense, *kernels: str) -> list[str]:
    """Activation, bias and regularisers; `kernels` are the weights that are held small."""
    given = ", ".join(filter(None, (_number("l1", layer.l1, unless=0), _number("l2", layer.l2, unless=0))))
    held = [f"{kernel}_regularizer=keras.regularizers.L1L2({given})" for kernel in kernels] if given else []
    bias = "" if layer.bias else "use_bias=False"
    return [_text("activation", layer.activation, unless="linear"), bias, *held]


def _conv(layer: Conv) -> Call:
    return "Conv2D", [str(layer.filters), *_window(layer), *_activated(layer, "kernel")]


def _depthwise(layer: DepthwiseConv) -> Call:
    multiplier = _number("depth_multiplier", layer.multiplier, unless=1)
    return "DepthwiseConv2D", [*_window(layer), multiplier, *_activated(layer, "depthwise")]


def _separable(layer: SeparableConv) -> Call:
    return "SeparableConv2D", [str(layer.filters), *_window(layer), *_activated(layer, "depthwise", "pointwise")]


def _transposed(layer: TransposedConv) -> Call:
    return "Conv2DTranspose", [str(layer.filters), *_window(layer), *_activated(layer, "kernel")]


def _pool(layer: MaxPool | AvgPool) -> Call:
    return "MaxPooling2D" if layer.kind == "max_pool" else "AveragePooling2D", [
        str(layer.size),
        _number("strides", layer.stride or layer.size, unless=layer.size),
        _text("padding", layer.padding, unless="valid"),
    ]


def _dense(layer: Dense) -> Call:
    return "Dense", [str(layer.units), *_activated(layer, "kernel")]


def _activation(layer: ActivationLayer) -> Call:
    if layer.slope is not None:
        class_name, argument = ("ELU", "alpha") if layer.function == "elu" else ("LeakyReLU", "negative_slope")
        return class_name, [f"{argument}={layer.slope}"]
    return "Activation", [f'"{layer.function}"']


def _normalisation(layer: BatchNorm | LayerNorm) -> Call:
    class_name = "BatchNormalization" if layer.kind == "batch_norm" else "LayerNormalization"
    return class_name, [_number("epsilon", layer.epsilon, unless=1e-3)]


def _global_pool(layer: GlobalAvgPool | GlobalMaxPool) -> Call:
    class_name = "GlobalAveragePooling2D" if layer.kind == "global_avg_pool" else "GlobalMaxPooling2D"
    return class_name, ["keepdims=True" if layer.keep_sides else ""]


def _border(layer: ZeroPadding | Cropping) -> Call:
    class_name = "ZeroPadding2D" if layer.kind == "zero_padding" else "Cropping2D"
    return class_name, [f"(({layer.top}, {layer.bottom}), ({layer.left}, {layer.right}))"]


def _up_sampling(layer: UpSampling) -> Call:
    return "UpSampling2D", [str(layer.size), _text("interpolation", layer.interpolation, unless="nearest")]


def _scaling(layer: Scaling) -> Call:
    return "Rescaling", rescaling_arguments(layer.scale, layer.offset)


def _reshape(layer: Reshape) -> Call:
    return "Reshape", [str(layer.shape)]


def _prelu(layer: PReLU) -> Call:
    return "PReLU", ["shared_axes=[1, 2]" if layer.shared == "maps" else ""]


def _clip(layer: Clip) -> Call:
    return "ReLU", [f"max_value={layer.high}"]


def _dropout(layer: Dropout | SpatialDropout) -> Call:
    return "Dropout" if layer.kind == "dropout" else "SpatialDropout2D", [str(layer.rate)]


def _plain(class_name: str) -> Callable[[LayerSpec], Call]:
    return lambda layer: (class_name, [])  # noqa: ARG005


KERAS_CALLS: dict[str, Callable[[Any], Call]] = {
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "transposed_conv": _transposed,
    "max_pool": _pool,
    "avg_pool": _pool,
    "batch_norm": _normalisation,
    "layer_norm": _normalisation,
    "activation": _activation,
    "dropout": _dropout,
    "spatial_dropout": _dropout,
    "flatten": _plain("Flatten"),
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "dense": _dense,
    "zero_padding": _border,
    "cropping": _border,
    "up_sampling": _up_sampling,
    "scaling": _scaling,
    "prelu": _prelu,
    "clip": _clip,
    "reshape": _reshape,
    "multiply": _plain("Multiply"),
    "average": _plain("Average"),
    "maximum": _plain("Maximum"),
    "add": _plain("Add"),
    "concat": _plain("Concatenate"),
}
