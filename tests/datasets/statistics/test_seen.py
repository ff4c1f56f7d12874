"""Test images that stand among the training images: copies made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.statistics.seen import ALIKE, alike_pairs, image_likeness, join_seen, seen_images


@pytest.fixture(scope="module")
def photos() -> np.ndarray:
    """Twelve smooth patterns (12, 40, 48, 3) uint8, no two alike."""
    random = np.random.default_rng(1)
    coarse = random.uniform(0, 255, (12, 5, 6, 3))
    fine = np.stack([np.kron(one, np.ones((8, 8, 1))) for one in coarse])
    return gaussian_filter(fine, (0, 3, 3, 0), mode="wrap").astype(np.uint8)


def a_set(train: np.ndarray, test: np.ndarray, y_train: list[int], y_test: list[int]) -> Dataset:
    return Dataset(replace(DATASETS["shapes"]), train, np.array(y_train), test, np.array(y_test))


def test_exact_and_near_copies_are_found_with_their_labels(photos: np.ndarray) -> None:
    brighter = np.clip(photos[4].astype(int) + 6, 0, 255).astype(np.uint8)
    data = a_set(photos[:6], np.stack([photos[7], photos[2], brighter]), [0, 1, 2, 0, 1, 2], [0, 1, 1])
    found = seen_images(data)
    assert found.test.tolist() == [1, 2]
    assert found.train.tolist() == [2, 4]
    assert found.is_exact.tolist() == [True, False]
    assert found.is_relabelled.tolist() == [True, False]
    assert (found.num_test, found.num_train) == (3, 6)


def test_copies_within_one_part_are_none_of_its_business(photos: np.ndarray) -> None:
    twice = np.concatenate([photos[:3], photos[:3]])
    assert len(seen_images(a_set(twice, photos[6:8], [0, 1, 2] * 2, [0, 1]))) == 0


def test_a_copy_of_one_of_several_copies_is_found(photos: np.ndarray) -> None:
    brighter = np.clip(photos[0].astype(int) + 6, 0, 255).astype(np.uint8)
    train, test = np.stack([photos[0], photos[0], photos[1]]), np.stack([brighter, brighter, photos[5]])
    found = seen_images(a_set(train, test, [0, 0, 1], [0, 0, 1]))
    assert found.test.tolist() == [0, 1]
    assert found.copies.tolist() == [0, 1]  # without both of them, nothing of it was seen


def test_likeness_is_one_for_the_same_and_low_for_another(photos: np.ndarray) -> None:
    same = image_likeness(photos, photos)
    other = image_likeness(photos, np.roll(photos, 1, axis=0))
    assert same == pytest.approx(np.ones(12))
    assert other.max() < ALIKE


def test_a_mirrored_and_a_shifted_image_are_the_same(photos: np.ndarray) -> None:
    moved = np.roll(photos, (5, -3), axis=(1, 2))  # by 4 and 2 pixels of a thumbnail
    assert image_likeness(photos, photos[:, :, ::-1]).min() > 0.99
    assert image_likeness(photos, moved).min() > ALIKE


def test_a_blank_image_is_like_nothing() -> None:
    blank = np.full((2, 20, 20, 1), 90, np.uint8)
    assert image_likeness(blank, blank).tolist() == [0, 0]


def test_of_candidates_the_likest_counts_and_the_first_search_comes_first(photos: np.ndarray) -> None:
    data = a_set(photos[:6], np.stack([photos[3][:, ::-1], photos[9], photos[1]]), [0] * 6, [0] * 3)
    found = alike_pairs(data, np.array([0, 0, 1, 2]), np.array([1, 3, 2, 1]))
    assert (found.test.tolist(), found.train.tolist()) == ([0, 2], [3, 1])
    assert found.is_exact.tolist() == [False, True]
    joined = join_seen(data, seen_images(data), found)
    assert (joined.test.tolist(), joined.is_exact.tolist()) == ([0, 2], [False, True])
    assert joined.copies.tolist() == [1, 3]


def test_two_digits_that_two_people_wrote_are_not_one() -> None:
    data = load_dataset("digits")
    ones = data.x_train[data.y_train == 1]
    likeness = image_likeness(ones[:60], ones[60:120])
    assert (likeness >= ALIKE).mean() <= 0.02
