"""Pixels as scale and shift, and as the mean and deviation that people write."""

import random

import pytest

from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.errors import InvalidArchitecture
from cnnviz.models.foreign.scalings import SCALINGS


@pytest.mark.parametrize(
    ("mean", "deviation", "scale", "shift"),
    [
        (0.0, 1.0, 1 / 255, 0.0),
        (0.5, 0.5, 2 / 255, -1.0),
        (0.0, 1 / 255, 1.0, 0.0),
        ((0.1, 0.2, 0.4), 0.5, 2 / 255, (-0.2, -0.4, -0.8)),
        (0.5, (0.5, 0.25, 1.0), (2 / 255, 4 / 255, 1 / 255), (-1.0, -2.0, -0.5)),
    ],
)
def test_a_mean_and_a_deviation_are_a_scale_and_a_shift(mean, deviation, scale, shift) -> None:
    scaling = InputScaling.normalising(mean, deviation)
    assert scaling.scale == pytest.approx(scale)
    assert scaling.shift == pytest.approx(shift)


@pytest.mark.parametrize("name", SCALINGS)
def test_every_usual_way_has_a_mean_and_a_deviation(name: str) -> None:
    scaling = SCALINGS[name]
    again = InputScaling.normalising(*scaling.mean_and_deviation(), scaling.order)
    assert (again.scale, again.shift) == (pytest.approx(scaling.scale), pytest.approx(scaling.shift))
    assert again.order == scaling.order


def test_those_of_imagenet_are_those_of_the_paper() -> None:
    mean, deviation = SCALINGS["ImageNet mean and deviation"].mean_and_deviation()
    assert mean == pytest.approx((0.485, 0.456, 0.406))
    assert deviation == pytest.approx((0.229, 0.224, 0.225))


@pytest.mark.parametrize("seed", range(20))
def test_any_scaling_comes_back(seed: int) -> None:
    rng = random.Random(seed)
    factors = [tuple(rng.uniform(0.1, 2) for _ in range(rng.choice((1, 3)))) for _ in range(2)]
    scaling = InputScaling(scale=factors[0] if len(factors[0]) > 1 else factors[0][0], shift=factors[1][0])
    again = InputScaling.normalising(*scaling.mean_and_deviation())
    assert [scaled(again, channel) for channel in range(3)] == pytest.approx([scaled(scaling, c) for c in range(3)])


def scaled(scaling: InputScaling, channel: int) -> float:
    """What becomes of a pixel of 100."""
    scale, shift = (each[channel] if isinstance(each, tuple) else each for each in (scaling.scale, scaling.shift))
    return 100 * scale + shift


@pytest.mark.parametrize(
    ("mean", "deviation", "words"),
    [
        (0.0, 0.0, "other than 0"),
        (0.0, (1.0, 0.0, 1.0), "other than 0"),
        ((0.1, 0.2), (1.0, 2.0, 3.0), "Received: 2 and 3 numbers"),
    ],
)
def test_what_scales_no_pixel_is_refused(mean, deviation, words: str) -> None:
    with pytest.raises(InvalidArchitecture, match=words):
        InputScaling.normalising(mean, deviation)


def test_a_scale_of_nothing_has_no_deviation() -> None:
    assert InputScaling(scale=0.0, shift=1.0).mean_and_deviation() == (0.0, 0.0)
