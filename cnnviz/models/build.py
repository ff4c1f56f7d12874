"""Architecture -> keras.Model: one Keras layer for each report of `analyze`, under its name."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import keras

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import IMAGE, Node, trace
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME, STRIDE_SUFFIX
from cnnviz.errors import InvalidArchitecture
from cnnviz.models.layers import keras_layer
from cnnviz.models.lock import keras_lock
from cnnviz.models.metrics import live_metrics
from cnnviz.models.precision import FULL, MIXED, precision
from cnnviz.training.config import TrainingConfig

_OPTIMIZERS: dict[str, Callable[[TrainingConfig], keras.optimizers.Optimizer]] = {
    "sgd": lambda config: keras.optimizers.SGD(config.learning_rate, momentum=config.momentum),
    "rmsprop": lambda config: keras.optimizers.RMSprop(config.learning_rate),
    "adam": lambda config: keras.optimizers.Adam(config.learning_rate),
    "adamw": lambda config: keras.optimizers.AdamW(config.learning_rate),
}


@keras.saving.register_keras_serializable(package="cnnviz")
def sparse_mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean squared error between the probabilities (N, C) and the one-hot rows of integer labels (N,) or (N, 1)."""
    num_classes = y_pred.shape[-1]
    labels = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))  # (N,)
    return keras.losses.mean_squared_error(keras.ops.one_hot(labels, num_classes, dtype=y_pred.dtype), y_pred)


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
        Input "image" (N, H, W, C), 0 to 255; then `augmentation`, "rescaling" to 0 to 1, and the layers of the net.

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
        values = keras.layers.Rescaling(1 / 255, name=RESCALING_NAME)(values)  # (N, H, W, C), 0..1
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
    process.
    """
    spec = node.layer
    if spec.kind == "conv" and spec.kernel == 1 and spec.stride > 1:
        every = keras.layers.MaxPooling2D(1, strides=spec.stride, name=node.name + STRIDE_SUFFIX)
        spec, values = spec.model_copy(update={"stride": 1}), [every(values[0])]
    layer = _seeded(keras_layer(spec, node.name, node.before[0].shape), seed)
    return layer(values if len(values) > 1 else values[0])


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


def compile_model(model: keras.Model, config: TrainingConfig, num_classes: int) -> None:
    """Give the model the optimizer and loss of `config`, and the live metrics; labels are (N,) below `num_classes`.

    Raises InvalidArchitecture if the net does not end in one probability per class (softmax), or in a single
    sigmoid for two classes.
    """
    _refuse_wrong_output(model, num_classes)
    one_output = model.output_shape[-1] == 1
    losses = {
        "crossentropy": "binary_crossentropy" if one_output else "sparse_categorical_crossentropy",
        "mse": "mse" if one_output else sparse_mean_squared_error,
    }
    model.compile(
        optimizer=_OPTIMIZERS[config.optimizer](config),
        loss=losses[config.loss],
        metrics=live_metrics(num_classes, one_output=one_output),
    )
    model.optimizer.build(model.trainable_variables)  # else a model saved before its first step loads with a warning


def output_activation(model: keras.Model) -> str:
    """Name of the function that makes the model's output ("softmax", "sigmoid", "linear" ...)."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    function = getattr(last, "activation", None)
    return getattr(function, "__name__", "linear")


def _refuse_wrong_output(model: keras.Model, num_classes: int) -> None:
    shape, activation, last = model.output_shape[1:], output_activation(model), model.layers[-1].name
    fits = (shape == (1,) and num_classes == 2 and activation == "sigmoid") or (
        shape == (num_classes,) and activation in ("softmax", "sigmoid")
    )
    if fits:
        return
    alternative = ", or 1 unit with activation 'sigmoid'" if num_classes == 2 else ""
    raise InvalidArchitecture(
        f"The net's last layer {last!r} does not give one probability for each of the {num_classes} classes. End in "
        f"a dense layer of {num_classes} units with activation 'softmax'{alternative}. "
        f"Received: output={tuple(shape)}, activation={activation!r}."
    )


def _refuse_taken_names(names: Sequence[str], taken: Sequence[str]) -> None:
    clash = sorted(set(names) & set(taken))
    if clash:
        raise InvalidArchitecture(
            f"A layer cannot be named {clash[0]!r}: an augmentation layer has that name. "
            f"Choose another name. Received: names={list(names)}."
        )
