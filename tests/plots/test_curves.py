import numpy as np

from cnnviz.plots.curves import MAX_POINTS, ROOM, describe_curves, training_curves
from cnnviz.plots.style import TRAIN, VALIDATION

POINTS = [{"epoch": i / 4, "step": i, "loss": 4.0 / i, "accuracy": i / 10} for i in range(1, 9)]
EPOCHS = [
    {"epoch": 1, "loss": 2.0, "accuracy": 0.25, "val_loss": 1.5, "val_accuracy": 0.3},
    {"epoch": 2, "loss": 0.5, "accuracy": 0.75, "val_loss": 1.75, "val_accuracy": 0.6},
]


def traces(fig):
    return {trace.name: trace for trace in fig.data}


def test_batches_epochs_and_validation_are_three_traces_with_the_numbers_given():
    fig = traces(training_curves(POINTS, EPOCHS))
    assert list(fig) == ["each batch", "training", "validation"]
    assert list(fig["each batch"].x) == [row["epoch"] for row in POINTS]
    assert list(fig["each batch"].y) == [row["loss"] for row in POINTS]
    assert (list(fig["training"].x), list(fig["training"].y)) == ([0.5, 1.5], [2.0, 0.5]), "a mean stands in the middle"
    assert (list(fig["validation"].x), list(fig["validation"].y)) == ([1, 2], [1.5, 1.75])
    assert "markers" in fig["validation"].mode
    assert fig["each batch"].opacity < 1
    assert all(trace.showlegend is not False for trace in fig.values())
    assert (fig["training"].line.color, fig["validation"].line.color) == (TRAIN, VALIDATION)
    assert fig["training"].line.dash != fig["validation"].line.dash


def test_the_accuracy_curve_shows_accuracies_on_a_fixed_axis():
    fig = training_curves(POINTS, EPOCHS, metric="accuracy")
    assert list(traces(fig)["validation"].y) == [0.3, 0.6]
    assert list(traces(fig)["each batch"].y) == [row["accuracy"] for row in POINTS]
    assert tuple(fig.layout.yaxis.range) == (0, ROOM)


def test_the_axis_ends_at_the_last_point():
    assert tuple(training_curves(POINTS, EPOCHS).layout.xaxis.range) == (0, 2 * ROOM)
    assert tuple(training_curves([], []).layout.xaxis.range) == (0, ROOM)


def test_epochs_are_counted_in_whole_numbers():
    assert training_curves(POINTS, EPOCHS).layout.xaxis.dtick == 1
    assert training_curves([], [{"epoch": 60}]).layout.xaxis.dtick is None


def test_a_long_run_is_thinned_out_and_keeps_both_ends():
    points = [{"epoch": i / 1000, "loss": float(i)} for i in range(20_000)]
    fig = traces(training_curves(points, []))
    batches = fig["each batch"]
    assert len(batches.x) == MAX_POINTS
    assert (batches.y[0], batches.y[-1]) == (0.0, 19_999.0)
    assert np.diff(batches.y).max() <= 14


def test_values_that_are_no_numbers_are_left_out():
    points = [{"epoch": 0.5, "loss": float("nan")}, {"epoch": 1, "loss": float("inf")}, {"epoch": 1.5, "loss": 3.0}]
    epochs = [{"epoch": 1, "loss": None, "val_loss": float("nan")}, {"epoch": 2, "loss": 1.0}]
    fig = traces(training_curves(points, epochs))
    assert list(fig["each batch"].x) == [1.5]
    assert list(fig["training"].x) == [1.5]
    assert list(fig["validation"].x) == []


def test_the_curves_are_told_in_a_sentence():
    assert describe_curves(EPOCHS) == (
        "Curve of the loss over 2 epochs: training went from 2 to 0.5 (best 0.5 after epoch 2); "
        "validation went from 1.5 to 1.75 (best 1.5 after epoch 1)."
    )
    assert "validation went from 30.0\u202f% to 60.0\u202f% (best 60.0\u202f% after epoch 2)" in describe_curves(
        EPOCHS, metric="accuracy"
    )
    assert describe_curves([]) == "Curve of the loss: no epoch has ended yet."
    assert describe_curves([{"epoch": 1, "loss": float("nan")}]) == "Curve of the loss over 1 epoch: no finite value."
