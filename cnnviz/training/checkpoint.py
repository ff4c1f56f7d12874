"""The state of a training between two epochs: weights and optimizer variables as one .npz."""

import io

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
    with np.load(io.BytesIO(checkpoint), allow_pickle=False) as arrays:
        for variable, name in zip(_variables(model), arrays.files, strict=True):
            variable.assign(arrays[name])


def _variables(model: keras.Model) -> list[keras.Variable]:
    return [*model.variables, *model.optimizer.variables]
