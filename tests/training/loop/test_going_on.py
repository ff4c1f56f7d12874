"""A training that is paused, gives its worker back and goes on is the one that was never paused."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Dropout, Flatten, MaxPool
from cnnviz.datasets.registry import load_dataset
from cnnviz.models.files import model_from_bytes
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.events import EpochEnded, Event, Paused, Points, RateChanged
from cnnviz.training.loop.compiled_model import make_model
from cnnviz.training.loop.control import Command, Control
from cnnviz.training.loop.job import GivenBack, TrainingJob, TrainingResult
from cnnviz.training.loop.order import EpochOrder
from cnnviz.training.loop.run import train
from cnnviz.training.loop.split import Split

NET = Architecture(
    input_shape=(28, 28, 1),
    layers=(
        Conv(filters=4),
        BatchNorm(),
        MaxPool(),
        Flatten(),
        Dropout(rate=0.3),
        Dense(units=10, activation="softmax"),
    ),
)
CONFIG = TrainingConfig(
    limit=300,
    epochs=3,
    batch_size=64,
    schedule="cosine",
    class_weights=True,
    validation_share=0.2,
    augment=Augmentation(rotation=20, shift=0.1, noise=0.1),
)
JOB = TrainingJob("test", NET, CONFIG)


class Watched:
    """What a training tells: the points of its batches, and what its epochs end with."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    @property
    def points(self) -> list[dict]:
        return [point for event in self.events if isinstance(event, Points) for point in event.points]

    @property
    def epochs(self) -> list[dict]:
        return [event.metrics for event in self.events if isinstance(event, EpochEnded)]


def _go(job: TrainingJob, watched: Watched, *commands: Command) -> TrainingResult | GivenBack:
    """Train, held after each command, and give the worker back after the last one; without any, to the end."""
    control, left = Control(), list(commands)

    def obey_next() -> None:
        if left:
            control.give(left.pop(0))
        else:
            control.want_back()

    def emit(event: Event) -> None:
        watched.events.append(event)
        if isinstance(event, Paused) and event.is_held:
            obey_next()

    if left:
        obey_next()
    return train(job, load_dataset(job.config.dataset), emit=emit, control=control)


def _go_in_parts(watched: Watched, *pauses: tuple[Command, ...]) -> TrainingResult:
    job = JOB
    for commands in pauses:
        paused = _go(job, watched, *commands)
        assert isinstance(paused, GivenBack)
        job = replace(JOB, epochs_done=paused.epochs_done, batch=paused.batch, checkpoint=paused.checkpoint)
    result = _go(job, watched)
    assert isinstance(result, TrainingResult)
    return result


@pytest.fixture(scope="module")
def unpaused() -> tuple[TrainingResult, Watched]:
    watched = Watched()
    result = _go(JOB, watched)
    assert isinstance(result, TrainingResult)
    return result, watched


@pytest.mark.parametrize(
    "pauses",
    [
        pytest.param([("step", "step")], id="in the first epoch"),
        pytest.param([("epoch", "step")], id="in a later epoch"),
        pytest.param([("epoch",)], id="between two epochs"),
        pytest.param([("step",), ("step", "epoch"), ("step", "step", "step")], id="three times"),
    ],
)
def test_a_training_that_gave_its_worker_back_is_the_one_that_was_never_paused_to_the_last_bit(
    unpaused: tuple[TrainingResult, Watched], pauses: list[tuple[Command, ...]]
) -> None:
    expected, whole = unpaused
    watched = Watched()
    result = _go_in_parts(watched, *pauses)
    assert watched.points == whole.points
    assert watched.epochs == whole.epochs
    assert result.metrics == expected.metrics
    weights, wanted = (model_from_bytes(one.model).get_weights() for one in (result, expected))
    assert all(np.array_equal(*pair) for pair in zip(weights, wanted, strict=True))


def test_a_training_that_goes_on_from_an_epoch_sees_its_images_in_the_same_order(
    unpaused: tuple[TrainingResult, Watched],
) -> None:
    _, whole = unpaused
    checkpoint = next(event.checkpoint for event in whole.events if isinstance(event, EpochEnded))
    watched = Watched()
    _go(replace(JOB, epochs_done=1, checkpoint=checkpoint), watched)
    assert watched.epochs == whole.epochs[1:]


def test_where_it_was_and_what_it_obeyed_last_come_with_a_worker_that_is_given_back() -> None:
    watched = Watched()
    paused = _go(JOB, watched, "epoch", "step")
    assert isinstance(paused, GivenBack)
    assert (paused.epochs_done, paused.batch) == (1, 1)
    assert paused.seconds > 0
    assert not any(isinstance(event, Paused) and not event.is_held for event in watched.events[-1:])


def test_a_rate_that_was_given_while_it_was_held_is_told_before_the_worker_is_given_back() -> None:
    control, events = Control(), []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, Paused):
            control.set_learning_rate(0.5)
            control.want_back()

    control.give("step")
    assert isinstance(train(JOB, load_dataset("digits"), emit=emit, control=control), GivenBack)
    assert events[-1] == RateChanged(0.5)


def test_a_paused_training_that_goes_on_to_be_stopped_learns_nothing_more() -> None:
    first = _go(JOB, Watched(), "epoch")
    assert isinstance(first, GivenBack)
    control = Control()
    control.give("stop")
    job = replace(JOB, epochs_done=1, checkpoint=first.checkpoint)
    result = train(job, load_dataset("digits"), emit=lambda _: None, control=control)
    assert isinstance(result, TrainingResult)
    assert result.stopped == "Stopped by hand in epoch 2."
    assert "ended_by_rule" not in result.metrics
    model = make_model(NET, CONFIG, 10, checkpoint=first.checkpoint)
    weights = model_from_bytes(result.model).get_weights()
    assert all(np.array_equal(*pair) for pair in zip(weights, model.get_weights(), strict=True))


def test_a_run_that_goes_on_meanwhile_keeps_its_worker() -> None:
    control = Control()
    control.give("pause")
    control.give("resume")
    control.want_back()  # too late
    control.give("pause")
    threading.Timer(0.3, control.give, ["resume"]).start()
    assert control.hold(is_epoch_end=False, on_pause=lambda _: None) is False


def test_each_epoch_has_every_image_once_in_an_order_of_its_own() -> None:
    images, labels = np.arange(10), np.arange(10) % 2
    order = EpochOrder(Split(images, labels, images, labels), batch_size=4, seed=3, weights={0: 0.5, 1: 2.0})
    seen = []
    for epoch in (0, 1, 0):
        order.on_epoch_begin(epoch)
        batches = list(order.batches.as_numpy_iterator())
        assert [len(batch[0]) for batch in batches] == [4, 4, 2]
        assert all(np.array_equal(of, which % 2) for which, of, _ in batches)
        assert all(np.array_equal(weights, np.where(of == 0, 0.5, 2.0)) for _, of, weights in batches)
        seen.append(np.concatenate([batch[0] for batch in batches]).tolist())
    assert sorted(seen[0]) == images.tolist()
    assert seen[0] == seen[2]
    assert seen[0] != seen[1]
