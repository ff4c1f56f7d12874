import math
from itertools import cycle

import numpy as np
import pytest
from scipy.stats import ttest_ind

from cnnviz.bench.honest import GOAL, SETTINGS, TOLERANCE, coverage
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.honest import SeedGroup, Trained, Verdict, compare


def group(name: str, values, *, first: int = 0, scores=None, num_images: int = 360) -> SeedGroup:
    rows = scores if scores is not None else [None] * len(values)
    runs = [Trained(first + i, v, num_images, row) for i, (v, row) in enumerate(zip(values, rows, strict=True))]
    return SeedGroup(name, runs)


def scored(name: str, rows, *, first: int = 0) -> SeedGroup:
    rows = np.asarray(rows, float)
    return group(name, rows.mean(axis=1), first=first, scores=list(rows), num_images=rows.shape[1])


@pytest.mark.parametrize("name", SETTINGS)
def test_in_simulated_comparisons_the_interval_holds_the_true_difference_in_95_percent(name: str) -> None:
    """With 600 of a setting, chance alone moves the share by 0.9 %."""
    assert coverage(SETTINGS[name], 600, np.random.default_rng(7)) == pytest.approx(GOAL, abs=TOLERANCE)


def test_in_200_simulated_comparisons_of_nets_of_all_these_kinds_it_does_as_well() -> None:
    rng, settings = np.random.default_rng(0), cycle(SETTINGS.values())
    shares = [coverage(next(settings), 1, rng) for _ in range(200)]
    assert np.mean(shares) == pytest.approx(GOAL, abs=TOLERANCE)


@pytest.mark.parametrize("spread", [(0.01, 0.01), (0.005, 0.02)])
@pytest.mark.parametrize("seeds", [(3, 3), (5, 5), (10, 10), (10, 5), (10, 3), (5, 1)])
def test_so_it_does_where_only_the_accuracies_are_known(seeds: tuple[int, int], spread: tuple[float, float]) -> None:
    if seeds == (5, 1) and spread[0] != spread[1]:
        pytest.skip("of one seed there is no spread, so it is taken to be that of the other net")
    rng, hits = np.random.default_rng(2), 0
    for _ in range(1000):
        values = [
            rng.binomial(1000, np.clip(rng.normal(mean, one, k), 0, 1)) / 1000
            for mean, one, k in zip((0.92, 0.9), spread[::-1], seeds, strict=True)
        ]
        found = compare(group("a", values[0]), group("b", values[1]), same_images=True)
        hits += found.interval.low <= 0.02 <= found.interval.high
    assert hits / 1000 == pytest.approx(GOAL, abs=TOLERANCE)


def test_without_scores_of_images_it_is_welchs_test() -> None:
    a, b = [0.97, 0.96, 0.98], [0.93, 0.95, 0.90, 0.94]
    found = compare(group("a", a), group("b", b, first=10), same_images=True)
    expected = ttest_ind(a, b, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.interval == pytest.approx((interval.low, interval.high))
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.verdict() is Verdict.FIRST
    assert found.verdict(0.051) is Verdict.UNTOLD
    assert compare(group("b", b, first=10), group("a", a), same_images=True).verdict() is Verdict.SECOND


def test_a_lower_loss_is_an_advantage() -> None:
    found = compare(
        group("a", [0.20, 0.21, 0.19]),
        group("b", [0.30, 0.31, 0.29]),
        same_images=True,
        lower_is_better=True,
        is_share=False,
    )
    assert found.advantage == pytest.approx(0.1)
    assert found.verdict() is Verdict.FIRST
    assert found.superiority.share == 1


def test_three_runs_together_tell_nothing_of_nets_that_are_trained_anew() -> None:
    found = compare(group("a", [0.97, 0.93]), group("b", [0.9], first=5), same_images=True)
    assert found.verdict() is Verdict.FEW
    assert found.interval == (-math.inf, math.inf)
    assert found.p_value == 1
    assert found.superiority is found.seeds_needed is None
    assert compare(group("a", [0.97, 0.93]), group("b", [0.9, 0.91]), same_images=True).verdict() is not Verdict.FEW


def test_more_test_images_tell_more() -> None:
    rng = np.random.default_rng(0)
    widths = []
    for number in (100, 1000, 10_000):
        base = rng.random(number) < 0.9
        rows = [[base ^ (rng.random(number) < 0.05) for _ in range(3)] for _ in range(2)]
        found = compare(scored("a", rows[0]), scored("b", rows[1]), same_images=True)
        widths.append(found.limit)
    assert widths == sorted(widths, reverse=True)


def test_one_run_each_is_judged_by_the_images_on_which_they_differ() -> None:
    first = [[1] * 12 + [0] * 5 + [1] * 80 + [0] * 3]
    second = [[0] * 12 + [1] * 5 + [1] * 80 + [0] * 3]
    found = compare(scored("a", first), scored("b", second), same_images=True)
    assert found.discordant == (12, 5)
    assert found.advantage == pytest.approx(0.07)
    half = 1.959964 * math.sqrt(12 + 5 + 1 - 49 / 102) / 102
    assert found.interval == pytest.approx((0.07 - half, 0.07 + half), abs=1e-6)
    assert found.verdict() is Verdict.SINGLE
    assert found.superiority is found.seeds_needed is None


def test_one_run_each_without_scores_goes_by_the_number_of_images() -> None:
    few, many = (
        compare(group("a", [0.9], num_images=n), group("b", [0.8], num_images=n), same_images=True) for n in (50, 5000)
    )
    assert few.discordant is None
    assert few.interval.low < 0 < many.interval.low
    loss = compare(group("a", [0.2]), group("b", [0.3]), same_images=True, lower_is_better=True, is_share=False)
    assert loss.interval == (-math.inf, math.inf)
    assert loss.p_value == 1


def test_runs_that_all_have_everything_right_are_not_told_apart_with_certainty() -> None:
    found = compare(scored("a", np.ones((3, 98))), scored("b", np.ones((3, 98)), first=3), same_images=True)
    assert found.advantage == 0
    assert found.interval == pytest.approx((-0.0196, 0.0196), abs=1e-4)
    assert found.verdict() is Verdict.UNTOLD


def test_without_any_spread_and_scores_only_a_difference_is_one() -> None:
    same = compare(group("a", [0.9] * 3), group("b", [0.9] * 3, first=3), same_images=True)
    other = compare(group("a", [0.9] * 3), group("b", [0.8] * 3, first=3), same_images=True)
    assert same.verdict() is Verdict.UNTOLD
    assert other.verdict() is Verdict.FIRST


def test_a_run_that_diverged_is_in_no_mean_but_loses() -> None:
    a = group("a", [0.97, math.nan, 0.96, 0.98, math.nan])
    b = group("b", [0.93, 0.95, 0.94], first=10)
    found = compare(a, b, same_images=True)
    assert (a.num_diverged, len(a.values), a.mean) == (2, 3, pytest.approx(0.97))
    assert (found.superiority.wins, found.superiority.pairs) == (9, 15)
    with pytest.raises(InvalidInput, match=r"No run of a has a measured result.*Received: 2 runs"):
        compare(group("a", [math.nan, math.nan]), b, same_images=True)


def test_scores_on_other_numbers_of_images_are_not_stacked() -> None:
    runs = [Trained(0, 0.5, 2, np.array([1, 0])), Trained(1, 1.0, 3, np.array([1, 1, 1]))]
    mixed = SeedGroup("a", runs)
    assert mixed.scores is None
    assert mixed.num_images == 2
