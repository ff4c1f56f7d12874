"""Validation shares, limits and class weights, with hand numbers."""

from dataclasses import replace

import numpy as np
import pytest

from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import describe
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.split import class_weights, split


def _data(counts: tuple[int, ...] = (40, 20)) -> Dataset:
    """Each image is its own number, so that none can hide."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1) * np.ones((1, 2, 3, 1), np.uint8)
    info = replace(describe("digits"), classes=tuple("ab")[: len(counts)])
    return Dataset(info, images, labels, images[:4] + 100, labels[:4])


def test_without_a_share_the_test_images_are_validated_on() -> None:
    data = _data()
    parts = split(data, TrainingConfig())
    assert parts.x_train is data.x_train
    assert parts.x_val is data.x_test


def test_a_share_is_taken_of_each_class_alike_and_nothing_is_lost_or_twice() -> None:
    data = _data()
    parts = split(data, TrainingConfig(validation_share=0.25))
    assert np.bincount(parts.y_val).tolist() == [10, 5]
    assert np.bincount(parts.y_train).tolist() == [30, 15]
    seen = np.concatenate([parts.x_train, parts.x_val])[:, 0, 0, 0]
    assert sorted(seen) == list(range(60))
    labels = dict(zip(data.x_train[:, 0, 0, 0], data.y_train, strict=True))
    assert [labels[x] for x in parts.x_val[:, 0, 0, 0]] == parts.y_val.tolist()


def test_the_seed_decides_which_images_are_set_aside() -> None:
    first, again, other = (split(_data(), TrainingConfig(validation_share=0.2, seed=s)).x_val for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_limit_comes_before_the_share() -> None:
    parts = split(_data(), TrainingConfig(limit=20, validation_share=0.5))
    assert len(parts.y_train) + len(parts.y_val) == 20


def test_a_rare_class_keeps_an_image_to_learn_from() -> None:
    parts = split(_data((50, 1)), TrainingConfig(validation_share=0.5))
    assert np.bincount(parts.y_train).tolist() == [25, 1]


def test_a_share_of_too_few_images_is_refused() -> None:
    with pytest.raises(InvalidConfig, match=r"validation_share: of 2 images none.*Received: 0\.5"):
        split(_data((1, 1)), TrainingConfig(validation_share=0.5))


def test_class_weights_make_rare_classes_count_as_much() -> None:
    labels = np.repeat([0, 1], [30, 10])
    weights = class_weights(labels, 3)
    assert weights == {0: pytest.approx(2 / 3), 1: pytest.approx(2.0), 2: 0.0}
    assert sum(weights[label] for label in labels) == pytest.approx(40)


def test_class_weights_are_the_share_that_each_class_would_have_over_the_one_it_has() -> None:
    random = np.random.default_rng(0)
    for num_classes in (2, 3, 10, 40):
        labels = random.choice(num_classes, 200, p=random.dirichlet(np.ones(num_classes)))
        counts = np.bincount(labels, minlength=num_classes)
        present = np.count_nonzero(counts)
        expected = [len(labels) / (present * count) if count else 0.0 for count in counts]
        weights = class_weights(labels, num_classes)
        assert list(weights) == list(range(num_classes))
        assert list(weights.values()) == pytest.approx(expected, rel=1e-12)
