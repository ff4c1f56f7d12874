from dataclasses import replace

import numpy as np

from cnnviz.runs.comparison_curves import num_batches, on_axis, series
from cnnviz.runs.records import Curves
from cnnviz.runs.run_progress import Progress
from tests.runs.test_comparison import run

POINTS = [{"epoch": place / 2, "loss": 3.0 - place, "accuracy": place / 10} for place in (1, 2, 3)]
EPOCHS = [
    {"epoch": 1, "loss": 2.0, "accuracy": 0.5, "val_loss": 1.5, "val_accuracy": 0.6},
    {"epoch": 2, "loss": float("nan"), "accuracy": 0.7, "val_loss": float("inf"), "val_accuracy": 0.75},
]


def test_validation_stands_at_the_ends_of_epochs_and_the_training_at_its_batches():
    x, y = series(Curves(POINTS, EPOCHS), "accuracy", validation=True)
    assert (x.tolist(), y.tolist()) == ([1, 2], [0.6, 0.75])
    x, y = series(Curves(POINTS, EPOCHS), "loss", validation=False)
    assert (x.tolist(), y.tolist()) == ([0.5, 1, 1.5], [2, 1, 0])


def test_the_error_is_what_is_missing_to_the_accuracy():
    _, y = series(Curves([], EPOCHS), "error", validation=True)
    assert np.allclose(y, [0.4, 0.25])


def test_without_batches_the_training_is_the_mean_of_epochs_in_their_middle_and_no_number_is_left_out():
    x, y = series(Curves([], EPOCHS), "accuracy", validation=False)
    assert (x.tolist(), y.tolist()) == ([0.5, 1.5], [0.5, 0.7])
    x, y = series(Curves([], EPOCHS), "loss", validation=True)
    assert (x.tolist(), y.tolist()) == ([1], [1.5])
    assert len(series(Curves([], []), "loss", validation=True)[1]) == 0


def test_epochs_become_steps_and_seconds_of_work():
    trained = replace(run(), progress=Progress(num_batches=20))
    x = np.array([0.5, 1.0, 2.0])
    assert on_axis(x, "epoch", run=trained, ends=[]).tolist() == [0.5, 1, 2]
    assert on_axis(x, "step", run=trained, ends=[]).tolist() == [10, 20, 40]
    assert on_axis(x, "time", run=trained, ends=[4.0, 5.0]).tolist() == [2, 4, 5]


def test_what_a_run_has_not_recorded_gives_no_line():
    assert num_batches(run()) == 23, "1,437 images in batches of 64"
    assert on_axis(np.array([1.0, 2.0]), "time", run=run(), ends=[4.0]) is None
    old = run(facts=replace(run().facts, num_train=0))
    assert on_axis(np.array([1.0]), "step", run=old, ends=[]) is None
