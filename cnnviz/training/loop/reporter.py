"""Tells about a training while it runs, as events; somebody else keeps and draws them."""

import math
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnviz.errors import TrainingFailed
from cnnviz.text.units import percent_text, plain_text
from cnnviz.training.config import OPTIMIZERS, TrainingConfig
from cnnviz.training.events import Divergence, EpochEnded, Points
from cnnviz.training.loop.compiled_model import capture_checkpoint
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import Emit
from cnnviz.training.loop.layer_statistics import layer_statistics

EMIT_SECONDS = 0.2  # that a point waits at most: it is to be seen 0.3 s after its batch
IDLE_EMIT_SECONDS = 1.0  # where no point has come: only the batch is told
MAX_POINTS = 2000
MEANS = ("loss", "accuracy")  # what Keras averages over the epoch, so that the batch's own value can be had
HOPELESS_LOSS = 1e6  # an untrained net has a loss of about ln(number of classes); from here none comes back
TARGET_MESSAGE = "Reached {target} accuracy so cancelling training!"


class StopTraining(Exception):
    """Leaves `fit` at once, where Keras's own flag would still go through the validation."""


class EndedByRule(StopTraining):
    """Ends a training as its own settings have it, on any machine: nobody has stopped it, and no time was up."""


class Reporter(keras.callbacks.Callback):
    """Emits points by batch (at most a few bundles a second), epochs, and a checkpoint after each epoch.

    A point holds the metrics of the batches since the point before: Keras reports the mean of the
    epoch so far, from which the batches' own values are recovered. `learning_rate()` is that of the last step,
    `rests_after_batch()` says whether the run is held or ends after it, so that all is told before.
    `begins` is where the training goes on: epochs done, and batches of the next one, which are passed over.
    `sample` are images (N, H, W, C) and labels (N,) on which the layers are looked at between two epochs.
    """

    def __init__(
        self,
        config: TrainingConfig,
        control: Control,
        emit: Emit,
        *,
        num_samples: int,
        learning_rate: Callable[[], float],
        rests_after_batch: Callable[[], bool],
        begins: tuple[int, int] = (0, 0),
        sample: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        super().__init__()
        self._sample = sample
        self._begins = begins
        self._config = config
        self._control = control
        self._emit = emit
        self._num_samples = num_samples
        self._learning_rate = learning_rate
        self._rests_after_batch = rests_after_batch
        self._num_batches = math.ceil(num_samples / config.batch_size)
        self._stride = max(1, math.ceil(self._num_batches * config.epochs / MAX_POINTS))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        """Start the sums of the epoch."""
        self._epoch = epoch
        self._points: list[dict[str, float]] = []
        self._sums: dict[str, float] = {}
        self._seen = 0
        self._emitted = 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Record the batch, and tell now and then; at once when the run is about to be held."""
        rests = self._rests_after_batch()
        if (self._epoch, batch) < self._begins:
            self._count(batch, logs or {})
            return
        is_last = batch + 1 == self._num_batches
        if batch % self._stride == 0 or is_last or rests:
            self._record(batch, logs or {})
        wait = EMIT_SECONDS if self._points else IDLE_EMIT_SECONDS
        if is_last or rests or time.monotonic() - self._emitted > wait:
            self._flush(batch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell the epoch's metrics and hand over its checkpoint; stop at the target."""
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        told = {**metrics, **self._insight()}
        self._emit(EpochEnded(epoch + 1, self._control.worked_seconds, told, capture_checkpoint(self.model)))
        target = self._config.target_accuracy
        if target is not None and metrics["accuracy"] >= target:
            raise EndedByRule(TARGET_MESSAGE.format(target=percent_text(target, digits=1)))

    def _insight(self) -> dict[str, Any]:
        """What is known of the net between two epochs: norms by layer, and the confusion matrix of the validation."""
        insight = layer_statistics(self.model, *self._sample) if self._sample else {}
        counted = next((metric for metric in _metrics(self.model) if hasattr(metric, "counts")), None)
        if counted is not None:
            insight["confusion"] = keras.ops.convert_to_numpy(counted.counts).astype(int).tolist()
        return insight

    def _record(self, batch: int, logs: dict[str, Any]) -> None:
        sums_before, seen_before = self._sums, self._seen
        self._count(batch, logs)
        seen = self._seen
        values = {
            name: (total - sums_before.get(name, 0.0)) / (seen - seen_before) for name, total in self._sums.items()
        }
        values["learning_rate"] = self._learning_rate()
        if math.isfinite(values["loss"]):
            self._points.append({"epoch": round(self._epoch + seen / self._num_samples, 5), **_rounded(values)})
        if not values["loss"] < HOPELESS_LOSS:  # NaN compares as false
            self._flush(batch)  # where it went is what is to be seen
            raise _diverged(values["loss"], self._config, epoch=self._epoch + 1, batch=batch + 1)

    def _count(self, batch: int, logs: dict[str, Any]) -> None:
        """Note what the epoch has come to with a batch."""
        self._seen = min((batch + 1) * self._config.batch_size, self._num_samples)
        self._sums = {name: float(logs[name]) * self._seen for name in MEANS}

    def _flush(self, batch: int) -> None:
        self._emit(Points(self._epoch + 1, batch + 1, self._points))
        self._points = []
        self._emitted = time.monotonic()


def _metrics(model: keras.Model) -> list[keras.metrics.Metric]:
    """All metrics of a compiled model; Keras wraps those given to compile into one."""
    return [inner for outer in model.metrics for inner in getattr(outer, "metrics", [outer])]


def _rounded(values: dict[str, float]) -> dict[str, float]:
    """Six significant digits are enough for a curve."""
    return {name: float(f"{value:.6g}") for name, value in values.items()}


def _diverged(loss: float, config: TrainingConfig, *, epoch: int, batch: int) -> TrainingFailed:
    divergence = Divergence(epoch, batch, loss if math.isfinite(loss) else None)
    return TrainingFailed(
        f"{divergence}: the weights grew beyond all bounds. Try a smaller learning rate, 0.001 for example. Received: "
        f"{OPTIMIZERS[config.optimizer]} with a learning rate of {plain_text(config.learning_rate)}.",
        divergence=divergence,
    )
