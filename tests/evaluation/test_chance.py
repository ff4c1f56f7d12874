import numpy as np
import pytest
from scipy.stats import nct, t, ttest_ind, ttest_rel

from cnnviz.evaluation.chance import holm, image_chance, seed_chance, seeds_needed, share_chance, superiority

A = {0: 0.90, 1: 0.93, 2: 0.91, 3: 0.95, 4: 0.92}
B = {0: 0.88, 1: 0.92, 2: 0.90, 3: 0.93, 4: 0.87}
OTHERS = {5: 0.88, 6: 0.92, 7: 0.90}


def statistic(first, second) -> tuple[float, float]:
    found = seed_chance(first, second)
    return (np.mean(list(first.values())) - np.mean(list(second.values()))) / np.sqrt(found.variance), found.freedom


def test_five_equal_seeds_are_paired_as_by_scipy() -> None:
    expected = ttest_rel(list(A.values()), list(B.values()))
    assert seed_chance(A, B).way == "paired"
    assert statistic(A, B) == pytest.approx((expected.statistic, expected.df))


def test_other_seeds_and_fewer_than_five_are_compared_by_welch_as_by_scipy() -> None:
    for first, second in ((A, OTHERS), (OTHERS, {5: 0.7, 6: 0.9, 7: 0.8})):
        expected = ttest_ind(list(first.values()), list(second.values()), equal_var=False)
        assert seed_chance(first, second).way == "apart"
        assert statistic(first, second) == pytest.approx((expected.statistic, expected.df))


def test_one_or_two_seeds_borrow_the_spread_of_the_other_net_as_in_students_test() -> None:
    two = {8: 0.80, 9: 0.81}
    expected = ttest_ind(list(A.values()), list(two.values()))
    assert seed_chance(A, two).way == "pooled"
    assert statistic(A, two) == pytest.approx((expected.statistic, expected.df))
    one = seed_chance(A, {7: 0.9})
    assert one.variance == pytest.approx(np.var(list(A.values()), ddof=1) * (1 / 5 + 1))
    assert one.freedom == 4


def test_of_one_run_each_the_seeds_tell_nothing() -> None:
    assert seed_chance({0: 0.9}, {0: 0.8}) == (0.0, 1e9, "images")


def test_without_spread_there_is_no_chance_of_seeds() -> None:
    assert seed_chance({0: 1.0, 1: 1.0, 2: 1.0}, {3: 1.0, 4: 1.0, 5: 1.0}).variance == 0


def test_one_run_each_on_the_same_images_gives_the_interval_of_agresti_and_min() -> None:
    first = np.array([[1] * 12 + [0] * 5 + [1] * 80 + [0] * 3], float)  # 12 only here, 5 only there
    second = np.array([[0] * 12 + [1] * 5 + [1] * 80 + [0] * 3], float)
    expected = (12 + 5 + 1 - (12 - 5) ** 2 / 102) / 102**2
    assert image_chance(first, second, same_images=True, is_share=True) == pytest.approx(expected)


def test_on_other_images_each_net_has_the_chance_of_its_own() -> None:
    first, second = np.array([[1, 1, 1, 0]], float), np.array([[1, 0]], float)
    expected = share_chance(0.75, 4) + share_chance(0.5, 2)
    assert image_chance(first, second, same_images=False, is_share=True) == pytest.approx(expected)


def test_squared_errors_have_the_variance_of_their_paired_differences() -> None:
    first, second = np.array([[0.1, 0.4, 0.2]]), np.array([[0.2, 0.2, 0.9]])
    expected = np.var(first - second, ddof=1) / 3
    assert image_chance(first, second, same_images=True, is_share=False) == pytest.approx(expected)


def test_the_chance_of_single_runs_is_not_counted_twice() -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.random((10, 2000)) < 0.9 for _ in range(2))  # no image is harder than another
    found = image_chance(first.astype(float), second.astype(float), same_images=True, is_share=True)
    assert found < 0.1 * 2 * 0.9 * 0.1 / (10 * 2000)


def test_all_images_right_by_both_still_leaves_some_doubt() -> None:
    right = np.ones((3, 98))
    assert image_chance(right, right, same_images=True, is_share=True) == pytest.approx(1 / 100**2)


def test_pairs_are_counted_by_hand() -> None:
    found = superiority(np.array([3.0, 2.0]), np.array([1.0, 2.0, np.nan_to_num(-np.inf)]))
    assert (found.wins, found.ties, found.pairs, found.share) == (5, 1, 6, pytest.approx(5.5 / 6))


def test_a_run_that_diverged_loses_and_two_of_them_are_a_tie() -> None:
    found = superiority(np.array([-np.inf, 0.9]), np.array([-np.inf, 0.1]))
    assert (found.wins, found.ties) == (2, 1)  # 0.9 beats both; one pair is lost


def test_all_pairs_won_is_no_certainty() -> None:
    lows = [superiority(np.ones(k), np.zeros(k)).low for k in (1, 3, 5, 10)]
    assert lows == sorted(lows)
    assert 0.45 < lows[1] < 0.55  # three seeds of each
    assert lows[3] > 0.75
    assert superiority(np.zeros(3), np.ones(3)).high == pytest.approx(1 - lows[1])


def test_the_interval_of_how_often_covers_the_truth() -> None:
    rng, truth, hits = np.random.default_rng(3), 0.76025, 0  # of two normal distributions, one deviation apart
    for _ in range(400):
        found = superiority(rng.normal(1, 1, 5), rng.normal(0, 1, 5))
        hits += found.low <= truth <= found.high
    assert hits / 400 > 0.93


@pytest.mark.parametrize("advantage", [0.005, 0.01, 0.02, 0.05])
def test_seeds_needed_are_the_fewest_with_that_power(advantage: float) -> None:
    def power(number: int) -> float:
        freedom, ahead = 2 * number - 2, advantage / (0.01 * np.sqrt(2 / number))
        return nct.sf(t.ppf(0.975, freedom), freedom, ahead)

    number = seeds_needed(advantage, 0.01**2, 0.0)
    assert power(number) >= 0.8
    assert number == 3 or power(number - 1) < 0.8


def test_no_number_of_seeds_helps_against_too_few_images_or_a_tiny_advantage() -> None:
    assert seeds_needed(0.01, 1e-6, 0.01**2) is None
    assert seeds_needed(0.0001, 0.01**2, 0.0) is None
    assert seeds_needed(0.01, 0.0, 0.0) == 3


def test_holms_correction_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.01]) == pytest.approx([0.9, 0.02])
    assert holm([]) == []
