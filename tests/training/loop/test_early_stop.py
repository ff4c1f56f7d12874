"""Early stopping that goes on with a run: as if it had never been interrupted."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Dense, Flatten
from cnnviz.datasets.registry import load_dataset
from cnnviz.models.files import model_from_bytes
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import EpochEnded, Event
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.job import TrainingJob, TrainingResult
from cnnviz.training.loop.run import train

NET = Architecture(input_shape=(28, 28, 1), layers=(Flatten(), Dense(units=10, activation="softmax")))
DIGITS = load_dataset("digits")
NOISE = replace(DIGITS, y_train=np.random.default_rng(0).permutation(DIGITS.y_train))
"""Labels at random, so that learning them only makes the validation worse after a few epochs."""
CONFIG = TrainingConfig(limit=100, epochs=60, early_stopping=4, learning_rate=5e-3)


def _train(job: TrainingJob) -> tuple[TrainingResult, list[EpochEnded]]:
    events: list[Event] = []
    result = train(job, NOISE, emit=events.append, control=Control())
    return result, [event for event in events if isinstance(event, EpochEnded)]


@pytest.fixture(scope="module")
def whole() -> tuple[TrainingResult, list[EpochEnded]]:
    """The run that nothing interrupts."""
    return _train(TrainingJob("a", NET, CONFIG))


def _losses(epochs: list[EpochEnded]) -> tuple[float, ...]:
    return tuple(epoch.metrics["val_loss"] for epoch in epochs)


def _rest(whole: tuple[TrainingResult, list[EpochEnded]], done: int, *, keeps_best: bool) -> TrainingJob:
    """What is left of the run after `done` epochs."""
    epochs = whole[1][:done]
    losses = _losses(epochs)
    best = epochs[int(np.argmin(losses))].checkpoint
    return TrainingJob(
        "a",
        NET,
        CONFIG,
        done,
        epochs[-1].checkpoint,
        val_losses=losses,
        best_checkpoint=best if keeps_best else None,
    )


def test_the_epochs_before_count_and_the_best_weights_come_back(whole) -> None:
    best = int(np.argmin(_losses(whole[1]))) + 1
    assert len(whole[1]) == best + 4
    result, epochs = _train(_rest(whole, best + 2, keeps_best=True))
    losses = (*_losses(whole[1])[: best + 2], *_losses(epochs))
    assert len(epochs) == 2, f"no better one after epoch {best}: {losses}"
    assert result.stopped == whole[0].stopped
    for mine, other in zip(
        model_from_bytes(result.model).get_weights(), model_from_bytes(whole[0].model).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(mine, other)


def test_a_run_that_was_interrupted_when_it_was_to_stop_trains_no_more(whole) -> None:
    result, epochs = _train(_rest(whole, len(whole[1]), keeps_best=True))
    assert epochs == []
    assert result.stopped == whole[0].stopped


def test_weights_that_were_not_kept_are_not_claimed(whole) -> None:
    best, last = int(np.argmin(_losses(whole[1]))) + 1, len(whole[1])
    result, _ = _train(_rest(whole, last, keeps_best=False))
    assert "net_epoch" not in result.metrics
    assert result.stopped.endswith(f"The net is that of epoch {last}; the best one, epoch {best}, was not kept.")
