"""What a page shows of a loaded data set: its numbers, and some of its images. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.statistics.balance import ClassCount, class_balance, mean_images, sample


@dataclass(frozen=True, eq=False)
class DatasetOverview:
    """The training part of a data set in numbers.

    Attributes
    ----------
    num_images : int
    counts : tuple of ClassCount
        In the order of the classes.
    means : ndarray (num_classes, H, W, C), uint8
        Mean image of each class.
    notes : tuple of str
        What was left out while reading, one sentence each.
    """

    num_images: int
    counts: tuple[ClassCount, ...]
    means: np.ndarray
    notes: tuple[str, ...]


def overview(data: Dataset) -> DatasetOverview:
    """Count and average the images of the training part."""
    classes = data.info.classes
    return DatasetOverview(
        num_images=len(data.y_train),
        counts=class_balance(data.y_train, classes),
        means=mean_images(data.x_train, data.y_train, len(classes)),
        notes=data.notes,
    )


def samples(data: Dataset, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the training part, of all classes in turn; more add to fewer."""
    chosen = sample(data.y_train, len(data.info.classes), count=count)
    return data.x_train[chosen], data.y_train[chosen]


def train_images(data: Dataset, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) to learn from."""
    return data.x_train[list(indices)], data.y_train[list(indices)]


def test_images(data: Dataset, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test part."""
    return data.x_test[list(indices)], data.y_test[list(indices)]
