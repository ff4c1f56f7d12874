"""Ends a training that does not get better."""

import math
from typing import Any

import keras

from cnnviz.training.callbacks import StopTraining


class EarlyStop(keras.callbacks.Callback):
    """Stops after `patience` epochs without a lower validation loss, and goes back to the best weights.

    Raises StopTraining, whose text says so. To be placed after the callback that tells about the epoch.
    """

    def __init__(self, patience: int) -> None:
        super().__init__()
        self._patience = patience
        self._best_loss = math.inf
        self._best_epoch = 0
        self._best_weights: list[Any] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the weights of the best epoch, or stop."""
        loss = (logs or {})["val_loss"]
        if loss < self._best_loss or not self._best_weights:
            self._best_loss, self._best_epoch = loss, epoch + 1
            self._best_weights = self.model.get_weights()
        elif epoch + 1 - self._best_epoch >= self._patience:
            self.model.set_weights(self._best_weights)
            epochs = f"{self._patience} epoch{'' if self._patience == 1 else 's'}"
            raise StopTraining(
                f"No better validation loss for {epochs}. The net is that of epoch {self._best_epoch}, the best one."
            )
