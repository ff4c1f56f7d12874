"""A net as Keras code that runs as it stands, for reading and copying."""

import re
from collections.abc import Callable

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.naming import INPUT_NAME, RESCALING_NAME, layer_names
from cnnviz.architecture.spec import ActivationLayer, Architecture, AvgPool, Conv, Dense, Dropout, Layer, MaxPool

# class name and arguments; an empty argument is left out
_Call = tuple[str, list[str]]

_HEADER = "import keras\nfrom keras import layers\n"
_RESCALING = f'layers.Rescaling(1 / 255, name="{RESCALING_NAME}")'
_RESCALING_COMMENT = "# pixels 0 to 255 become 0 to 1"


def keras_functional(architecture: Architecture) -> str:
    """Return code of the functional API that defines `model`; it takes raw pixels (0 to 255).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    steps = "".join(f"x = {call}(x)\n" for call in _calls(architecture))
    return (
        f"{_HEADER}\n"
        f"inputs = {_input(architecture)}\n"
        f"x = {_RESCALING}(inputs)  {_RESCALING_COMMENT}\n"
        f"{steps}"
        f'model = keras.Model(inputs, x, name="{_model_name(architecture)}")\n'
    )


def keras_sequential(architecture: Architecture) -> str:
    """Return code of the Sequential API that defines `model`; it takes raw pixels (0 to 255).

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    steps = "".join(f"        {call},\n" for call in _calls(architecture))
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


def _calls(architecture: Architecture) -> list[str]:
    analyze(architecture)
    pairs = zip(architecture.layers, layer_names(architecture), strict=True)
    return [_call(layer, name) for layer, name in pairs]


def _call(layer: Layer, name: str) -> str:
    class_name, arguments = _LAYERS[layer.kind](layer)
    given = [argument for argument in (*arguments, _text("name", name)) if argument]
    return f"layers.{class_name}({', '.join(given)})"


def _input(architecture: Architecture) -> str:
    return f'keras.Input(shape={architecture.input_shape}, name="{INPUT_NAME}")'


def _model_name(architecture: Architecture) -> str:
    # Keras refuses some characters, and a quote would end the string
    return re.sub(r"[^A-Za-z0-9_.-]", "_", architecture.name)


def _text(argument: str, value: str, *, unless: str = "") -> str:
    return "" if value == unless else f'{argument}="{value}"'


def _number(argument: str, value: int, *, unless: int) -> str:
    return "" if value == unless else f"{argument}={value}"


def _conv(layer: Conv) -> _Call:
    return "Conv2D", [
        str(layer.filters),
        str(layer.kernel),
        _number("strides", layer.stride, unless=1),
        _text("padding", layer.padding, unless="valid"),
        _number("dilation_rate", layer.dilation, unless=1),
        _text("activation", layer.activation, unless="linear"),
    ]


def _pool(layer: MaxPool | AvgPool) -> _Call:
    return "MaxPooling2D" if layer.kind == "max_pool" else "AveragePooling2D", [
        str(layer.size),
        _number("strides", layer.stride or layer.size, unless=layer.size),
        _text("padding", layer.padding, unless="valid"),
    ]


def _dense(layer: Dense) -> _Call:
    return "Dense", [str(layer.units), _text("activation", layer.activation, unless="linear")]


def _activation(layer: ActivationLayer) -> _Call:
    return "Activation", [f'"{layer.function}"']


def _dropout(layer: Dropout) -> _Call:
    return "Dropout", [str(layer.rate)]


def _plain(class_name: str) -> Callable[[Layer], _Call]:
    return lambda layer: (class_name, [])  # noqa: ARG005


_LAYERS: dict[str, Callable[[Layer], _Call]] = {
    "conv": _conv,
    "max_pool": _pool,
    "avg_pool": _pool,
    "batch_norm": _plain("BatchNormalization"),
    "activation": _activation,
    "dropout": _dropout,
    "flatten": _plain("Flatten"),
    "global_avg_pool": _plain("GlobalAveragePooling2D"),
    "dense": _dense,
}
