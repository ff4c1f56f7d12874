"""What was predicted beside what it took, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.progress_text import images_a_second, progress
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.timing import comparison, prediction_text, seconds_left, with_batch, with_epoch
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

RUN = Run(
    id="a",
    name="net",
    status=Status.FINISHED,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    architecture=get_preset("lenet5").architecture,
    config=TrainingConfig(epochs=20),
    seconds=27.4,
    prediction=Prediction(20.0, 26.0, 34.0),
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (27.4, "Predicted 20 to 35 s, took 27 s."),
        (78.0, "Predicted 20 to 35 s, took 78 s: 3.0 times as long as expected."),
        (13.0, "Predicted 20 to 35 s, took 13 s: 2.0 times as fast as expected."),
    ],
)
def test_a_finished_run_says_how_far_off_the_prediction_was(seconds: float, text: str) -> None:
    assert comparison(replace(RUN, seconds=seconds)) == text


@pytest.mark.parametrize("seconds", [16.0, 33.0, 34.9])
def test_what_lies_within_the_range_as_it_is_written_is_as_expected(seconds: float) -> None:
    run = replace(RUN, prediction=Prediction(16.0, 20.0, 32.6), seconds=seconds)
    assert comparison(run) == f"Predicted 15 to 35 s, took {seconds:.0f} s."


def test_little_more_or_less_than_a_rough_figure_is_no_miss() -> None:
    rough = Prediction(240.0, 240.0, 240.0, is_measured=False)
    for seconds, word in ((246.0, ""), (235.0, ""), (480.0, ": 2.0 times as long"), (120.0, ": 2.0 times as fast")):
        said = comparison(replace(RUN, prediction=rough, seconds=seconds))
        assert word in said
        assert ("times" in said) is bool(word)


def test_a_run_that_ended_early_is_not_held_against_the_prediction() -> None:
    stopped = replace(RUN, status=Status.STOPPED, seconds=3.0)
    assert comparison(stopped) == "Predicted 20 to 35 s for all 20 epochs, ended after 3.0 s."
    short = replace(stopped, config=stopped.config.model_copy(update={"epochs": 1}))
    assert "for the one epoch, ended after" in comparison(short)


@pytest.mark.parametrize(
    "run",
    [
        replace(RUN, prediction=None),
        replace(RUN, status=Status.RUNNING),
        replace(RUN, status=Status.FAILED),
        replace(RUN, seconds=0.0),
    ],
)
def test_nothing_is_said_where_nothing_can_be_compared(run: Run) -> None:
    assert comparison(run) == ""


def test_a_net_that_never_ran_here_has_a_rough_figure_that_says_so() -> None:
    first = Prediction(10.0, 21.0, 44.0, is_measured=False)
    assert prediction_text(first) == "20 s (not measured yet)"
    assert prediction_text(first._replace(is_measured=True)) == "10 to 45 s"
    assert comparison(replace(RUN, prediction=first)) == "Predicted 20 s (not measured yet), took 27 s."


# ---- the pace of a run at work: 8 epochs of 10 batches; the first batch takes 5 s, each other one a second, and what
# comes at the end of an epoch 2 s, in the first one 4 s


def _told(moments: list[tuple[float, int, int]]) -> Run:
    """A run that told of (seconds since its start, epoch, batch), batch 0 being the end of an epoch."""
    state = Progress(epoch=1, num_batches=10, started=1000.0, seen=1000.0)
    for seconds, epoch, batch in moments:
        state = replace(state, seen=1000.0 + seconds)
        state = with_batch(replace(state, epoch=epoch, batch=batch)) if batch else with_epoch(state)
    config = TrainingConfig(epochs=8, batch_size=32)
    return replace(RUN, status=Status.RUNNING, config=config, progress=state, prediction=Prediction(50, 101.0, 200))


FIRST_EPOCH = [(5.0, 1, 1), (8.0, 1, 4), (14.0, 1, 10), (18.0, 1, 0)]


@pytest.mark.parametrize(
    ("moments", "left"),
    [
        ([], 101.0),
        ([(5.0, 1, 1)], 96.0),  # one batch, which was traced, is no pace
        ([(5.0, 1, 1), (5.9, 1, 2)], 95.1),
        ([(5.0, 1, 1), (8.0, 1, 4)], 76.0),  # a second for each of those that are left
        (FIRST_EPOCH, 7 * 13.0),  # the epoch without its first batch
        ([*FIRST_EPOCH, (22.0, 2, 4)], 7 * 13.0 - 4.0),
        ([*FIRST_EPOCH, (30.0, 2, 0)], 6 * 12.0),  # the second epoch alone
        ([*FIRST_EPOCH, (30.0, 2, 0), (42.0, 3, 0), (47.0, 4, 5)], 5 * 12.0 - 5.0),
        ([*FIRST_EPOCH, *((18.0 + 12 * number, 1 + number, 0) for number in range(1, 8))], 0.0),
    ],
)
def test_what_is_left_goes_by_whole_epochs_and_never_by_the_first_batch(moments: list, left: float) -> None:
    assert _left(_told(moments)) == pytest.approx(left)


@pytest.mark.parametrize(
    ("moments", "silent", "left"),
    [
        ([], 100, 1.0),  # of 101 s that were predicted
        ([], 121, 20.0),  # which are over
        ([(5.0, 1, 1)], 116, 20.0),
        ([(5.0, 1, 1), (8.0, 1, 4)], 6, 70.0),  # the epoch's other batches
        ([(5.0, 1, 1), (8.0, 1, 4)], 26, 70.0 + 20.0),
        (FIRST_EPOCH, 13, 6 * 13.0),
        (FIRST_EPOCH, 43, 6 * 13.0 + 30.0),
        ([*FIRST_EPOCH, (22.0, 2, 4)], 9, 6 * 13.0),
        ([*FIRST_EPOCH, (22.0, 2, 4)], 39, 6 * 13.0 + 30.0),
        ([*FIRST_EPOCH, (35.0, 2, 1)], 0, 6 * 13.0 + 4.0),  # one slow batch is no slow epoch: late by what it is late
        ([*FIRST_EPOCH, (48.0, 2, 5)], 0, 6 * 13.0 + 30.0),  # half of the epoch has taken 30 s: so will the other one
        ([*FIRST_EPOCH, (58.0, 2, 10)], 5, 6 * 13.0 + 5.0),  # what comes at its end
        ([*FIRST_EPOCH, *((18.0 + 12 * number, 1 + number, 0) for number in range(1, 8))], 5, 5.0),  # the last test
    ],
)
def test_what_is_left_never_stands_still_while_an_epoch_takes_longer_than_expected(
    moments: list, silent: float, left: float
) -> None:
    run = _told(moments)
    assert _left(run, silent) == pytest.approx(left)
    assert _left(run, silent + 1) != pytest.approx(left)
    held = replace(run, progress=replace(run.progress, paused=True))
    assert _left(held, silent) == _left(held, silent + 1) == pytest.approx(_left(run)), "nothing goes on"


def test_the_line_of_a_run_that_is_late_does_not_say_that_nothing_is_left() -> None:
    run = _told([*FIRST_EPOCH, *((18.0 + 12 * number, 1 + number, 0) for number in range(1, 8))])
    with _clock(run):
        assert "left" not in progress(run)[1]
    with _clock(run, 4.0):
        assert progress(run)[1].endswith(", about 4 s left")


@contextmanager
def _clock(run: Run, silent: float = 0.0) -> Iterator[None]:
    """So long after something was last told of the run."""
    with pytest.MonkeyPatch.context() as patch:
        # The name in that module only: the loops of other engines in this process live by the real clock.
        patch.setattr("cnnviz.runs.timing.time", SimpleNamespace(time=lambda: run.progress.seen + silent))
        yield


def _left(run: Run, silent: float = 0.0) -> float | None:
    with _clock(run, silent):
        return seconds_left(run)


def test_the_speed_that_is_shown_leaves_out_the_first_batch() -> None:
    assert images_a_second(_told([(5.0, 1, 1)])) is None
    assert images_a_second(_told([(5.0, 1, 1), (8.0, 1, 4)])) == pytest.approx(32.0)


def test_epochs_of_one_batch_are_not_underestimated() -> None:
    """20 epochs, each a batch of 0.01 s and 0.2 s of what comes after it."""
    moments = [(3.0, 1, 1), (3.4, 1, 0)]
    for epoch in range(2, 6):
        start = 3.4 + 0.21 * (epoch - 2)
        moments += [(start + 0.01, epoch, 1), (start + 0.21, epoch, 0)]
    run = _told(moments)
    run = replace(run, progress=replace(run.progress, num_batches=1), config=TrainingConfig(epochs=20))
    assert _left(run) == pytest.approx(15 * 0.21)


def test_a_run_that_goes_on_within_an_epoch_reckons_that_one_up() -> None:
    state = Progress(epochs_done=2, epoch=3, batch=5, num_batches=10, started=1000.0, seen=1002.0)
    state = with_batch(replace(state, batch=6))  # five were done before
    state = with_epoch(replace(state, batch=10, seen=1009.0))
    run = replace(RUN, status=Status.RUNNING, config=TrainingConfig(epochs=8), progress=state)
    assert _left(run) == pytest.approx(5 * 7.0 / 0.5)
