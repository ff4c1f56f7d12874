"""Lets a person steer a training between two batches, and the schedule between two steps."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras

from cnnviz.training.events import Paused, RateChanged
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import Emit
from cnnviz.training.loop.reporter import StopTraining


class Steering(keras.callbacks.Callback):
    """Obeys a Control after each batch and sets the learning rate before each.

    Stands behind the Reporter in the list of callbacks, so that a held run has told all it knows.
    `factor(step)` is the schedule: what the base rate is multiplied by at a step counted from 0. After
    `max_seconds`, pauses included, the run ends by itself.
    """

    def __init__(
        self,
        control: Control,
        emit: Emit,
        *,
        learning_rate: float,
        factor: Callable[[int], float],
        num_batches: int,
        max_seconds: float | None = None,
    ) -> None:
        super().__init__()
        self._control = control
        self._emit = emit
        self._rate = learning_rate
        self._factor = factor
        self._num_batches = num_batches
        self._epoch = 0
        self._max_seconds = max_seconds
        self._deadline = math.inf if max_seconds is None else time.monotonic() + max_seconds
        self.applied: float | None = None  # the rate of the last step; reading it back from Keras takes 0.1 ms

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Remember where the run is."""
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Set the rate of this step, if it is another one."""
        new_rate = self._control.take_learning_rate()
        if new_rate is not None:
            self._rate = new_rate
            self._emit(RateChanged(new_rate))
        rate = self._rate * self._factor(self._epoch * self._num_batches + batch)
        if rate != self.applied:
            self.model.optimizer.learning_rate = rate
            self.applied = rate

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Stop or hold; at the last batch the validation comes first."""
        self.stop_if_asked()
        if batch + 1 < self._num_batches:
            self._hold(is_epoch_end=False)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Hold between two epochs, unless it was the last."""
        if epoch + 1 < self.params["epochs"]:
            self._hold(is_epoch_end=True)

    def _hold(self, *, is_epoch_end: bool) -> None:
        self._control.hold(is_epoch_end=is_epoch_end, on_pause=lambda is_held: self._emit(Paused(is_held)))
        self.stop_if_asked()

    def stop_if_asked(self) -> None:
        """Raise StopTraining when the run is to end now; to be called while validating, too."""
        if self._control.should_stop:
            raise StopTraining(f"Stopped by hand in epoch {self._epoch + 1}.")
        if time.monotonic() > self._deadline:
            raise StopTraining(
                f"Stopped after {self._max_seconds:g} s, the most that this server allows for one training."
            )
