"""What a sweep has found, with numbers by hand and scipy as a second opinion."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from scipy import stats

from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import WAITING, PointState, SweepState, SweepStatus
from cnnviz.runs.sweep_results import ONE_SEED, axes, cells, data_text, difference, points_text, ranked, winner_text


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


def test_the_difference_over_seeds_is_that_of_students_paired_test() -> None:
    ours, theirs = [0.91, 0.93, 0.90, 0.95], [0.90, 0.88, 0.89, 0.91]
    first, second = cells(state(*seeds("epochs", 2, ours), *seeds("epochs", 1, theirs)))
    gap = difference(first, second)
    assert gap is not None
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.95)
    assert (gap.mean, gap.low, gap.high) == pytest.approx((0.0275, expected.low, expected.high))
    assert gap.num_pairs == 4
    assert gap.is_clear == (expected.low > 0)


def test_only_seeds_from_which_both_were_trained_count() -> None:
    first, second = cells(state(*seeds("epochs", 2, [0.9, None, 0.8]), *seeds("epochs", 1, [0.7, 0.1, 0.5])))
    gap = difference(first, second)
    assert gap is not None
    assert (gap.mean, gap.num_pairs) == (pytest.approx(0.25), 2)
    alone = cells(state(*seeds("epochs", 2, [0.9, None]), *seeds("epochs", 1, [None, 0.1])))
    assert difference(*alone) is None


def test_from_one_training_each_the_interval_is_that_of_two_shares_of_the_test_images() -> None:
    first, second = cells(state(({"epochs": 2}, 0.9), ({"epochs": 1}, 0.85)))
    gap = difference(first, second)
    assert gap is not None
    half = stats.norm.ppf(0.975) * np.sqrt(0.9 * 0.1 / 400 + 0.85 * 0.15 / 400)
    assert (gap.low, gap.high) == pytest.approx((0.05 - half, 0.05 + half), abs=1e-6)
    assert gap.is_clear


def test_the_interval_covers_the_true_difference_in_95_of_100_sweeps() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        ours, theirs = generator.normal(0.9, 0.01, 5), generator.normal(0.88, 0.02, 5)
        gap = difference(*cells(state(*seeds("epochs", 2, list(ours)), *seeds("epochs", 1, list(theirs)))))
        covered += gap is not None and gap.low <= 0.02 <= gap.high
    assert covered / 400 == pytest.approx(0.95, abs=0.03)


def test_the_winner_is_named_with_the_doubt_that_there_is() -> None:
    clear = state(*seeds("epochs", 1, [0.5, 0.51, 0.5]), *seeds("epochs", 4, [0.9, 0.91, 0.91]))
    assert winner_text(cells(clear), is_finished=True) == (
        "Best: epochs 4 with 90.7\u202f% of the test images right (mean of 3 seeds, 90.0\u202f% to 91.0\u202f%). It is "
        "40.3 points ahead of epochs 1, more than chance alone gives (95\u202f% interval 38.9 to 41.8)."
    )
    close = state(({"epochs": 1}, 0.9), ({"epochs": 4}, 0.905))
    said = winner_text(cells(close), is_finished=False)
    assert said == (
        "Best so far: epochs 4 with 90.5\u202f% of the test images right. On these test images it is 0.5 points ahead "
        f"of epochs 1 (95\u202f% interval −3.6 to 4.6). {ONE_SEED}"
    )
    assert winner_text(cells(state(({"epochs": 1}, 0.9))), is_finished=True).endswith("of the test images right.")
    assert winner_text(cells(state(({"epochs": 1}, None))), is_finished=False) == ""


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (
            [0.9, 0.91, 0.9],
            "up by 10.3 points (95\u202f% interval 8.9 to 11.8): more images would probably still help.",
        ),
        ([0.81, 0.79, 0.81], "up by 0.3 points, which chance alone can give"),
        ([0.7, 0.71, 0.7], "down by 9.7 points (95\u202f% interval −11.1 to −8.2): more images did not help here."),
    ],
)
def test_it_is_said_whether_more_images_would_help(last: list[float], said: str) -> None:
    sweep = state(
        *seeds("limit", 1437, last), *seeds("limit", 100, [0.1, 0.1, 0.1]), *seeds("limit", 718, [0.8] * 3), kind="data"
    )
    assert f"From 718 to 1,437 images the accuracy went {said}" in data_text(cells(sweep))
    assert data_text(cells(state(*seeds("limit", 100, [0.5])))) == ""


def test_points_have_a_true_minus_and_no_minus_zero() -> None:
    assert [points_text(share) for share in (0.0123, -0.0049, -0.0001)] == ["1.2", "−0.5", "0.0"]
