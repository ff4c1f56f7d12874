"""What a page shows of a data set: class counts, samples and mean images. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnviz.datasets.dataset import Dataset, DatasetInfo, PictureFile


@dataclass(frozen=True)
class ClassCount:
    """Images of a class, and their share of all, 0 to 1."""

    name: str
    count: int
    share: float


def class_balance(labels: np.ndarray, classes: Sequence[str]) -> tuple[ClassCount, ...]:
    """Count the images of each class, in the order of `classes`; labels (N,) are indices into it."""
    counts = np.bincount(labels, minlength=len(classes))
    total = max(len(labels), 1)
    return tuple(ClassCount(name, int(count), count / total) for name, count in zip(classes, counts, strict=True))


def sample_grid(labels: np.ndarray, num_classes: int, *, per_class: int = 6, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Choose images of each class to look at.

    Parameters
    ----------
    labels : ndarray (N,), int
    num_classes : int
    per_class : int
        At most so many of each; fewer where a class has fewer.
    seed : int
        The same seed chooses the same images; with a larger `per_class` more are added behind them.

    Returns
    -------
    tuple of ndarray (<= per_class,), int64
        Positions in `labels`, one array for each class.
    """
    random = np.random.default_rng(seed)
    return tuple(random.permutation(np.flatnonzero(labels == label))[:per_class] for label in range(num_classes))


def sample_positions(labels: np.ndarray, num_classes: int, *, count: int) -> np.ndarray:
    """Choose images of all classes in turn; a larger count adds more behind the same ones.

    Parameters
    ----------
    labels : ndarray (N,), int
    num_classes : int
    count : int

    Returns
    -------
    ndarray (<= count,), int64
        Positions in `labels`.
    """
    rows = sample_grid(labels, num_classes, per_class=len(labels))
    ranks = np.concatenate([np.arange(len(row)) for row in rows])  # first of each class, then the second of each ...
    order = np.argsort(ranks, kind="stable")
    return np.concatenate(rows)[order][:count]


def mean_images(images: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Average the images of each class.

    Parameters
    ----------
    images : ndarray (N, H, W, C), uint8
    labels : ndarray (N,), int
    num_classes : int

    Returns
    -------
    ndarray (num_classes, H, W, C), uint8
        Black for a class without images.
    """
    means = np.zeros((num_classes, *images.shape[1:]), np.uint8)
    for label in range(num_classes):
        chosen = np.flatnonzero(labels == label)
        if len(chosen):
            total = np.zeros(images.shape[1:], np.uint64)
            for start in range(0, len(chosen), 1024):  # a copy of a part at a time
                total += images[chosen[start : start + 1024]].sum(axis=0, dtype=np.uint64)
            means[label] = np.rint(total / len(chosen)).astype(np.uint8)
    return means


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
    info : DatasetInfo
        The set as it was read, without what cannot be.
    """

    num_images: int
    counts: tuple[ClassCount, ...]
    means: np.ndarray
    notes: tuple[str, ...]
    info: DatasetInfo


def overview(data: Dataset) -> DatasetOverview:
    """Count and average the images of the training part."""
    classes = data.info.classes
    return DatasetOverview(
        num_images=len(data.y_train),
        counts=class_balance(data.y_train, classes),
        means=mean_images(data.x_train, data.y_train, len(classes)),
        notes=data.notes,
        info=data.info,
    )


def files(data: Dataset) -> tuple[PictureFile, ...]:
    """Give the files that the set was read from, in the order in which they were; none of a set in one piece."""
    return data.files


def labelled_files(data: Dataset) -> dict[str, list[tuple[str, int]]]:
    """Give name and label of each picture that the images were read from, by part, in the order of the images."""
    labels = {"train": data.y_train, "test": data.y_test, "validation": data.y_val}
    names = {part: [file.name for file in data.files if file.part == part] for part in labels}
    return {
        part: list(zip(names[part], its.tolist(), strict=True))
        for part, its in labels.items()
        if its is not None and names[part]
    }


def samples(data: Dataset, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the training part, of all classes in turn; more add to fewer."""
    chosen = sample_positions(data.y_train, len(data.info.classes), count=count)
    return data.x_train[chosen], data.y_train[chosen]


def train_images(data: Dataset, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) to learn from."""
    return data.x_train[list(indices)], data.y_train[list(indices)]


def train_labels(data: Dataset) -> np.ndarray:
    """Labels (N,) of all images to learn from."""
    return data.y_train


def test_images(data: Dataset, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test part, -1 and black where it has no such image."""
    chosen = np.asarray(list(indices), np.int64)
    is_there = chosen < len(data.y_test)
    inside = np.where(is_there, chosen, 0)
    black = np.zeros_like(data.x_test[:1])
    return np.where(is_there[:, None, None, None], data.x_test[inside], black), np.where(
        is_there, data.y_test[inside], -1
    )
