"""What was predicted beside what it took, in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.records import Run, Status
from cnnviz.runs.timing import comparison
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


def test_a_run_that_ended_early_is_not_held_against_the_prediction() -> None:
    stopped = replace(RUN, status=Status.STOPPED, seconds=3.0)
    assert comparison(stopped) == "Predicted 20 to 35 s for all 20 epochs, ended after 3.0 s."


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
