"""How much a net loses when its test images are changed, by hand-made answers."""

import json
import math

import numpy as np
import pytest

from cnnviz.errors import UnknownName
from cnnviz.evaluation.corruptions import CORRUPTIONS, NUM_STEPS, corrupt, series_of
from cnnviz.evaluation.robustness import HalfPoints, SeriesAnswers, half_points, knowledge_kept, mean_error

NUM = 40  # images, of two classes in turn: guessing gets a half


def answers(name: str, right: list[int]) -> SeriesAnswers:
    """So many of 40 are right at each level."""
    labels = np.arange(NUM) % 2
    said = np.stack([np.where(np.arange(NUM) < count, labels, 1 - labels) for count in right])
    return SeriesAnswers(series_of(name, 28, 28), labels, said, np.ones(said.shape, np.float32))


def test_half_is_gone_where_the_line_between_two_levels_meets_the_middle_of_clean_and_guessing() -> None:
    found = answers("rotation", [40, 38, 34, 26, 22, 20, 20])  # clean 1, guessing 0.5: half is gone at 30 of 40
    assert found.accuracies.tolist() == [1, 0.95, 0.85, 0.65, 0.55, 0.5, 0.5]
    assert half_points(found) == HalfPoints(None, pytest.approx(30 + 15 / 2))
    assert knowledge_kept(found) == pytest.approx(np.mean([0.9, 0.7, 0.3, 0.1, 0, 0]))


def test_both_sides_of_the_clean_level_are_searched_and_ratios_by_their_logarithms() -> None:
    darker = answers("brightness", [22, 30, 38, 40, 40, 39, 38])
    assert half_points(darker) == HalfPoints(pytest.approx(-100), None)
    flatter = answers("contrast", [20, 28, 32, 40, 40, 40, 25])
    assert half_points(flatter).below == pytest.approx(0.5 / math.sqrt(2))
    assert half_points(flatter).above == pytest.approx(4 * 2 ** (10 / 15))


def test_what_comes_back_is_not_gone() -> None:
    back = answers("cover", [40, 28, 36, 34, 26, 24, 20])  # at the second level once, from the fifth on for good
    levels = back.series.values
    assert half_points(back).above == pytest.approx(levels[3] + (levels[4] - levels[3]) / 2)
    assert half_points(answers("cover", [40, 38, 30, 20, 20, 20, 31])) == HalfPoints(None, None)


def test_a_net_that_only_guesses_has_nothing_to_lose() -> None:
    found = answers("blur", [20] * 7)
    assert half_points(found) == HalfPoints(None, None)
    assert math.isnan(knowledge_kept(found))


def test_of_so_few_images_that_chance_may_explain_the_accuracy_nothing_is_said() -> None:
    labels = np.arange(6) % 2  # 4 of 6 are 30 to 90 %, guessing is 50 %
    said = np.stack([np.where(np.arange(6) < right, labels, 1 - labels) for right in (4, 3, 2, 5, 4, 4, 4)])
    few = SeriesAnswers(series_of("cover", 28, 28), labels, said, np.ones(said.shape, np.float32))
    assert half_points(few) == HalfPoints(None, None)
    assert math.isnan(knowledge_kept(few))


def test_the_mean_error_is_over_what_is_changed_and_each_corruption_counts_alike() -> None:
    found = {"blur": answers("blur", [40, 20, 20, 20, 20, 20, 20]), "noise": answers("noise", [40] * 7)}
    assert mean_error(found) == pytest.approx(0.25)


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 20, 1), (64, 48, 3), (224, 224, 3)])
def test_every_corruption_has_even_levels_of_which_one_does_nothing(name: str, shape: tuple[int, int, int]) -> None:
    series = series_of(name, *shape[:2])
    values = np.log(series.values) if series.is_ratio else np.array(series.values)
    assert len(series.levels) == NUM_STEPS
    assert np.ptp(np.diff(values)) < 1e-6
    assert values[0] < values[1]
    images, indices = np.random.default_rng(2).integers(0, 256, (10, *shape), np.uint8), np.arange(10)
    for place, level in enumerate(series.levels):
        changed = corrupt(images, level, indices)
        assert np.array_equal(changed, corrupt(images, level, indices))
        assert np.array_equal(changed, images) == (place == series.clean), level.text
    assert len({level.text for level in series.levels}) == NUM_STEPS
    assert json.loads(json.dumps(series.as_dict()))["levels"][series.clean]["changes"][0] == {}


def test_an_image_is_given_its_change_and_its_noise_by_its_place_in_the_test_set() -> None:
    images = np.random.default_rng(3).integers(0, 256, (6, 9, 12, 1), np.uint8)
    level = series_of("shift", 9, 12).levels[2]
    changed = corrupt(images, level, np.arange(6))
    assert np.array_equal(changed[0, :, 2:], images[0, :, :-2])
    assert np.array_equal(changed[1, :, :-2], images[1, :, 2:])
    assert np.array_equal(changed[2, 2:], images[2, :-2])
    assert np.array_equal(changed[3, :-2], images[3, 2:])
    noise = series_of("noise", 9, 12).levels[3]
    assert np.array_equal(corrupt(images, noise, np.arange(6))[4:], corrupt(images[4:], noise, np.array([4, 5])))


def test_a_corruption_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownName, match="rotation"):
        series_of("fog", 28, 28)
