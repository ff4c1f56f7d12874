"""Which images a net learns from and which it is validated on. Pure: NumPy and scikit-learn."""

from dataclasses import dataclass, replace

import numpy as np

from cnnviz.datasets.dataset import Dataset, in_class_order
from cnnviz.errors import InvalidConfig
from cnnviz.evaluation.class_match import in_order_of_net, match_classes, match_note
from cnnviz.imaging.preprocess import fit_images
from cnnviz.models.net_file import read_manifest
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

    A part for validation that the images bring along comes before any share. The share is taken of each class alike.
    Without one, the test images are validated on, as in the tutorials.
    Raises InvalidConfig when too few images are left to set some aside.
    """
    images, labels = _limited(data, config.limit, config.seed)
    if data.x_val is not None and data.y_val is not None:
        return Split(images, labels, data.x_val, data.y_val)
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


def images_for_net(
    data: Dataset, config: TrainingConfig, input_shape: tuple[int, int, int], *, start: bytes | None = None
) -> Dataset:
    """Bring the images of a training into the size and colours of the net that it begins with.

    Parameters
    ----------
    data : Dataset
    config : TrainingConfig
        No more than its `limit` of the training images are kept, those that `split` would take.
    input_shape : (height, width, channels)
        Of the net.
    start : bytes, optional
        The net's file. Where the training keeps its head, and the classes of the images have its names, their labels
        are counted in its order.
    """
    if start is not None and config.fine_tuning is not None and config.fine_tuning.head == "kept":
        of_net, of_data = read_manifest(start)["classes"], data.info.classes
        match = match_classes(of_net, of_data)
        data = in_class_order(data, in_order_of_net(match, of_data))
        data = replace(data, notes=(*match_note(match, of_net, of_data), *data.notes))
    images, labels = _limited(data, config.limit, config.seed)
    x_train, x_test = fit_images(images, input_shape), fit_images(data.x_test, input_shape)
    x_val = None if data.x_val is None else fit_images(data.x_val, input_shape)
    return replace(data, x_train=x_train, y_train=labels, x_test=x_test, x_val=x_val)


def class_weights(labels: np.ndarray, num_classes: int) -> dict[int, float]:
    """Weight each class so that all count alike, as scikit-learn's "balanced" does.

    Parameters
    ----------
    labels : (N,) int
    num_classes : int

    Returns
    -------
    dict
        Class -> N / (number of classes present * images of this class), 0 for absent ones. The mean over the images
        is 1.
    """
    from sklearn.utils.class_weight import compute_class_weight

    present = np.unique(labels)
    weights = compute_class_weight("balanced", classes=present, y=labels)
    return dict.fromkeys(range(num_classes), 0.0) | dict(zip(present.tolist(), weights.tolist(), strict=True))


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
