"""Questions to a worker about a whole data set. Light at import: the server names them, a worker answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.engine.queries import plain_errors


@dataclass(frozen=True, eq=False)
class DatasetLook:
    """Some images (N, H, W, C) uint8 with labels, counts and mean image (H, W, C) of each class, and notes."""

    images: np.ndarray
    labels: np.ndarray
    counts: tuple[Any, ...]
    means: np.ndarray
    notes: tuple[str, ...]


@plain_errors
def look(dataset: str, count: int, page: int) -> DatasetLook:
    """A page of sample images of all classes in turn, and what can be said of the training part."""
    from cnnviz.datasets.browse import class_balance, mean_images, sample
    from cnnviz.datasets.registry import load_dataset

    data = load_dataset(dataset)
    classes = data.info.classes
    chosen = sample(data.y_train, len(classes), count=count, page=page)
    return DatasetLook(
        images=data.x_train[chosen],
        labels=data.y_train[chosen],
        counts=class_balance(data.y_train, classes),
        means=mean_images(data.x_train, data.y_train, len(classes)),
        notes=data.notes,
    )


@plain_errors
def find_duplicates(dataset: str) -> Any:
    """`datasets.duplicates.Duplicates` of the training part, with the images of the first groups."""
    from cnnviz.datasets.duplicates import duplicates
    from cnnviz.datasets.registry import load_dataset

    data = load_dataset(dataset)
    found = duplicates(data.x_train)
    shown = [index for group in (*found.exact, *found.near)[:MAX_GROUPS] for index in group[:2]]
    return found, data.x_train[shown]


MAX_GROUPS = 8
