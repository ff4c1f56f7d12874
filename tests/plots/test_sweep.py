"""Figures of sweeps: marks at the right places, with the run that each is of."""

import itertools

import numpy as np
import pytest

from cnnviz.plots.style import VALIDATION
from cnnviz.plots.sweep import describe_sweep, sweep_figure
from cnnviz.plots.sweep_grid import CLICKS, metric_range
from cnnviz.plots.sweep_lines import lines_figure
from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import PointState, SweepState, SweepStatus, planned_state
from cnnviz.runs.sweep_results import cells
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import nets_sweep, settings_sweep
from tests.helpers import DIGITS_NET as NET


def ended(state: SweepState, *shares: float | None, current: int = -1) -> SweepState:
    """The sweep with these accuracies; None: not yet. `current` is the point that is trained."""
    points = []
    for point, share in zip(state.points, shares, strict=True):
        run_id = f"run{point.position}"
        if share is not None:
            metrics = {"accuracy": share, "num_test": 100, "params": 10 + point.position}
            points.append(PointState(point.position, point.name, point.values, run_id, Status.FINISHED, metrics, 2.5))
        elif point.position == current:
            points.append(PointState(point.position, point.name, point.values, run_id, Status.RUNNING))
        else:
            points.append(point)
    return SweepState("s", "ada", state.title, state.kind, SweepStatus.RUNNING, state.created, tuple(points))


RATES = planned_state(settings_sweep(NET, TrainingConfig(), {"learning_rate": [0.1, 0.001, 0.01]}))
GRID = planned_state(settings_sweep(NET, TrainingConfig(), {"epochs": [1, 2], "optimizer": ["adam", "sgd"]}))
NETS = planned_state(nets_sweep(["digits-small", "lenet5"], dataset="digits", num_seeds=2))


def test_one_setting_is_a_line_in_the_order_of_its_values_with_a_mark_for_each_run() -> None:
    fig = sweep_figure(ended(RATES, 0.5, 0.9, None, current=2))
    line, marks = fig.data
    assert (list(line.x), list(line.y)) == ([0.001, 0.1], [0.9, 0.5])
    assert list(marks.y) == [0.9, 0.5]
    assert [one[0] for one in marks.customdata] == ["run1", "run0"]
    assert fig.layout.xaxis.type == "log"
    assert fig.layout.xaxis.title.text == "Learning rate"
    assert set(fig.layout.xaxis.ticktext) == {"0.1", "0.01", "0.001"}
    (running,) = fig.layout.shapes
    assert (running.x0, running.line.color) == (0.01, VALIDATION)


def test_several_seeds_have_a_band_from_the_least_to_the_most() -> None:
    planned = planned_state(settings_sweep(NET, TrainingConfig(), {"epochs": [1, 2]}, num_seeds=2))
    fig = sweep_figure(ended(planned, 0.5, 0.7, 0.6, 0.9))
    low, high, mean, marks = fig.data
    assert (list(low.y), list(high.y), list(mean.y)) == ([0.5, 0.7], [0.6, 0.9], [0.55, pytest.approx(0.8)])
    assert len(marks.x) == 4


def test_words_stand_as_categories() -> None:
    planned = planned_state(settings_sweep(NET, TrainingConfig(), {"optimizer": ["sgd", "adam"]}))
    fig = sweep_figure(ended(planned, 0.5, 0.7))
    assert fig.layout.xaxis.type == "category"
    assert list(fig.layout.xaxis.categoryarray) == ["sgd", "adam"]
    assert fig.data[0].mode == "markers", "there is nothing between two optimizers"


def test_two_settings_are_a_grid_that_fills() -> None:
    fig = sweep_figure(ended(GRID, 0.5, None, 0.75, None, current=3))
    shares = fig.data[1].z
    np.testing.assert_array_equal(shares, [[0.5, 0.75], [np.nan, np.nan]])
    assert list(fig.layout.xaxis.ticktext) == ["1", "2"]
    assert list(fig.layout.yaxis.ticktext) == ["adam", "sgd"]
    clicks = fig.data[-1]
    assert len(clicks.x) == 4 * len(CLICKS)
    assert (
        dict(zip(zip(clicks.x, clicks.y, strict=True), (one[0] for one in clicks.customdata), strict=True))[(1, 0)]
        == "run2"
    )
    texts = {text for trace in fig.data[2:-1] for text in np.ravel(trace.text)}
    assert {"50.0\u202f%", "75.0\u202f%", "training …", "–"} <= texts
    (box,) = fig.layout.shapes
    assert (box.x0, box.y0) == (0.52, 0.52)


def test_nets_have_a_row_each_with_their_mean() -> None:
    fig = sweep_figure(ended(NETS, 0.5, 0.9, 0.7, None))
    means, marks = fig.data
    assert (list(means.x), list(means.y)) == ([pytest.approx(0.6), 0.9], ["digits-small", "lenet5"])
    assert [one[0] for one in marks.customdata] == ["run0", "run2", "run1"]


@pytest.mark.parametrize("planned", [RATES, GRID, NETS], ids=["line", "grid", "rows"])
def test_a_plan_is_an_empty_figure_that_says_so(planned: SweepState) -> None:
    sweep_figure(planned)
    assert describe_sweep(planned).endswith("No training has ended yet.")


