"""Data sets and their descriptions. Light: NumPy only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from cnnviz.errors import InvalidDataset
from cnnviz.text.markup import KEPT_END, MAX_NAME, as_name, as_names

Progress = Callable[[str, float], None]  # a text to show and the share done, 0 to 1


@dataclass(frozen=True)
class DatasetInfo:
    """Description of a data set, known without loading it.

    Attributes
    ----------
    classes : tuple of str
        Name of each label, in the order of the labels.
    image_shape : (height, width, channels)
    input_style : "digit" or "photo"
        How a picture of the user's is brought into the form of these images (`imaging.preprocess.prepare`).
    num_validation : int
        Of a part of its own for validation; 0: it has none.
    needs_download : bool
        Whether the first use fetches it from the internet.
    free_size : bool
        Whether its pictures are of many sizes and are scaled to what a net takes; `image_shape` is then only the usual
        one.
    listed : bool
        Whether a user may choose it; the starter's data is for the starter only.
    test_part_of : str
        Name of another set whose test part this one shares; empty: it has its own.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    num_train: int
    num_test: int
    input_style: Literal["digit", "photo"]
    source: str
    licence: str
    needs_download: bool
    summary: str
    num_validation: int = 0
    free_size: bool = False
    listed: bool = True
    test_part_of: str = ""

    @property
    def tested_on(self) -> str:
        """Name of the set whose test images this one uses: `test_part_of`, or its own."""
        return self.test_part_of or self.name


@dataclass(frozen=True)
class PictureFile:
    """A file that was chosen for a data set: the label in its folder or name, and "train", "validation" or "test".

    `part` is "" for one that could not be used.
    """

    name: str
    label: str
    part: str


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels of a data set; the arrays are read-only.

    Attributes
    ----------
    x_train, x_test : (N, H, W, C) uint8
    y_train, y_test : (N,) int64
        Index into `info.classes`.
    x_val, y_val : the same, or None
        A part of its own for validation, apart from the test part.
    notes : tuple of str
        What was left out while reading, one sentence each.
    files : tuple of PictureFile
        Empty for a set that comes in one piece.
    """

    info: DatasetInfo
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    notes: tuple[str, ...] = ()
    x_val: np.ndarray | None = None
    y_val: np.ndarray | None = None
    files: tuple[PictureFile, ...] = ()

    def __post_init__(self) -> None:
        """Sets are shared by all runs of a process, so nobody may write into one."""
        for array in (self.x_train, self.y_train, self.x_test, self.y_test, self.x_val, self.y_val):
            if array is not None:
                array.setflags(write=False)


def in_class_order(data: Dataset, classes: Sequence[str]) -> Dataset:
    """Give the same set with its labels counted as a net has learned them, whatever order its classes have by now.

    Parameters
    ----------
    data : Dataset
    classes : sequence of str
        Names of the classes of the net, in the order of its outputs.

    Raises
    ------
    InvalidDataset
        If the set has other classes.
    """
    if tuple(classes) == data.info.classes:
        return data
    if sorted(classes) != sorted(data.info.classes):
        raise InvalidDataset(
            f"These images have other classes than those that the net has learned: expected "
            f"{as_names(classes)} ({len(classes)}). Put them back as they were, or train a net on these. "
            f"Received: {as_names(data.info.classes)} ({len(data.info.classes)})."
        )
    place = np.array([list(classes).index(name) for name in data.info.classes])  # of each label
    return replace(
        data,
        info=replace(data.info, classes=tuple(classes)),
        y_train=place[data.y_train],
        y_test=place[data.y_test],
        y_val=None if data.y_val is None else place[data.y_val],
    )


NAMELESS = "without a name"


def class_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Give the names of classes as they are shown (`text.markup.as_name`), each once."""
    names: list[str] = []
    for received in labels:
        name = as_name(received) or NAMELESS
        names.append(name if name not in names else f"{name[: MAX_NAME - KEPT_END - 1]}… {len(names) + 1}")
    return tuple(names)


UPLOADS = "uploads"  # name of the folder in which a server keeps what visitors bring, a folder each
CALLED = "called-{}.txt"
"""File beside an upload with the name that it was brought under."""
OWN_IMAGES = "own images"


def shown_name(path: str | Path) -> str:
    """Say what people call a folder or zip of images: never what an upload is kept as."""
    place = local_path(path)
    if UPLOADS not in place.parts[-3:-1]:
        return place.name
    try:
        return place.with_name(CALLED.format(place.name)).read_text("utf-8") or OWN_IMAGES
    except (OSError, ValueError):
        return OWN_IMAGES


def local_path(typed: str | Path) -> Path:
    """Give a path as it was typed, "~" being the own folder; "~name" of nobody here is a path like any other."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        return Path(typed)
