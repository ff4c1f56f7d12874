"""The compiled model of a training: optimizer, loss and metrics of its config, and its state between two epochs."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.editing.adapt import head_name
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture
from cnnviz.models.browser_export import set_weights
from cnnviz.models.build import build_model, output_activation
from cnnviz.models.keras_state import FULL, has_gpu, keras_lock
from cnnviz.models.metrics import live_metrics
from cnnviz.models.net_edits import Change, edited
from cnnviz.training.config import FineTuning, TrainingConfig
from cnnviz.training.events import OPTIMIZER_PREFIX
from cnnviz.training.fine_tuning import frozen_layers
from cnnviz.training.loop.augment import augmentation_layers
from cnnviz.training.loop.job import TrainingJob

_METRIC_PREFIX = "metric_"

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


@keras.saving.register_keras_serializable(package="cnnviz")
def normalised_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean of -ln(share of the true class in the sum of a row of y_pred (N, C)) for integer labels (N,) or (N, 1).

    Keras's own takes the softmax of the logits where it can reach those behind a sigmoid, as in a training, and these
    shares where it cannot, as for a validation's answers: two formulas in one plot.
    """
    total = keras.ops.maximum(keras.ops.sum(y_pred, axis=-1, keepdims=True), keras.config.epsilon())
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred / total)


KERAS_LOSSES = {sparse_mean_squared_error: "mse", normalised_crossentropy: "sparse_categorical_crossentropy"}
"""What stands for our own losses in a saved net, which plain Keras is to open."""


def compile_model(model: keras.Model, config: TrainingConfig, num_classes: int) -> None:
    """Give the model the optimizer and loss of `config`, and the live metrics; labels are (N,) below `num_classes`.

    Raises InvalidArchitecture if the net does not end in one probability per class (softmax), or in a single
    sigmoid for two classes.
    """
    _refuse_wrong_output(model, num_classes)
    one_output = model.output_shape[-1] == 1
    is_shared = output_activation(model) == "sigmoid"  # by several outputs that need not sum to 1
    crossentropy = normalised_crossentropy if is_shared else "sparse_categorical_crossentropy"
    losses = {
        "crossentropy": "binary_crossentropy" if one_output else crossentropy,
        "mse": "mse" if one_output else sparse_mean_squared_error,
    }
    model.compile(
        optimizer=_OPTIMIZERS[config.optimizer](config),
        loss=losses[config.loss],
        metrics=live_metrics(num_classes, one_output=one_output),
    )
    model.optimizer.build(model.trainable_variables)  # else a model saved before its first step loads with a warning


def make_model(
    architecture: Architecture,
    config: TrainingConfig,
    num_classes: int,
    *,
    checkpoint: bytes | None = None,
    start: bytes | None = None,
) -> keras.Model:
    """Build and compile a net as a training of that config has it.

    It has the weights of a checkpoint, or those of the net that the training begins with, if there is one.
    """
    with keras_lock:
        model = build_model(
            architecture,
            seed=config.seed,
            augmentation=augmentation_layers(config.augment, seed=config.seed),
            mixed_precision=config.mixed_precision and has_gpu(),  # on a CPU 16 bits are slower than 32
        )
        if config.fine_tuning is not None:
            _prepare_fine_tuning(model, architecture, config.fine_tuning, start)
        compile_model(model, config, num_classes)
        if checkpoint is not None:
            restore_checkpoint(model, checkpoint)
    return model


def _prepare_fine_tuning(
    model: keras.Model, architecture: Architecture, tuned: FineTuning, start: bytes | None
) -> None:
    """Take the weights that the net has, and freeze what is to stay.

    A frozen batch normalisation normalises with its own statistics also in training. (`training=False` when it is
    called would not do: a functional model passes on what `fit` says.)
    """
    if start is not None:
        set_weights(model, architecture, start, besides=head_name(architecture) if tuned.head == "new" else "")
    for name in frozen_layers(architecture, tuned.frozen):
        model.get_layer(name).trainable = False


def model_from_checkpoint(job: TrainingJob) -> keras.Model:
    """The net of a job, whose architecture is as it was trained, with the weights of its checkpoint, to be asked."""
    num_classes = max(2, output_units(job.architecture))
    return make_model(job.architecture, _in_full(job.config), num_classes, checkpoint=job.checkpoint)


def in_full_precision(
    model: keras.Model, architecture: Architecture, config: TrainingConfig, num_classes: int
) -> keras.Model:
    """Give a net that has been trained as one that computes with 32 bits, its optimizer's state included.

    16 bits are for the training alone: with them a net answers otherwise (7e-4 in a map were measured) than the
    browser does with the same weights, and on a CPU up to 7 times slower. One with 32 bits is given back as it is.
    """
    if model.dtype_policy.name == FULL:
        return model
    return make_model(architecture, _in_full(config), num_classes, checkpoint=capture_checkpoint(model))


