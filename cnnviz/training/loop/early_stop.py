"""Ends a training that does not get better."""

import math
from collections.abc import Sequence
from typing import Any

import keras

from cnnviz.text.units import count_text
from cnnviz.training.loop.checkpoint import restore_weights, weights
from cnnviz.training.loop.reporter import StopTraining


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
