"""Labels and parts of image files from their paths: `cat/17.jpg` or `cat.17.jpg`, below `train/` and `test/`."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random

from cnnviz.datasets.sources.archive import PICTURES
from cnnviz.errors import InvalidDataset

MAX_CLASSES = 1000
_TRAIN = ("train", "training")
_TEST = ("test", "testing", "val", "valid", "validation")
PARTS = (*_TRAIN, *_TEST)  # folders of these names are parts, not classes
_LABEL_IN_NAME = re.compile(r"(?P<label>[^.]+)\.\d+\.\w+")


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
    train, test : tuple of Labelled
    notes : tuple of str
        What was left out, one sentence for each reason.
    """

    classes: tuple[str, ...]
    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    notes: tuple[str, ...]


def read_labels(
    names: tuple[str, ...], *, test_share: float, limit: int | None, seed: int, limit_per_class: int | None = None
) -> Listing:
    """Sort files into classes and parts.

    Parameters
    ----------
    names : tuple of str
        Paths inside the folder or zip.
    test_share : float
        Share of each class that is set aside for testing, unless there is a test part.
    limit : int, optional
        At most this many files to learn from, evenly over the classes; the test part shrinks alike.
    seed : int
        Which files are set aside and which fall to the limit.
    limit_per_class : int, optional
        At most this many files of each class to learn from; its test part shrinks alike.

    Raises
    ------
    InvalidDataset
        If there are not at least two classes with two pictures each.
    """
    pictures = [name for name in names if name.lower().endswith(PICTURES)]
    others = [name for name in names if not name.lower().endswith(PICTURES)]
    root = _shared_root(pictures)
    parts: dict[str, dict[str, list[str]]] = {"train": {}, "test": {}}
    unlabelled = []
    num_folders = len({PurePosixPath(name).parent for name in pictures})
    for name in pictures:
        part, label = _place(PurePosixPath(name).relative_to(root), is_only_folder=num_folders == 1)
        if label is None:
            unlabelled.append(name)
        else:
            parts[part].setdefault(label, []).append(name)
    train, test = _two_parts(parts, test_share, Random(seed))
    classes = _checked_classes(train, len(pictures))
    share = 1.0 if limit is None else min(1.0, limit / sum(map(len, train.values())))
    shares = {label: min(share, (limit_per_class or len(train[label])) / len(train[label])) for label in classes}
    notes = [
        *_note("no picture by its name", others),
        *_note("neither in a folder named after its class nor named like cat.1.jpg", unlabelled),
        *_note("of a class with no pictures to learn from", [n for c in test if c not in classes for n in test[c]]),
    ]
    return Listing(classes, _shuffled(train, shares, seed), _shuffled(test, shares, seed), tuple(notes))


def _shared_root(names: list[str]) -> PurePosixPath:
    """The folder that only wraps the rest, as zips often have one."""
    paths = [PurePosixPath(name).parts for name in names]
    depth = 0
    while paths and all(len(parts) >= depth + 3 for parts in paths):
        first = {parts[depth] for parts in paths}
        if len(first) > 1 or next(iter(first)).lower() in PARTS:
            break
        depth += 1
    return PurePosixPath(*paths[0][:depth]) if paths else PurePosixPath()


def _place(path: PurePosixPath, *, is_only_folder: bool) -> tuple[str, str | None]:
    """Part ("train" or "test") and class of a file."""
    folders = path.parts[:-1]
    part = "train"
    if folders and folders[0].lower() in PARTS:
        part = "test" if folders[0].lower() in _TEST else "train"
        folders = folders[1:]
    named = _LABEL_IN_NAME.fullmatch(path.name)
    if folders and not (is_only_folder and named):
        return part, folders[0]
    return part, named["label"] if named else None


def _two_parts(
    parts: dict[str, dict[str, list[str]]], test_share: float, random: Random
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The parts as they are, or each class split if there is only one part."""
    if parts["train"] and parts["test"]:
        return parts["train"], parts["test"]
    train, test = {}, {}
    for label, names in (parts["train"] or parts["test"]).items():
        mixed = random.sample(names, len(names))
        num_test = min(max(1, round(len(names) * test_share)), len(names) - 1)
        test[label], train[label] = mixed[:num_test], mixed[num_test:]
    return train, test


def _checked_classes(train: dict[str, list[str]], num_pictures: int) -> tuple[str, ...]:
    classes = tuple(sorted(label for label, names in train.items() if names))
    if 2 <= len(classes) <= MAX_CLASSES:
        return classes
    found = ", ".join(classes[:5]) or "none"
    raise InvalidDataset(
        f"This is no labelled set of images: expected 2 to {MAX_CLASSES} classes, as a folder of pictures for each, "
        f"or file names such as cat.1.jpg and dog.1.jpg. Received: {num_pictures:,} pictures, {len(classes)} classes "
        f"({found})."
    )


def _shuffled(by_class: dict[str, list[str]], shares: dict[str, float], seed: int) -> tuple[Labelled, ...]:
    """The share of each class, at least one picture, mixed."""
    random = Random(seed)
    chosen = []
    for label, share in shares.items():
        names = by_class.get(label, [])
        num_kept = min(len(names), max(1, int(len(names) * share + 1e-9)))  # 49 * (k / 49) may be just below k
        chosen += [Labelled(name, label) for name in random.sample(names, num_kept)]
    random.shuffle(chosen)
    return tuple(chosen)


def _note(reason: str, names: list[str]) -> list[str]:
    """One sentence for all files that were left out for the same reason."""
    if not names:
        return []
    kinds = Counter(PurePosixPath(name).suffix.lower() or "no ending" for name in names)
    common = ", ".join(kind for kind, _ in kinds.most_common(3))
    return [f"Left out {len(names):,} files, {reason} ({common}), the first is {names[0]}."]
