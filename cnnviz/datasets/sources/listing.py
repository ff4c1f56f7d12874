"""The files of a data set that are read: those of a Layout, a share set aside for testing, within limits. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from cnnviz.datasets.sources.layout import Layout
from cnnviz.errors import InvalidDataset
from cnnviz.text.markup import as_names
from cnnviz.text.units import classes_text, count_text

MAX_CLASSES = 1000
GOOD_CLASS = 20  # pictures from which small nets learn a class
REASONS = 3  # sentences on why there are too few

ByClass = Mapping[str, tuple[str, ...] | list[str]]


@dataclass(frozen=True)
class Labelled:
    """A file and the name of its class."""

    name: str
    label: str


@dataclass(frozen=True)
class Listing:
    """Files of a data set.

    Attributes
    ----------
    classes : tuple of str
    train, test, validation : tuple of Labelled
        Nothing to validate on where the images have no such part besides one for testing.
    notes : tuple of str
        What was decided and left out, a sentence each.
    """

    classes: tuple[str, ...]
    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    validation: tuple[Labelled, ...]
    notes: tuple[str, ...]


def list_files(
    layout: Layout, *, test_share: float, limit: int | None, seed: int, limit_per_class: int | None = None
) -> Listing:
    """Choose the files to learn from, to validate on and to test on.

    Parameters
    ----------
    layout : Layout
    test_share : float
        Share of each class that is set aside for testing, unless there is a test part.
    limit : int, optional
        At most this many files to learn from, evenly over the classes; the other parts shrink alike.
    seed : int
        Which files are set aside and which fall to the limit.
    limit_per_class : int, optional
        At most this many files of each class to learn from; its other parts shrink alike.

    Raises
    ------
    InvalidDataset
        If there are not at least two classes to learn from and a picture to test on.
    """
    _check_classes(layout)
    train, test = _train_and_test(layout, test_share, Random(seed))
    share = 1.0 if limit is None else min(1.0, limit / sum(map(len, train.values())))
    shares = {
        label: min(share, (limit_per_class or len(train[label])) / len(train[label]))
        for label in sorted(layout.classes)  # by letters, so that chance falls as it fell before classes were counted
        if train[label]
    }

    def chosen(by_class: ByClass) -> tuple[Labelled, ...]:
        return tuple(file for file in _shuffled(by_class, shares, seed) if file.name not in layout.unusable)

    validation = layout.parts.get("validation", {})
    notes = (*layout.cautions, *layout.remarks)
    listing = Listing(layout.classes, chosen(train), chosen(test), chosen(validation), notes)
    require_enough([file.label for file in listing.train], len(listing.test), layout.remarks)
    return listing


def require_enough(learned: Collection[object], num_test: int, why: Sequence[str]) -> None:
    """Raise InvalidDataset unless these labels to learn from are of two classes, and there is a picture to test on.

    `why` are sentences that may explain it; the first ones are shown.
    """
    if len(set(learned)) >= 2 and num_test:
        return
    num_classes = len(set(learned))
    reasons = f"; the first problem: {' '.join(why[:REASONS])}" if why else "."
    raise InvalidDataset(
        f"Too few pictures: expected two classes with a picture each to learn from, and one more to test on. Give each "
        f"class at least two that can be read; to learn well it takes {GOOD_CLASS} or more. Received: "
        f"{count_text(len(learned), 'picture')} of {classes_text(num_classes)} to learn from, "
        f"{num_test or 'none'} to test on{reasons}"
    )


def _train_and_test(layout: Layout, test_share: float, random: Random) -> tuple[ByClass, ByClass]:
    """The parts as they are, or each class split if none is for testing."""
    parts = layout.parts
    if "test" in parts:
        return parts["train"], parts["test"]
    train, test = {}, {}
    for label, names in parts["train"].items():
        mixed = random.sample(list(names), len(names))
        num_test = min(max(1, round(len(names) * test_share)), len(names) - 1)
        test[label], train[label] = mixed[:num_test], mixed[num_test:]
    return train, test


def _check_classes(layout: Layout) -> None:
    if 2 <= len(layout.classes) <= MAX_CLASSES:
        return
    named = as_names(layout.classes) or "none"
    num_pictures = sum(len(names) for by_class in layout.parts.values() for names in by_class.values())
    why = "".join(f"{remark} " for remark in layout.remarks[:REASONS])
    raise InvalidDataset(
        f"This is no labelled set of images: expected 2 to {MAX_CLASSES} classes, as a folder of pictures for each, "
        f"or file names such as cat.1.jpg and dog.1.jpg. {why}Received: "
        f"{count_text(num_pictures, 'picture')} with a label, {classes_text(len(layout.classes))}: {named}."
    )


def _shuffled(by_class: ByClass, shares: dict[str, float], seed: int) -> tuple[Labelled, ...]:
    """The share of each class, at least one picture, mixed."""
    random = Random(seed)
    chosen = []
    for label, share in shares.items():
        names = by_class.get(label, [])
        num_kept = min(len(names), max(1, int(len(names) * share + 1e-9)))  # 49 * (k / 49) may be just below k
        chosen += [Labelled(name, label) for name in random.sample(list(names), num_kept)]
    random.shuffle(chosen)
    return tuple(chosen)


def in_parts(listing: Listing, usable: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Label each file: a class of which no picture to learn from is `usable` is none, and its files count nowhere.

    Returns
    -------
    labels : ndarray (N,), int64
        Among the classes that are left.
    learned : ndarray (C,), bool
        Which of the listed classes are left.
    parts : list of ndarray (N,), bool
        Files that count: to learn from, to test and to validate on.
    """
    files = listing.train + listing.test + listing.validation
    ends = np.cumsum([len(listing.train), len(listing.test), len(listing.validation)])
    part = np.searchsorted(ends, np.arange(len(files)), side="right")
    labels = np.array([listing.classes.index(file.label) for file in files], dtype=np.int64)
    learned = np.bincount(labels[usable & (part == 0)], minlength=len(listing.classes)) > 0
    parts = [usable & learned[labels] & (part == number) for number in range(3)]
    return (np.cumsum(learned) - 1)[labels], learned, parts
