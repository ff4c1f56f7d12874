"""Architecture -> keras.Model: one Keras layer for each report of `analyze`, under its name."""

from collections.abc import Sequence
from contextlib import nullcontext

import keras
import numpy as np

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import IMAGE, Node, trace
from cnnviz.architecture.spec import ActivationLayer, Architecture, Clip, Conv, LayerSpec
from cnnviz.architecture.spec.naming import INPUT_NAME, OPERATION_SUFFIX, RESCALING_NAME, STRIDE_SUFFIX
from cnnviz.errors import InvalidArchitecture, InvalidInput
from cnnviz.models.keras_state import FULL, MIXED, keras_lock, precision
from cnnviz.models.layers import keras_layer, rescaling

_PASSES = ActivationLayer(function="linear")


def build_model(
    architecture: Architecture,
    *,
    seed: int = 0,
    augmentation: Sequence[keras.layers.Layer] = (),
    mixed_precision: bool = False,
) -> keras.Model:
    """Make an untrained functional Keras model that takes raw pixels.

    Parameters
    ----------
    architecture : Architecture
        The net.
    seed : int
        The same seed gives the same weights.
    augmentation : sequence of keras.layers.Layer
        Layers between the input and the scaling; they see pixels of 0 to 255 and work in training only.
    mixed_precision : bool
        Compute with 16 bits, but for the last layer; weights keep 32.

    Returns
    -------
    keras.Model
        Input "image" (N, H, W, C), 0 to 255; then `augmentation`, "rescaling" (to 0 to 1, unless the net wants
        something else), and the layers of the net.

    Raises
    ------
    InvalidArchitecture
        If the net cannot exist, is too large to hold, or one of its names is taken.
    DatasetUnavailable
        If the net has a backbone whose weights cannot be fetched.
    """
    analyze(architecture)  # refuses what is too large
    nodes, _ = trace(architecture)
    _refuse_taken_names([node.name for node in nodes], [layer.name for layer in augmentation])
    with keras_lock, precision(MIXED if mixed_precision else FULL):
        keras.utils.set_random_seed(seed)
        inputs = keras.Input(architecture.input_shape, name=INPUT_NAME)  # (N, H, W, C), 0..255
        values = inputs
        for layer in augmentation:
            values = layer(values)
        scaling = architecture.scaling
        if scaling.order == "bgr":
            values = _named(keras.ops.flip(values, axis=-1), RESCALING_NAME)
        arguments = rescaling(scaling.scale, scaling.shift)
        values = keras.layers.Rescaling(**arguments, name=RESCALING_NAME)(values)  # (N, H, W, C), usually 0..1
        tensors = {IMAGE: values}
        for position, node in enumerate(nodes):
            is_last = position + 1 == len(nodes)  # 16 bits are too few for probabilities
            with precision(FULL) if is_last else nullcontext():
                tensors[position] = _applied(node, [tensors[index] for index in node.inputs], seed + position)
        return keras.Model(inputs, tensors[len(nodes) - 1])


def _applied(node: Node, values: list[keras.KerasTensor], seed: int) -> keras.KerasTensor:
    """Give what a layer makes of the values that it reads.

    A 1x1 convolution with a stride is built as what it is: every n-th pixel, then a 1x1 convolution. TensorFlow's
    oneDNN kernel for its gradient writes beyond its memory (seen in 2.21 on 40x58x3 with stride 2), which kills the
    process. What no layer of Keras computes (clipping from another value than 0 on, the approximate GELU) is an
    operation, and a layer after it passes its values on under the node's name.
    """
    spec: LayerSpec = node.layer
    if isinstance(spec, Clip) and spec.low:
        values = [_named(keras.ops.clip(values[0], spec.low, spec.high), node.name)]
        spec = _PASSES
    elif isinstance(spec, ActivationLayer) and spec.function == "gelu_tanh":
        values = [_named(keras.ops.gelu(values[0], approximate=True), node.name)]
        spec = _PASSES
    if isinstance(spec, Conv) and spec.kernel == 1 and spec.stride > 1:
        every = keras.layers.MaxPooling2D(1, strides=spec.stride, name=node.name + STRIDE_SUFFIX)
        spec, values = spec.model_copy(update={"stride": 1}), [every(values[0])]
    layer = _seeded(keras_layer(spec, node.name, node.input_tensors[0].shape), seed)
    return layer(values if len(values) > 1 else values[0])


def _named(value: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Name the operation that made a value after the layer that passes it on: Keras' own name might be a layer's."""
    value._keras_history.operation.name = name + OPERATION_SUFFIX
    return value


def _seeded(layer: keras.layers.Layer, seed: int) -> keras.layers.Layer:
    """The same layer with its own seed for weights and dropout.

    Keras would draw it from Python's process-wide random numbers, which other threads of a worker use as well.
    """
    if isinstance(layer, keras.Model):  # a backbone brings its weights
        return layer
    config = layer.get_config()
    if "seed" in config:
        config["seed"] = seed
    for name, value in config.items():
        if name.endswith("_initializer") and "seed" in ((value or {}).get("config") or {}):
            config[name] = {**value, "config": {**value["config"], "seed": seed}}
    return type(layer).from_config(config)


def require_images(model: keras.Model, images: np.ndarray) -> None:
    """Raise InvalidInput for images (N, H, W, C) of another shape than a model of ours takes."""
    expected = tuple(model.input_shape[1:])
    if images.shape[1:] != expected:
        raise InvalidInput(
            f"The images do not fit the net: it takes images of shape {expected} (height, width, channels). "
            f"Resize them first. Received: shape={tuple(images.shape)}."
        )


def output_activation(model: keras.Model) -> str:
    """Name of the function that makes the model's output ("softmax", "sigmoid", "linear" ...)."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    function = getattr(last, "activation", None)
    return getattr(function, "__name__", "linear")


def _refuse_taken_names(names: Sequence[str], taken: Sequence[str]) -> None:
    clash = sorted(set(names) & set(taken))
    if clash:
        raise InvalidArchitecture(
            f"A layer cannot be named {clash[0]!r}: an augmentation layer has that name. "
            f"Choose another name. Received: names={list(names)}."
        )
