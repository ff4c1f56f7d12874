"""Callbacks that validate after each epoch, stop early, and let a person steer between two batches."""

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cnnviz.evaluation.predict import predict_scores
from cnnviz.models.files import plain_copy
from cnnviz.models.keras_state import FULL, keras_lock
from cnnviz.text.units import count_text
from cnnviz.training.events import Paused, RateChanged
from cnnviz.training.loop.compiled_model import copy_weights, restore_weights
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import Emit
from cnnviz.training.loop.reporter import EndedByRule, StopTraining


class Validation(keras.callbacks.Callback):
    """Adds the validation's loss and metrics to the logs of each epoch, as `fit(validation_data=...)` does.

    To be placed before the callbacks that read them. The answers stay here, so that nobody needs to ask the net a
    second time: its `scores` (N, C) are what the model gave after the last epoch, None before. Labels are (N,);
    `after_batch()` is called between the batches and may end it by an exception.

    A net that trains with 16 bits is asked as one with 32, since that is what is kept of it: the last value of a curve
    is then that of the evaluation.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, *, after_batch: Callable[[], None]) -> None:
        super().__init__()
        self.scores: np.ndarray | None = None
        self._images = images
        self._labels = labels
        self._after_batch = after_batch
        self._in_full: keras.Model | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:  # noqa: ARG002
        """Ask the net, and score what it answers with the model's own loss and metrics."""
        self.scores = predict_scores(self._asked(), self._images, after_batch=self._after_batch)
        logs.update({f"val_{name}": value for name, value in self._values(self.scores).items()})

    def _asked(self) -> keras.Model:
        if self.model.dtype_policy.name == FULL:
            return self.model
        if self._in_full is None:
            with keras_lock:
                self._in_full = plain_copy(self.model)
        for own, trained in zip(self._in_full.weights, self.model.weights, strict=True):
            own.assign(trained)
        return self._in_full

    def _values(self, scores: np.ndarray) -> dict[str, float]:
        self.model.reset_metrics()
        metrics = self.model.compute_metrics(None, self._labels, scores)
        loss = self.model.compute_loss(y=self._labels, y_pred=scores, training=False)
        return {name: float(value) for name, value in {**metrics, "loss": loss}.items()}


class EarlyStop(keras.callbacks.Callback):
    """Stops after `patience` epochs without a lower validation loss, and goes back to the best weights.

    A run that goes on brings the losses of its epochs so far, and the checkpoint of the best of them if that is kept.
    Raises EndedByRule, whose text says so. To be placed after the callback that tells about the epoch.
    """

    def __init__(self, patience: int, *, losses: Sequence[float] = (), best_checkpoint: bytes | None = None) -> None:
        super().__init__()
        self._patience = patience
        self._losses = losses
        self._best: Any = best_checkpoint
        self._best_loss = math.inf
        self._best_epoch = 0
        self.restored: int | None = None  # the epoch whose weights the net has again, once it has stopped

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Count the epochs before; stop if that is all there was to do."""
        for epoch, loss in enumerate(self._losses, 1):
            if loss < self._best_loss or not self._best_epoch:
                self._best_loss, self._best_epoch = loss, epoch
        if self._losses:
            if self._best is not None:
                self._best = copy_weights(self.model, self._best)
            self._stop_if_no_better(len(self._losses))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the weights of the best epoch, or stop."""
        loss = (logs or {})["val_loss"]
        if loss < self._best_loss or not self._best_epoch:
            self._best_loss, self._best_epoch = loss, epoch + 1
            self._best = copy_weights(self.model)
        else:
            self._stop_if_no_better(epoch + 1)

    def _stop_if_no_better(self, epoch: int) -> None:
        if epoch - self._best_epoch < self._patience:
            return
        epochs = count_text(self._patience, "epoch")
        which = f"The net is that of epoch {self._best_epoch}, the best one."
        if self._best is None:
            which = f"The net is that of epoch {epoch}; the best one, epoch {self._best_epoch}, was not kept."
        else:
            restore_weights(self.model, self._best)
            self.restored = self._best_epoch
        raise EndedByRule(f"No better validation loss for {epochs}. {which}")


class WorkerGivenBack(Exception):
    """Leaves `fit` at once, to go on later after so many epochs and batches of the next one."""

    def __init__(self, epochs_done: int, batch: int) -> None:
        super().__init__(epochs_done, batch)
        self.epochs_done, self.batch = epochs_done, batch


class Steering(keras.callbacks.Callback):
    """Obeys a Control after each batch and sets the learning rate before each.

    Stands behind the Reporter in the list of callbacks, which asks whether this is a batch to hold or end after: then
    it has told all it knows.
    `begins` is where the training goes on: epochs done, and batches of the next one, which are passed over.
    `factor(step)` is the schedule: what the base rate is multiplied by at a step counted from 0. After
    `max_seconds`, with the pauses that keep the worker and the `seconds_before` of earlier attempts, the run ends by
    itself. Raises WorkerGivenBack in a pause that others need.
    """

    def __init__(
        self,
        control: Control,
        emit: Emit,
        *,
        learning_rate: float,
        factor: Callable[[int], float],
        num_batches: int,
        begins: tuple[int, int] = (0, 0),
        max_seconds: float | None = None,
        seconds_before: float = 0.0,
    ) -> None:
        super().__init__()
        self._control = control
        self._emit = emit
        self._rate = learning_rate
        self._factor = factor
        self._num_batches = num_batches
        self._begins = begins
        self._epoch = 0
        self._max_seconds = max_seconds
        self._deadline = math.inf if max_seconds is None else time.monotonic() + max_seconds - seconds_before
        self._rests = False
        self.applied = math.nan  # the rate of the last step, none so far; reading it back from Keras takes 0.1 ms

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Remember where the run is; a run that went on only to be stopped learns no more."""
        self._epoch = epoch
        self.stop_if_asked()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Set the rate of this step, if it is another one."""
        self._take_rate()
        rate = self._rate * self._factor(self._epoch * self._num_batches + batch)
        if rate != self.applied:
            self.model.optimizer.learning_rate = rate
            self.applied = rate

    def rests_after_batch(self) -> bool:
        """Whether the run ends or is held after the present batch; what comes later counts after the next one."""
        self._rests = self._control.should_stop or self._control.is_stepping or time.monotonic() > self._deadline
        return self._rests

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Stop or hold; at the last batch the validation comes first."""
        if not self._rests:
            return
        self.stop_if_asked()
        if batch + 1 < self._num_batches and (self._epoch, batch) >= self._begins:
            self._hold(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Hold between two epochs, unless it was the last."""
        if epoch + 1 < self.params["epochs"]:
            self._hold(epoch + 1, 0)

    def _hold(self, epochs_done: int, batch: int) -> None:
        if self._control.hold(is_epoch_end=batch == 0, on_pause=lambda is_held: self._emit(Paused(is_held))):
            self._take_rate()  # given while it was held
            raise WorkerGivenBack(epochs_done, batch)
        self.stop_if_asked()

    def _take_rate(self) -> None:
        rate = self._control.take_learning_rate()
        if rate is not None:
            self._rate = rate
            self._emit(RateChanged(rate))

    def stop_if_asked(self) -> None:
        """Raise StopTraining when the run is to end now; to be called while validating, too."""
        if self._control.should_stop:
            raise StopTraining(f"Stopped by hand in epoch {self._epoch + 1}.")
        if time.monotonic() > self._deadline:
            raise StopTraining(
                f"Stopped after {self._max_seconds:g} s, the most that this server allows for one training."
            )
