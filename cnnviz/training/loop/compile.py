"""What a training adds to a model: the optimizer, the loss and the live metrics of its config."""

from collections.abc import Callable
from typing import Any

import keras

from cnnviz.errors import InvalidArchitecture
from cnnviz.models.build import output_activation
from cnnviz.models.metrics import live_metrics
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
