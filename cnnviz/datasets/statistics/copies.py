"""Images that are in a data set more than once, told by the parts that they are in. Pure."""

from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.statistics.duplicates import duplicates

MAX_GROUPS = 12


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


def find_copies(data: Dataset) -> Copies:
    """Find the images that are in a data set more than once; those that are in both parts are shown first."""
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


def _telling_pair(group: tuple[int, ...], num_train: int) -> tuple[int, int]:
    """Two of a group, one of each part if there are; positions are sorted, those of the test part come last."""
    return group[0], (group[-1] if group[-1] >= num_train else group[1])


def _is_across(pair: tuple[int, int], num_train: int) -> bool:
    return pair[0] < num_train <= pair[1]
