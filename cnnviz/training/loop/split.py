"""Which images a net learns from and which it is validated on. Pure: NumPy only."""

from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import TrainingConfig


@dataclass(frozen=True, eq=False)
class Split:
    """Images (N, H, W, C) uint8 and labels (N,) int64 to learn from and to validate on."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


def split(data: Dataset, config: TrainingConfig) -> Split:
    """At most `limit` training images, drawn by the seed, less the share set aside for validation.

    The share is taken of each class alike. Without one, the test images are validated on, as in the tutorials.
    Raises InvalidConfig when too few images are left to set some aside.
    """
    images, labels = _limited(data, config.limit, config.seed)
    if not config.validation_share:
        return Split(images, labels, data.x_test, data.y_test)
    aside = _validation_indices(labels, config.validation_share, config.seed)
    if len(aside) == 0:
        raise InvalidConfig(
            f"validation_share: of {len(labels)} images none can be set aside: expected at least two images of a "
            f"class. Use 0 to validate on the test images. Received: {config.validation_share:g}"
        )
    is_aside = np.zeros(len(labels), bool)
    is_aside[aside] = True
    return Split(images[~is_aside], labels[~is_aside], images[is_aside], labels[is_aside])


def class_weights(labels: np.ndarray, num_classes: int) -> dict[int, float]:
    """Weight of each class, so that all count alike and the mean over the images (N,) stays 1; absent ones get 0."""
    counts = np.bincount(labels, minlength=num_classes)
    present = np.count_nonzero(counts)
    weights = np.divide(len(labels) / present, counts, out=np.zeros(num_classes), where=counts > 0)
    return dict(enumerate(weights.tolist()))


def _limited(data: Dataset, limit: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    if limit is None or limit >= len(data.x_train):
        return data.x_train, data.y_train
    chosen = np.random.default_rng(seed).permutation(len(data.x_train))[:limit]
    return data.x_train[chosen], data.y_train[chosen]


def _validation_indices(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """At least one of each class that has two, by the seed."""
    random = np.random.default_rng(seed)
    aside = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        number = min(max(1, round(len(of_class) * share)), len(of_class) - 1)
        aside.append(random.permutation(of_class)[:number])
    return np.concatenate(aside)
