"""How far an image is from those that a net learned from, by hand numbers."""

import json

import numpy as np
import pytest

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.familiarity import DIRECTIONS, QUANTILE, Familiarity, fit_familiarity


def test_the_distance_is_what_mean_and_directions_leave() -> None:
    known = Familiarity("maps", np.array([[[1, 0, 0], [0, 1, 0]]], np.float32), 0.5)
    values = np.array([[2, 0, 0], [3, 4, 0], [3, 0, 4]], np.float32)  # of length 1: (1,0,0), (.6,.8,0), (.6,0,.8)
    assert known.distances(values) == pytest.approx([0, 0.4, np.hypot(0.4, 0.8)], abs=1e-6)
    assert [known.doubts(value) for value in values] == [False, False, True]


def test_the_nearest_class_counts() -> None:
    known = Familiarity("maps", np.array([[[1, 0], [0, 0]], [[0, 1], [0, 0]]], np.float32), 0.5)
    assert known.distances(np.array([[0, 7.0], [5.0, 0]])) == pytest.approx([0, 0], abs=1e-6)


def _images(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of 400 images of two classes, (400, 60), with their labels."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], 200)
    values = np.abs(rng.normal(0, 0.1, (400, 60)))
    values[np.arange(400), labels] += 3
    return values, labels


@pytest.fixture
def fitted() -> tuple[Familiarity, np.ndarray]:
    values, labels = _images(0)
    return fit_familiarity("maps", values, labels), values


def test_of_new_images_of_the_same_kind_about_the_share_of_the_quantile_is_familiar(fitted) -> None:
    known, _ = fitted
    assert known.vectors.shape == (2, 1 + DIRECTIONS, 60)
    new = np.concatenate([_images(seed)[0] for seed in range(1, 6)])
    assert (known.distances(new) <= known.threshold).mean() == pytest.approx(QUANTILE, abs=0.03)


def test_what_is_like_no_class_is_doubted(fitted) -> None:
    known, _ = fitted
    assert known.doubts(np.eye(60)[7])
    assert known.doubts(np.eye(60)[0] + np.eye(60)[1])  # half of each
    assert not known.doubts(np.eye(60)[1] * 3 + 0.08)


def test_what_is_kept_in_a_manifest_comes_back_the_same(fitted) -> None:
    known, values = fitted
    again = Familiarity.from_manifest(json.loads(json.dumps(known.to_manifest())))
    assert again.layer == known.layer
    assert again.threshold == known.threshold
    assert again.distances(values) == pytest.approx(known.distances(values), abs=1e-6)


@pytest.mark.parametrize(("num_images", "num_values", "received"), [(24, 60, 12), (400, 16, 16)])
def test_of_too_few_images_or_values_nothing_is_learned(num_images: int, num_values: int, received: int) -> None:
    labels = np.repeat([0, 1], num_images // 2)
    with pytest.raises(InvalidInput, match=f"Received: {received}"):
        fit_familiarity("maps", np.ones((num_images, num_values)), labels)
