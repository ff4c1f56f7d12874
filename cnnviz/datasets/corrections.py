"""A data set with what a person has corrected in it, and with a part of its training images held out. NumPy only.

Corrections name images by their place in the set as it is read, before anything is dropped.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from cnnviz.datasets.dataset import Dataset, DatasetInfo
from cnnviz.errors import InvalidDataset
from cnnviz.text.units import count_text

Part = Literal["train", "test"]

HELD_OUT_IMAGE = "held-out training image"
"""What a test image of a net that a fold was held out of is called."""


class Correction(NamedTuple):
    """What is done with one image of a part: it gets the label of that name, or with None it is dropped."""

    part: Part
    place: int
    label: str | None


class Fold(NamedTuple):
    """Which of so many parts of the training images is held out, counted from 0: a net is tested on it instead."""

    number: int
    num_folds: int


def changed(data: Dataset, *, corrections: Iterable[Sequence] = (), fold: Sequence[int] | None = None) -> Dataset:
    """Correct a data set, then hold a part of its training images out.

    Parameters
    ----------
    data : Dataset
    corrections : iterable of (part, place, label)
        As `Correction`; of two about one image the later counts.
    fold : (int, int), optional
        As `Fold`: the test images are then the held out training images.

    Raises
    ------
    InvalidDataset
        A correction names an image or a class that is not there, or nothing would be left.
    """
    wanted = [Correction(*one) for one in corrections]
    if wanted:
        x_train, y_train = _corrected(data, "train", wanted)
        x_test, y_test = _corrected(data, "test", wanted)
        data = replace(data, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
        data = replace(data, info=replace(data.info, num_train=len(y_train), num_test=len(y_test)))
    if fold is None:
        return data
    is_out = fold_places(data.y_train, fold[1]) == fold[0]
    if not is_out.any() or is_out.all():
        raise InvalidDataset(
            f"Of {len(is_out):,} training images no part {fold[0] + 1} of {fold[1]} can be held out. Use fewer parts."
        )
    x_train, x_out = data.x_train[~is_out], data.x_train[is_out]
    y_train, y_out = data.y_train[~is_out], data.y_train[is_out]
    info = replace(data.info, num_train=len(y_train), num_test=len(y_out), test_part_of="")
    return replace(data, info=info, x_train=x_train, y_train=y_train, x_test=x_out, y_test=y_out)


def changed_info(
    info: DatasetInfo, *, corrections: Iterable[Sequence] = (), fold: Sequence[int] | None = None
) -> DatasetInfo:
    """Describe what `changed` makes of a set, from its description alone; a fold's size may be one image off."""
    dropped = Counter(part for part, _, label in corrections if label is None)
    info = replace(info, num_train=info.num_train - dropped["train"], num_test=info.num_test - dropped["test"])
    if fold is None:
        return info
    num_out = round(info.num_train / fold[1])
    return replace(info, num_train=info.num_train - num_out, num_test=num_out, test_part_of="")


def fold_places(labels: np.ndarray, count: int) -> np.ndarray:
    """Say in which of `count` parts each image is, (N,) int64: each class is spread evenly, at random but always alike.

    As stratified cross-validation does (R. Kohavi, "A Study of Cross-Validation and Bootstrap", IJCAI 1995), also
    where a class has fewer images than there are parts.
    """
    random, places, begin = np.random.default_rng(0), np.zeros(len(labels), np.int64), 0
    for label in np.unique(labels):
        of_class = random.permutation(np.flatnonzero(labels == label))
        places[of_class] = (begin + np.arange(len(of_class))) % count
        begin += len(of_class)  # else the first part would get one more of each class
    return places


def last_corrections(corrections: Iterable[Sequence]) -> list[Correction]:
    """Give one correction for each image: of two about one the later, which counts."""
    last = {(part, place): label for part, place, label in corrections}
    return [Correction(*image, label) for image, label in last.items()]


def fold_text(fold: Sequence[int]) -> str:
    """Write which part was held out, counted from 1."""
    return f"Part {fold[0] + 1} of {fold[1]} of the training images"


def corrections_text(corrections: Iterable[Sequence]) -> str:
    """Write how many images of each part were left out or got another label; of two about one image the last counts."""
    counted = Counter((part, label is None) for part, _, label in last_corrections(corrections))
    names: dict[Part, str] = {"train": "training image", "test": "test image"}
    return ", ".join(
        f"{count_text(counted[part, is_out], name)} {words}"
        for part, name in names.items()
        for is_out, words in ((True, "left out"), (False, "with another label"))
        if counted[part, is_out]
    )


def kept_places(num_images: int, corrections: Iterable[Sequence], part: Part) -> np.ndarray:
    """Place in the set as it is read of each image of a part that corrections have left, of `num_images` before."""
    dropped = {index: label is None for name, index, label in corrections if name == part}
    return np.array([place for place in range(num_images) if not dropped.get(place, False)], np.int64)


def _corrected(data: Dataset, part: Part, corrections: Sequence[Correction]) -> tuple[np.ndarray, np.ndarray]:
    images, labels = (data.x_train, data.y_train) if part == "train" else (data.x_test, data.y_test)
    labels, number = np.array(labels), {name: place for place, name in enumerate(data.info.classes)}
    for _, index, label in (one for one in corrections if one.part == part):
        if not 0 <= index < len(labels):
            raise InvalidDataset(
                f"A correction names an image that is not there: expected one of the {len(labels):,} of the part "
                f"{part!r}. Has the set changed? Received: image {index + 1:,}."
            )
        if label is not None and label not in number:
            raise InvalidDataset(
                f"A correction names a class that is not there: expected one of {', '.join(data.info.classes)}. "
                f"Received: {label}."
            )
        labels[index] = labels[index] if label is None else number[label]
    left = kept_places(len(labels), corrections, part)
    if len(left) == 0 and len(labels):
        raise InvalidDataset(f"All images of the part {part!r} were dropped. Keep some.")
    return (images, labels) if len(left) == len(labels) else (images[left], labels[left])
