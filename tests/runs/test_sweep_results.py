"""What a sweep has found, with numbers by hand and scipy as a second opinion."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from scipy import stats

from cnnviz.evaluation.honest import SeedGroup, Trained, Verdict, compare
from cnnviz.runs.records import Status
from cnnviz.runs.seed_scores import Reached
from cnnviz.runs.sweep_records import WAITING, PointState, SweepState, SweepStatus
from cnnviz.runs.sweep_results import (
    AT_THE_END,
    ONE_SEED,
    OTHER_IMAGES,
    TOO_FEW,
    axes,
    by_number,
    cells,
    data_text,
    difference,
    offered_metrics,
    ranked,
    ranking_metric,
    winner_text,
)


def state(*points: tuple[dict[str, Any], float | None], kind: str = "settings", num_test: int = 400) -> SweepState:
    """A sweep whose points have reached these accuracies; None: not trained yet."""
    made = [
        PointState(
            place,
            f"point {place}",
            values,
            "" if share is None else f"run{place}",
            WAITING if share is None else Status.FINISHED,
            {} if share is None else {"accuracy": share, "num_test": num_test},
        )
        for place, (values, share) in enumerate(points)
    ]
    return SweepState("s", "ada", "a sweep", kind, SweepStatus.RUNNING, datetime.now(UTC), tuple(made))


def seeds(name: str, value: float, shares: Sequence[float | None]) -> list[tuple[dict[str, Any], float | None]]:
    return [({name: value, "seed": seed}, share) for seed, share in enumerate(shares)]


def test_points_that_differ_in_the_seed_alone_are_one_cell() -> None:
    sweep = state(*seeds("learning_rate", 0.1, [0.5, 0.7]), *seeds("learning_rate", 0.01, [0.9, None]))
    assert axes(sweep) == ("learning_rate",)
    found = cells(sweep)
    assert [(cell.values, cell.scores, cell.mean) for cell in found] == [
        ({"learning_rate": 0.1}, (0.5, 0.7), pytest.approx(0.6)),
        ({"learning_rate": 0.01}, (0.9,), 0.9),
    ]
    assert [cell.name for cell in ranked(found)] == ["learning rate 0.01", "learning rate 0.1"]


def test_a_sweep_over_the_seed_alone_has_a_cell_for_each() -> None:
    sweep = state(({"seed": 0}, 0.5), ({"seed": 1}, 0.6))
    assert axes(sweep) == ("seed",)
    assert [cell.values for cell in cells(sweep)] == [{"seed": 0}, {"seed": 1}]


def test_a_point_whose_plan_is_damaged_is_left_out() -> None:
    sweep = state(({}, 0.5), ({"epochs": 1}, 0.6))
    assert [cell.values for cell in cells(sweep)] == [{"epochs": 1}]
    assert cells(state(({}, None))) == ()


def test_the_difference_of_two_points_is_that_of_two_nets_on_the_compare_page() -> None:
    ours, theirs = [0.91, 0.93, 0.90, 0.95], [0.90, 0.88, 0.89, 0.91]
    first, second = cells(state(*seeds("epochs", 2, ours), *seeds("epochs", 1, theirs)))
    gap = difference(first, second)
    assert gap is not None
    expected = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    assert (gap.advantage, *gap.interval) == pytest.approx((0.0275, expected.low, expected.high))
    rows = {point.run_id: Reached(_trained(point), "test") for cell in (first, second) for point in cell.points}
    by_images = difference(first, second, lambda point, _: rows[point.run_id])
    groups = [SeedGroup(cell.name, [rows[point.run_id].trained for point in cell.points]) for cell in (first, second)]
    assert by_images is not None
    assert by_images.interval == compare(*groups, same_images=True).interval
    assert by_images.interval.low < gap.interval.low, "what other images would change is in it, too"


def _trained(point: PointState) -> Trained:
    right = np.zeros(400)
    chosen = np.random.default_rng(point.values["epochs"]).permutation(400)[: round(400 * point.metrics["accuracy"])]
    right[chosen] = 1
    return Trained(point.values["seed"], float(right.mean()), 400, right)


def test_nets_that_were_tested_on_other_images_are_not_ranked() -> None:
    found = cells(state(({"net": "a"}, 0.9), ({"net": "b"}, 0.85)))
    said = winner_text(
        found, is_finished=True, reached_of=lambda point, _: by_number(point)._replace(images=point.values["net"])
    )
    assert said.endswith(f"of the test images right. {OTHER_IMAGES.format(name='b')}")


def test_from_one_training_each_the_interval_is_that_of_two_shares_of_the_test_images() -> None:
    first, second = cells(state(({"epochs": 2}, 0.9), ({"epochs": 1}, 0.85)))
    gap = difference(first, second)
    assert gap is not None
    variance = sum((400 * p + 1) / 402 * (1 - (400 * p + 1) / 402) / 402 for p in (0.9, 0.85))
    half = stats.norm.ppf(0.975) * np.sqrt(variance)
    assert gap.interval == pytest.approx((0.05 - half, 0.05 + half), abs=1e-6)
    assert gap.verdict() is Verdict.SINGLE


def test_the_interval_covers_the_true_difference_in_95_of_100_sweeps() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        ours, theirs = generator.normal(0.9, 0.01, 5), generator.normal(0.88, 0.02, 5)
        gap = difference(*cells(state(*seeds("epochs", 2, list(ours)), *seeds("epochs", 1, list(theirs)))))
        covered += gap is not None and gap.interval.low <= 0.02 <= gap.interval.high
    assert covered / 400 == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(("num_cells", "num_seeds"), [(2, 3), (8, 2), (8, 3)])
def test_of_points_that_are_alike_the_best_is_called_better_in_5_of_100_sweeps_at_most(
    num_cells: int, num_seeds: int
) -> None:
    generator = np.random.default_rng(5)
    named = 0
    for _ in range(300):
        shares = generator.normal(0.9, 0.01, (num_cells, num_seeds))
        sweep = state(*(point for n, row in enumerate(shares) for point in seeds("epochs", n, row)))
        best, second = ranked(cells(sweep))[:2]
        gap = difference(best, second)
        named += gap is not None and gap.verdict() is Verdict.FIRST
    assert named / 300 <= 0.05


def test_the_winner_is_named_with_the_doubt_that_there_is() -> None:
    clear = state(*seeds("epochs", 1, [0.5, 0.51, 0.5]), *seeds("epochs", 4, [0.9, 0.91, 0.91]))
    assert winner_text(cells(clear), is_finished=True) == (
        "Best: epochs 4 with 90.7\u202f% of the test images right (mean of 3 seeds, 90.0\u202f% to 91.0\u202f%). It is "
        "40.3 percentage points ahead of epochs 1, more than chance alone gives (95\u202f% interval 39.0 to 41.6)."
    )
    close = state(({"epochs": 1}, 0.9), ({"epochs": 4}, 0.905))
    said = winner_text(cells(close), is_finished=False)
    assert said == (
        "Best so far: epochs 4 with 90.5\u202f% of the test images right. On these test images it is 0.5 percentage "
        f"points ahead of epochs 1 (95\u202f% interval −3.6 to 4.6 by the chance of the images alone). {ONE_SEED}"
    )
    assert winner_text(cells(state(({"epochs": 1}, 0.9))), is_finished=True).endswith("of the test images right.")
    assert winner_text(cells(state(({"epochs": 1}, None))), is_finished=False) == ""


def test_while_trainings_are_to_come_nobody_is_said_to_win() -> None:
    clear = cells(state(*seeds("epochs", 1, [0.5, 0.51, None]), *seeds("epochs", 4, [0.9, 0.91, None])))
    said = f"It is 40.0 percentage points ahead of epochs 1 so far. {AT_THE_END}"
    assert winner_text(clear, is_finished=False).endswith(said)
    more = cells(state(*seeds("limit", 100, [0.5, 0.51, None]), *seeds("limit", 200, [0.9, 0.91, None]), kind="data"))
    assert data_text(more, is_finished=False) == (
        f"From 100 to 200 images the test accuracy went up by 40.0 percentage points so far. {AT_THE_END}"
    )


def test_too_few_seeds_are_said_to_be_too_few() -> None:
    few = cells(state(*seeds("epochs", 1, [0.8, None]), *seeds("epochs", 4, [0.9, 0.91])))
    said = f"It is 10.5 percentage points ahead of epochs 1 on average. {TOO_FEW}"
    assert winner_text(few, is_finished=True).endswith(said)


def test_who_reached_the_same_is_not_behind() -> None:
    found = cells(state(({"epochs": 1}, 0.9), ({"epochs": 2}, 0.8), ({"epochs": 4}, 0.9), ({"epochs": 8}, 0.9)))
    assert "On these test images epochs 4 and epochs 8 reached the same (95" in winner_text(found, is_finished=True)
    several = cells(state(*seeds("epochs", 1, [0.9, 0.91, 0.92]), *seeds("epochs", 4, [0.91, 0.92, 0.9])))
    assert "Epochs 4 reached the same, and chance alone can give that" in winner_text(several, is_finished=True)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (
            [0.9, 0.91, 0.9],
            "up by 10.3 percentage points (95\u202f% interval 8.9 to 11.8): more images would probably still help.",
        ),
        ([0.81, 0.79, 0.81], "up by 0.3 percentage points, and chance alone can give that"),
        (
            [0.7, 0.71, 0.7],
            "down by 9.7 percentage points (95\u202f% interval −11.1 to −8.2): more images did not help here.",
        ),
    ],
)
def test_it_is_said_whether_more_images_would_help(last: list[float], said: str) -> None:
    sweep = state(
        *seeds("limit", 1437, last), *seeds("limit", 100, [0.1, 0.1, 0.1]), *seeds("limit", 718, [0.8] * 3), kind="data"
    )
    assert f"From 718 to 1,437 images the test accuracy went {said}" in data_text(cells(sweep), is_finished=True)
    assert data_text(cells(state(*seeds("limit", 100, [0.5]))), is_finished=True) == ""


def test_a_sweep_is_ranked_by_another_metric_where_all_have_it() -> None:
    known = [(0.8, 0.9, 0.12), (0.81, 0.91, 0.11), (0.9, 0.7, 0.2), (0.91, 0.72, 0.21), (0.9, 0.71, 0.19)]
    points = [
        PointState(
            place,
            f"point {place}",
            {"epochs": 1 if place < 2 else 4, "seed": place},
            f"run{place}",
            Status.FINISHED,
            {"accuracy": accuracy, "correlation": correlation, "mse": error, "num_test": 400},
        )
        for place, (accuracy, correlation, error) in enumerate(known)
    ]
    sweep = SweepState("s", "ada", "a sweep", "settings", SweepStatus.FINISHED, datetime.now(UTC), tuple(points))
    assert offered_metrics(sweep) == ["correlation", "accuracy", "mse"]
    assert ranking_metric(sweep) == "correlation", "its share at a threshold of 0.5 says little of one output"
    assert ranking_metric(state(({"epochs": 1}, 0.9))) == ranking_metric(state(({"epochs": 1}, None))) == "accuracy"
    assert [cell.name for cell in ranked(cells(sweep))] == ["epochs 4", "epochs 1"]
    assert [cell.name for cell in ranked(cells(sweep, "correlation"))] == ["epochs 1", "epochs 4"]
    said = winner_text(cells(sweep, "mse"), is_finished=True)
    assert said.startswith(
        "Best: epochs 1 with mean squared error 0.1150 (mean of 2 seeds, 0.1100 to 0.1200). It is 0.0850 ahead of "
    )
    assert "percentage" not in said


def test_the_least_of_an_error_is_the_best() -> None:
    points = [({"epochs": 1}, 0.9), ({"epochs": 4}, 0.8)]
    sweep = state(*points)
    errors = [replace(p, metrics={"mse": m}) for p, m in zip(sweep.points, (0.2, 0.1), strict=True)]
    assert [c.name for c in ranked(cells(replace(sweep, points=tuple(errors)), "mse"))] == ["epochs 4", "epochs 1"]
