"""A net as Keras code that runs as it stands, for reading and copying."""

import re
from collections.abc import Callable
from typing import Any

from cnnviz.architecture.analysis.graph import IMAGE, Node, trace
from cnnviz.architecture.export.variables import python_names, traced, variables
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    Backbone,
    Conv,
    Convolution,
    Dense,
    DepthwiseConv,
    Dropout,
    LayerSpec,
    MaxPool,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME, block_name

Call = tuple[str, list[str]]
"""The class of a layer and its arguments; an empty argument is left out."""

_HEADER = "import keras\nfrom keras import layers\n"
_RESCALING = f'layers.Rescaling(1 / 255, name="{RESCALING_NAME}")'
_RESCALING_COMMENT = "# pixels 0 to 255 become 0 to 1"
_WAY_OUT = "use the functional code."
# what each network was trained on: -1 to 1, or blue first with the mean of ImageNet at zero
_MEAN_AT_ZERO = "keras.ops.flip(layers.Rescaling(255, offset=[-123.68, -116.779, -103.939], name={})({}), axis=-1)"
_AS_TRAINED = {
    "MobileNetV2": "layers.Rescaling(2, offset=-1, name={})({})",
    "VGG16": _MEAN_AT_ZERO,
    "ResNet50": _MEAN_AT_ZERO,
}


def keras_functional(architecture: Architecture) -> str:
    """Return code of the functional API that defines `model`; it takes raw pixels (0 to 255).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes = traced(architecture)
    names = python_names(nodes)
    held = variables(nodes, names)
    steps = "".join(
        _step(node, held[position], [held[index] for index in node.inputs], names[position])
        for position, node in enumerate(nodes)
    )
    return (
        f"{_HEADER}\n"
        f"inputs = {_input(architecture)}\n"
        f"{held[IMAGE]} = {_RESCALING}(inputs)  {_RESCALING_COMMENT}\n"
        f"{steps}"
        f'model = keras.Model(inputs, {held[len(nodes) - 1]}, name="{_model_name(architecture)}")\n'
    )


def keras_sequential(architecture: Architecture) -> str:
    """Return code of the Sequential API that defines `model`; it takes raw pixels (0 to 255).

    Where the net is no chain of layers, the code is a comment that says so (see `why_not_sequential`).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes = traced(architecture)
    if reason := why_not_sequential(architecture):
        return f"# {reason}\n"
    steps = "".join(f"        {keras_call(node.layer, node.name)},\n" for node in nodes)
    return (
        f"{_HEADER}\n"
        f"model = keras.Sequential(\n"
        f"    [\n"
        f"        {_input(architecture)},\n"
        f"        {_RESCALING},  {_RESCALING_COMMENT}\n"
        f"{steps}"
        f"    ],\n"
        f'    name="{_model_name(architecture)}",\n'
        f")\n"
    )


def why_not_sequential(architecture: Architecture) -> str:
    """Return a sentence on why a Sequential model cannot be this net; "" where it can.

    Raises InvalidArchitecture if the net is impossible.
    """
    nodes, _ = trace(architecture)
    for position, node in enumerate(nodes):
        if isinstance(node.layer, Backbone):
            return f"A Sequential model is one chain of layers, and '{node.name}' is a net of its own: {_WAY_OUT}"
        if node.inputs != (position - 1,):
            block = block_name(node.name)
            return f"A Sequential model is one chain of layers, and '{block}' has more than one path: {_WAY_OUT}"
    return ""


def _step(node: Node, target: str, sources: list[str], name: str) -> str:
    if isinstance(node.layer, Backbone):
        return _backbone(node.layer, node, target, source=sources[0], name=name)
    read = f"[{', '.join(sources)}]" if len(sources) > 1 else sources[0]
    return f"{target} = {keras_call(node.layer, node.name)}({read})\n"


def _backbone(layer: Backbone, node: Node, target: str, *, source: str, name: str) -> str:
    weights = "None" if layer.weights == "random" else f'"{layer.weights}"'
    network = f"{name}_net"
    scaled = _AS_TRAINED[layer.network].format(f'"{node.name}.scaling"', source)
    return (
        f"{network} = keras.applications.{layer.network}(\n"
        f'    include_top=False, weights={weights}, input_shape={node.input_tensors[0].shape}, name="{node.name}"\n'
        f")\n"
        f"{network}.trainable = {layer.trainable}\n"
        f"{target} = {scaled}  # the pixels it was trained with\n"
        f"{target} = {network}({target})\n"
    )


def _input(architecture: Architecture) -> str:
    return f'keras.Input(shape={architecture.input_shape}, name="{INPUT_NAME}")'


def _model_name(architecture: Architecture) -> str:
    # Keras refuses some characters, and a quote would end the string
    return re.sub(r"[^A-Za-z0-9_.-]", "_", architecture.name)


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


def _window(layer: Convolution) -> list[str]:
    return [
        str(layer.kernel),
        _number("strides", layer.stride, unless=1),
        _text("padding", layer.padding, unless="valid"),
        _number("dilation_rate", getattr(layer, "dilation", 1), unless=1),
    ]


def _activated(layer: Convolution | Dense, *kernels: str) -> list[str]:
    """Activation and regularisers; `kernels` are the weights that are held small."""
    given = ", ".join(filter(None, (_number("l1", layer.l1, unless=0), _number("l2", layer.l2, unless=0))))
    held = [f"{kernel}_regularizer=keras.regularizers.L1L2({given})" for kernel in kernels] if given else []
    return [_text("activation", layer.activation, unless="linear"), *held]


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
    return "Activation", [f'"{layer.function}"']


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
