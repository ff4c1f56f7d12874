import numpy as np
import pytest

from cnnviz.plots.curves import MAX_POINTS, ROOM, crossing, describe_curves, training_curves
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
    assert list(fig) == ["batches", "training", "validation"]
    assert list(fig["batches"].x) == [row["epoch"] for row in POINTS]
    assert list(fig["batches"].y) == [row["loss"] for row in POINTS]
    assert (list(fig["training"].x), list(fig["training"].y)) == ([1, 2], [2.0, 0.5])
    assert (list(fig["validation"].x), list(fig["validation"].y)) == ([1, 2], [1.5, 1.75])
    assert "markers" in fig["validation"].mode
    assert fig["batches"].opacity < 1
    assert (fig["training"].line.color, fig["validation"].line.color) == (TRAIN, VALIDATION)
    assert fig["training"].line.dash != fig["validation"].line.dash


def test_the_accuracy_curve_shows_accuracies_on_a_fixed_axis():
    fig = training_curves(POINTS, EPOCHS, metric="accuracy", log=True)
    assert list(traces(fig)["validation"].y) == [0.3, 0.6]
    assert list(traces(fig)["batches"].y) == [row["accuracy"] for row in POINTS]
    assert tuple(fig.layout.yaxis.range) == (0, ROOM)
    assert fig.layout.yaxis.type != "log"


