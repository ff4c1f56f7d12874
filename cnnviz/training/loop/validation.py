"""Validates after each epoch, and keeps what the net answered."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnviz.evaluation.predict import predict_scores


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
