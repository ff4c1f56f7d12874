"""Gradients of an optimizer that remembers none: read from one step of it."""

from typing import Any

import keras
import numpy as np

EPSILON = float(np.finfo(np.float32).eps)
LEAST_STEP = 10.0  # as a multiple of what rounding alone can change


class StepGradients(keras.callbacks.Callback):
    """Squared gradient norm of each trainable variable, by its path, in the last whole batch of an epoch (`squares`).

    Plain gradient descent moves a weight by the learning rate times its gradient, so the gradient is the step divided
    by the rate. A step that drowns in the rounding of the weights says nothing and is left out.
    """

    def __init__(self, num_samples: int, batch_size: int) -> None:
        super().__init__()
        self._batch = max(0, num_samples // batch_size - 1)
        self._before: list[np.ndarray] = []
        self.squares: dict[str, float] = {}

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Remember the weights."""
        if batch == self._batch:
            self._before = [_array(variable) for variable in self.model.trainable_variables]

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Compare them with those after the step."""
        if batch != self._batch:
            return
        rate = float(self.model.optimizer.learning_rate)
        self.squares = {}
        for variable, before in zip(self.model.trainable_variables, self._before, strict=True):
            step = float(((_array(variable) - before) ** 2).sum())
            if step > (LEAST_STEP * EPSILON) ** 2 * float((before**2).sum()):
                self.squares[variable.path] = step / rate**2
        self._before = []


def _array(variable: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(variable).astype(np.float64)
