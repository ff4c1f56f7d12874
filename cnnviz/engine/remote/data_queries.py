"""Questions to a worker about a whole data set. Light at import: the server names them, a worker answers.

`sizes` are the options of `datasets.registry.load_dataset`: the same as a training reads the images with.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.engine.remote.questions import plain_errors

MAX_GROUPS = 12


@dataclass(frozen=True, eq=False)
class DatasetLook:
    """Of the training part: its size, counts and mean image (C, H, W, channels) of each class; what was left out."""

    num_images: int
    counts: tuple[Any, ...]
    means: np.ndarray
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Copy:
    """Two images (2, H, W, C) uint8 that are alike, with their labels; whether wholly, and whether one is for tests."""

    images: np.ndarray
    labels: tuple[int, int]
    is_exact: bool
    is_across: bool


@dataclass(frozen=True, eq=False)
class Copies:
    """Numbers of groups of equal and of nearly equal images; how many groups reach into the test part; some of them."""

    num_exact: int
    num_near: int
    num_across: int
    shown: tuple[Copy, ...]


@plain_errors
def look(dataset: str, sizes: dict[str, Any]) -> DatasetLook:
    """What can be said of the training part of a data set."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.datasets.statistics.balance import class_balance, mean_images

    data = load_dataset(dataset, **sizes)
    classes = data.info.classes
    return DatasetLook(
        num_images=len(data.y_train),
        counts=class_balance(data.y_train, classes),
        means=mean_images(data.x_train, data.y_train, len(classes)),
        notes=data.notes,
    )


@plain_errors
def samples(dataset: str, sizes: dict[str, Any], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the training part, of all classes in turn; more add to fewer."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.datasets.statistics.balance import sample

    data = load_dataset(dataset, **sizes)
    chosen = sample(data.y_train, len(data.info.classes), count=count)
    return data.x_train[chosen], data.y_train[chosen]


@plain_errors
def find_copies(dataset: str, sizes: dict[str, Any]) -> Copies:
    """Images that are in the data set more than once; first those that are in both parts."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.datasets.statistics.duplicates import duplicates

    data = load_dataset(dataset, **sizes)
    images, labels = np.concatenate([data.x_train, data.x_test]), np.concatenate([data.y_train, data.y_test])
    num_train = len(data.x_train)
    found = duplicates(images)
    groups = [*((group, True) for group in found.exact), *((group, False) for group in found.near)]
    pairs = [(_telling_pair(group, num_train), is_exact) for group, is_exact in groups]
    pairs.sort(key=lambda pair: not _is_across(pair[0], num_train))
    shown = [
        Copy(images[list(pair)], tuple(labels[list(pair)].tolist()), is_exact, _is_across(pair, num_train))
        for pair, is_exact in pairs[:MAX_GROUPS]
    ]
    num_across = sum(_is_across(pair, num_train) for pair, _ in pairs)
    return Copies(len(found.exact), len(found.near), num_across, tuple(shown))


@plain_errors
def picture_sizes(dataset: str) -> Any:
    """`datasets.sizes.Shapes` of the pictures of a set of free size, as they are stored."""
    from cnnviz.datasets.registry import picture_files
    from cnnviz.datasets.statistics.image_sizes import shape_histogram

    return shape_histogram(picture_files(dataset))


def _telling_pair(group: tuple[int, ...], num_train: int) -> tuple[int, int]:
    """Two of a group, one of each part if there are; positions are sorted, those of the test part come last."""
    return group[0], (group[-1] if group[-1] >= num_train else group[1])


def _is_across(pair: tuple[int, int], num_train: int) -> bool:
    return pair[0] < num_train <= pair[1]