def _in_full(config: TrainingConfig) -> TrainingConfig:
    return config.model_copy(update={"mixed_precision": False})


def _refuse_wrong_output(model: keras.Model, num_classes: int) -> None:
    shape, activation = model.output_shape[1:], output_activation(model)
    fits = (shape == (1,) and num_classes == 2 and activation == "sigmoid") or (
        shape == (num_classes,) and activation in ("softmax", "sigmoid")
    )
    if fits:
        return
    alternative = ", or 1 unit with activation 'sigmoid'" if num_classes == 2 else ""
    raise InvalidArchitecture(
        f"The net's last layer does not give one probability for each of the {num_classes} classes. End in a "
        f"dense layer of {num_classes} units with activation 'softmax'{alternative}. "
        f"Received: output={tuple(shape)}, activation={activation!r}."
    )


def capture_checkpoint(model: keras.Model, *, in_epoch: bool = False) -> bytes:
    """All variables of a compiled model, weights and optimizer, in Keras's order, as one .npz.

    Those of the optimizer are named by OPTIMIZER_PREFIX, so that old epochs can be kept without them. `in_epoch`: and
    what its metrics have come to in an epoch that is not over.
    """
    buffer = io.BytesIO()
    named = {f"weight_{i}": variable for i, variable in enumerate(model.variables)}
    named |= {f"{OPTIMIZER_PREFIX}{i}": variable for i, variable in enumerate(model.optimizer.variables)}
    if in_epoch:
        named |= {f"{_METRIC_PREFIX}{i}": variable for i, variable in enumerate(_metric_variables(model))}
    np.savez(buffer, **{name: keras.ops.convert_to_numpy(variable) for name, variable in named.items()})
    return buffer.getvalue()


def edited_checkpoint(
    model: keras.Model, architecture: Architecture, config: TrainingConfig, changes: Sequence[Change]
) -> bytes:
    """A checkpoint of a trained net with other weights here and there; its optimizer begins anew.

    Parameters
    ----------
    model : keras.Model
        Left as it is.
    architecture, config
        Those that it was trained with.
    changes : sequence of (variable, positions, value)
        See `models.net_edits.weight_changes`.
    """
    fresh = make_model(architecture, config, max(2, output_units(architecture)))
    restore_weights(fresh, edited(copy_weights(model), changes))
    return capture_checkpoint(fresh)


def restore_checkpoint(model: keras.Model, checkpoint: bytes) -> None:
    """Set the variables of a model of the same architecture and optimizer; with weights alone the optimizer stays.

    With 16 bits the optimizer has a few variables more, in front, for the scale of its loss. A checkpoint from a
    machine with a GPU may go on without one, and the reverse: the scale is then left out, or stays at its start.
    """
    if not model.optimizer.built:  # the one of mixed precision would add its variables a second time
        model.optimizer.build(model.trainable_variables)
    weights, state, _ = _parts(model, checkpoint)
    restore_weights(model, weights)
    for variable, values in zip(reversed(model.optimizer.variables), reversed(state), strict=False):
        variable.assign(values)


def restore_metrics(model: keras.Model, checkpoint: bytes) -> None:
    """Set what the metrics had come to in a checkpoint that was captured in an epoch; they have been used before."""
    for variable, value in zip(_metric_variables(model), _parts(model, checkpoint)[2], strict=True):
        variable.assign(value)


def copy_weights(model: keras.Model, checkpoint: bytes | None = None) -> list[np.ndarray]:
    """The variables of the net alone, as they are now or in a checkpoint of it."""
    if checkpoint is not None:
        return _parts(model, checkpoint)[0]
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.variables]


def restore_weights(model: keras.Model, values: Sequence[np.ndarray]) -> None:
    """Set what `copy_weights` gave."""
    for variable, value in zip(model.variables, values, strict=True):
        variable.assign(value)


def _parts(model: keras.Model, checkpoint: bytes) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Values of a checkpoint: of the net, of its optimizer, of its metrics. Old ones do not name the first two."""
    with np.load(io.BytesIO(checkpoint), allow_pickle=False) as arrays:
        values = [arrays[name] for name in arrays.files]
        num_metrics = sum(name.startswith(_METRIC_PREFIX) for name in arrays.files)
    first, last = len(model.variables), len(values) - num_metrics
    return values[:first], values[first:last], values[last:]


def _metric_variables(model: keras.Model) -> list[keras.Variable]:
    return [variable for metric in model.metrics for variable in metric.variables]