def test_nothing_jumps_while_a_run_goes_on():
    figures = [training_curves(POINTS[:i], EPOCHS[: i // 4], total_epochs=5) for i in range(9)]
    assert {tuple(fig.layout.xaxis.range) for fig in figures} == {(0, 5 * ROOM)}
    assert {fig.layout.uirevision for fig in figures} == {"keep"}
    assert {tuple(trace.name for trace in fig.data) for fig in figures} == {tuple(traces(figures[0]))}
    assert len({fig.layout.height for fig in figures}) == 1


def test_without_a_planned_end_the_axis_ends_at_the_last_point():
    assert tuple(training_curves(POINTS, EPOCHS).layout.xaxis.range) == (0, 2 * ROOM)
    assert tuple(training_curves([], []).layout.xaxis.range) == (0, ROOM)


def test_epochs_are_counted_in_whole_numbers():
    assert training_curves(POINTS, EPOCHS, total_epochs=3).layout.xaxis.dtick == 1
    assert training_curves(POINTS, EPOCHS, total_epochs=60).layout.xaxis.dtick is None


def test_smoothing_averages_the_past_without_a_pull_to_zero():
    points = [{"epoch": 0.5, "loss": 4.0}, {"epoch": 1.0, "loss": 1.0}, {"epoch": 1.5, "loss": 1.0}]
    solid = traces(training_curves(points, EPOCHS, smoothing=0.5))["training"]
    # weights 1; 1/3, 2/3; 1/7, 2/7, 4/7
    assert list(solid.y) == pytest.approx([4.0, 2.0, (4 + 2 + 4) / 7])
    assert list(solid.x) == [0.5, 1.0, 1.5]
    assert solid.mode == "lines"


@pytest.mark.parametrize("weight", [0.05, 0.6, 0.95, 0.999])
def test_smoothing_is_the_moving_average_worked_out_step_by_step(weight: float) -> None:
    losses = np.random.default_rng(1).exponential(1.0, 200)
    expected, average = [], 0.0
    for step, loss in enumerate(losses, 1):
        average = weight * average + (1 - weight) * loss
        expected.append(average / (1 - weight**step))
    points = [{"epoch": float(step), "loss": loss} for step, loss in enumerate(losses)]
    smoothed = traces(training_curves(points, [], smoothing=weight))["training"].y
    np.testing.assert_allclose(smoothed, expected, rtol=1e-9)


def test_a_constant_stays_constant_however_much_it_is_smoothed():
    points = [{"epoch": i, "loss": 0.7} for i in range(50)]
    assert np.allclose(traces(training_curves(points, [], smoothing=0.98))["training"].y, 0.7)


def test_a_long_run_is_thinned_out_and_keeps_both_ends():
    points = [{"epoch": i / 1000, "loss": float(i)} for i in range(20_000)]
    fig = traces(training_curves(points, [], smoothing=0.5))
    batches = fig["batches"]
    assert len(batches.x) == len(fig["training"].x) == MAX_POINTS
    assert (batches.y[0], batches.y[-1]) == (0.0, 19_999.0)
    assert np.diff(batches.y).max() <= 14


def test_values_that_are_no_numbers_are_left_out():
    points = [{"epoch": 0.5, "loss": float("nan")}, {"epoch": 1, "loss": float("inf")}, {"epoch": 1.5, "loss": 3.0}]
    epochs = [{"epoch": 1, "loss": None, "val_loss": float("nan")}, {"epoch": 2, "loss": 1.0}]
    fig = traces(training_curves(points, epochs))
    assert list(fig["batches"].x) == [1.5]
    assert list(fig["training"].x) == [2]
    assert list(fig["validation"].x) == []


def test_the_loss_axis_can_be_logarithmic():
    assert training_curves(POINTS, EPOCHS, log=True).layout.yaxis.type == "log"
    assert training_curves(POINTS, EPOCHS).layout.yaxis.type == "linear"


def test_the_curves_are_told_in_a_sentence():
    assert describe_curves(EPOCHS) == (
        "Curve of the loss over 2 epochs: training went from 2 to 0.5 (best 0.5 after epoch 2); "
        "validation went from 1.5 to 1.75 (best 1.5 after epoch 1)."
    )
    assert "validation went from 30.0% to 60.0% (best 60.0% after epoch 2)" in describe_curves(
        EPOCHS, metric="accuracy"
    )
    assert describe_curves([]) == "Curve of the loss: no epoch has ended yet."
    assert describe_curves([{"epoch": 1, "loss": float("nan")}]) == "Curve of the loss over 1 epoch: no finite value."


def test_the_crossing_of_training_and_validation_is_found_by_hand_numbers() -> None:
    epochs = [
        {"epoch": 1, "accuracy": 0.5, "val_accuracy": 0.6},
        {"epoch": 2, "accuracy": 0.7, "val_accuracy": 0.6},
    ]
    epoch, value = crossing(epochs, "accuracy")
    assert (epoch, value) == (pytest.approx(1.5), pytest.approx(0.6))
    figure = training_curves([], epochs, metric="accuracy", mark_crossing=True)
    assert figure.layout.shapes[0].x0 == pytest.approx(1.5)
    assert figure.layout.annotations[0].text == "crossing at epoch 1.5: 60.0%"
    assert crossing(epochs[:1], "accuracy") is None


def test_what_is_known_by_epoch_only_keeps_its_points_when_the_batches_are_smoothed() -> None:
    epochs = [{"epoch": 1, "precision": 0.5, "val_precision": 0.4}, {"epoch": 2, "precision": 0.6}]
    fig = traces(training_curves(POINTS, epochs, metric="precision", smoothing=0.9))
    assert list(fig["training"].y) == [0.5, 0.6]
    assert list(fig["validation"].y) == [0.4]


def test_the_correlation_may_be_negative_and_is_never_drawn_on_a_logarithmic_axis() -> None:
    epochs = [{"epoch": 1, "correlation": -0.2, "val_correlation": 0.1}]
    fig = training_curves([], epochs, metric="correlation", log=True)
    assert fig.layout.yaxis.type == "linear"
    assert list(traces(fig)["training"].y) == [-0.2]


def test_the_best_squared_error_is_the_smallest() -> None:
    epochs = [{"epoch": 1, "mse": 0.25}, {"epoch": 2, "mse": 0.5}]
    assert describe_curves(epochs, metric="mse") == (
        "Curve of the squared error over 2 epochs: training went from 0.25 to 0.5 (best 0.25 after epoch 1)."
    )