def test_the_sentence_tells_the_best_first() -> None:
    assert describe_sweep(ended(RATES, 0.5, 0.9, None)) == (
        "Test accuracy by learning rate, 2 of 3 known. "
        "Best first: learning rate 0.001: 90.0\u202f%; learning rate 0.1: 50.0\u202f%."
    )


def test_lines_go_through_all_numbers_of_a_training() -> None:
    fig = lines_figure(ended(GRID, 0.5, 0.6, 0.75, 1.0))
    assert list(fig.layout.xaxis.ticktext) == ["Epochs", "Optimizer", "Parameters", "Seconds", "Test accuracy"]
    np.testing.assert_allclose(
        [line.y for line in fig.data],
        [[0, 0, 0, 0, 0], [0, 1, 1 / 3, 0, 0.2], [1, 0, 2 / 3, 0, 0.5], [1, 1, 1, 0, 1]],
    )
    assert fig.data[2].name.endswith("75.0\u202f%")


def test_lines_stay_where_they_are_while_trainings_are_to_come() -> None:
    varied = {"filters": [4, 8], "epochs": [1, 2]}
    planned = planned_state(settings_sweep(NET, TrainingConfig(), varied))
    before, after, wide = (
        lines_figure(ended(planned, *shares, None))
        for shares in ((0.5, None, None), (0.5, 0.55, 0.59), (0.5, 0.55, 0.97))
    )
    assert list(before.data[0].y) == pytest.approx([0, 0, 0.5, 0.5, 0.5]), (
        "settings as planned, the rest in whole steps"
    )
    assert before.data[0].y == after.data[0].y
    ends = [[note.text for note in fig.layout.annotations] for fig in (before, after, wide)]
    assert ends[0] == ends[1]
    assert ends[0][-2:] == ["40.0\u202f%", "60.0\u202f%"]
    assert ends[2] == [*ends[0][:-1], "100.0\u202f%"], "only wider"


def test_texts_at_the_ends_of_an_axis_stand_clear_of_lines_that_run_level() -> None:
    notes = lines_figure(ended(RATES, 0.5, 0.9, 0.7)).layout.annotations
    assert {(note.y, note.yshift) for note in notes if note.y in (0, 1)} == {(0, -10), (1, 10)}
    (middle,) = [note for note in notes if note.y == 0.5]
    assert (middle.text, middle.xanchor, middle.yshift) == ("0.01", "right", None)


def test_an_axis_of_parameters_is_there_from_the_first_net_of_several() -> None:
    titles = lines_figure(ended(NETS, 0.5, None, None, None)).layout.xaxis.ticktext
    assert "Parameters" in titles
    assert "Parameters" not in lines_figure(ended(RATES, 0.5, None, None)).layout.xaxis.ticktext


@pytest.mark.parametrize("planned", [RATES, GRID, NETS], ids=["line", "grid", "rows"])
def test_the_axis_only_grows_while_a_sweep_goes_on_and_fits_at_its_end(planned: SweepState) -> None:
    shares = [0.93, 0.952, 0.45, 0.87][: len(planned.points)]
    ranges = [
        metric_range(cells(ended(planned, *shares[:known], *[None] * (len(shares) - known))))
        for known in range(1, len(shares) + 1)
    ]
    assert ranges[:2] == [(pytest.approx(0.9), 1.0)] * 2
    if len(shares) > 3:
        assert ranges[2] == (pytest.approx(0.4), 1.0)
    assert ranges[-1] == (pytest.approx(0.45 - 0.12 * (0.952 - 0.45)), pytest.approx(1.005, abs=0.02))


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ((0.95, 0.951), (0.9, 1.0)),
        ((1.0,), (0.9, 1.005)),
        ((0.9,), (0.8, 1.0)),  # not on the edge, where half of its mark would be missing
        ((0.004, 0.02), (0.0, 0.1)),
    ],
)
def test_an_axis_that_waits_for_more_ends_at_whole_tenths(values: tuple[float, ...], ends: tuple[float, float]) -> None:
    waiting = settings_sweep(NET, TrainingConfig(), {"epochs": [1, 2, 3]})
    shares = [*values, *[None] * (3 - len(values))]
    assert metric_range(cells(ended(planned_state(waiting), *shares))) == pytest.approx(ends)


def test_an_axis_of_errors_that_waits_has_steps_of_their_size_and_only_grows() -> None:
    values = [0.034, 0.031, 0.0071, 0.26, 4.0, 31.0]
    config = {"epochs": [1, 2, 3, 4, 5, 6, 7]}
    planned = planned_state(settings_sweep(NET, TrainingConfig(), config))
    ranges = []
    for known in range(1, 7):
        state = ended(planned, *[0.5] * known, *[None] * (7 - known))
        for point, value in zip(state.points, values[:known], strict=False):
            point.metrics["mse"] = value
        ranges.append(metric_range(cells(state, "mse")))
    assert ranges[0] == pytest.approx((0.03, 0.04))
    assert ranges[2] == pytest.approx((0.0, 0.04))
    for (low, high), (next_low, next_high) in itertools.pairwise(ranges):
        assert next_low <= low
        assert next_high >= high


def test_small_differences_do_not_fill_the_axis() -> None:
    low, high = metric_range(cells(ended(RATES, 0.9, 0.901, 0.9)))
    assert high - low == pytest.approx(0.04)
