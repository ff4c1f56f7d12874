"""The state of a training between two epochs: weights and optimizer variables as one .npz."""

import io
from collections.abc import Sequence

import keras
import numpy as np


def capture(model: keras.Model) -> bytes:
    """All variables of a compiled model, in Keras's order."""
    buffer = io.BytesIO()
    np.savez(buffer, *[keras.ops.convert_to_numpy(variable) for variable in _variables(model)])
    return buffer.getvalue()


def restore(model: keras.Model, checkpoint: bytes) -> None:
    """Set the variables of a model of the same architecture and optimizer."""
    model.optimizer.build(model.trainable_variables)
    for variable, values in zip(_variables(model), _arrays(checkpoint), strict=True):
        variable.assign(values)


def weights(model: keras.Model, checkpoint: bytes | None = None) -> list[np.ndarray]:
    """The variables of the net alone, as they are now or in a checkpoint of it."""
    if checkpoint is not None:
        return _arrays(checkpoint)[: len(model.variables)]
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.variables]


def restore_weights(model: keras.Model, values: Sequence[np.ndarray]) -> None:
    """Set what `weights` gave."""
    for variable, value in zip(model.variables, values, strict=True):
        variable.assign(value)


def _arrays(checkpoint: bytes) -> list[np.ndarray]:
    with np.load(io.BytesIO(checkpoint), allow_pickle=False) as arrays:
        return [arrays[name] for name in arrays.files]


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]
