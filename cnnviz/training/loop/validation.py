"""Validates after each epoch, and ends a training whose validation loss gets no better."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cnnviz.evaluation.predict import predict_scores
from cnnviz.text.units import count_text
from cnnviz.training.loop.checkpoint import restore_weights, weights
from cnnviz.training.loop.reporter import StopTraining


class Validation(keras.callbacks.Callback):
    """Adds the validation's loss and metrics to the logs of each epoch, as `fit(validation_data=...)` does.

    To be placed before the callbacks that read them. The answers stay here, so that nobody needs to ask the net a
    second time: its `scores` (N, C) are what the model gave after the last epoch, None before. Labels are (N,);
    `after_batch()` is called between the batches and may end it by an exception.
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, *, after_batch: Callable[[], None]) -> None:
        super().__init__()
        self.scores: np.ndarray | None = None
        self._images = images
        self._labels = labels
        self._after_batch = after_batch

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Ask the net, and score what it answers with the model's own loss and metrics."""
        self.scores = predict_scores(self.model, self._images, after_batch=self._after_batch)
        logs.update({f"val_{name}": value for name, value in self._values(self.scores).items()})

    def _values(self, scores: np.ndarray) -> dict[str, float]:
        self.model.reset_metrics()
        metrics = self.model.compute_metrics(None, self._labels, scores)
        loss = self.model.compute_loss(y=self._labels, y_pred=scores, training=False)
        return {name: float(value) for name, value in {**metrics, "loss": loss}.items()}


class EarlyStop(keras.callbacks.Callback):
    """Stops after `patience` epochs without a lower validation loss, and goes back to the best weights.

    A run that goes on brings the losses of its epochs so far, and the checkpoint of the best of them if that is kept.
    Raises StopTraining, whose text says so. To be placed after the callback that tells about the epoch.
    """

    def __init__(self, patience: int, *, losses: Sequence[float] = (), best_checkpoint: bytes | None = None) -> None:
        super().__init__()
        self._patience = patience
        self._losses = losses
        self._best: Any = best_checkpoint
        self._best_loss = math.inf
        self._best_epoch = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Count the epochs before; stop if that is all there was to do."""
        for epoch, loss in enumerate(self._losses, 1):
            if loss < self._best_loss or not self._best_epoch:
                self._best_loss, self._best_epoch = loss, epoch
        if self._losses:
            if self._best is not None:
                self._best = weights(self.model, self._best)
            self._stop_if_no_better(len(self._losses))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the weights of the best epoch, or stop."""
        loss = (logs or {})["val_loss"]
        if loss < self._best_loss or not self._best_epoch:
            self._best_loss, self._best_epoch = loss, epoch + 1
            self._best = weights(self.model)
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
        raise StopTraining(f"No better validation loss for {epochs}. {which}")
