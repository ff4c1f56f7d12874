"""Data sets read from a folder or zip of images."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cnnviz.datasets.dataset import Dataset, DatasetInfo, PictureFile, Progress, class_names, local_path, shown_name
from cnnviz.datasets.sources.archive import Source, open_source
from cnnviz.datasets.sources.content import find_layout
from cnnviz.datasets.sources.layout import Roles
from cnnviz.datasets.sources.listing import Labelled, Listing, in_parts, list_files, require_enough
from cnnviz.errors import InvalidDataset, InvalidImage, InvalidInput
from cnnviz.imaging.pixel_budget import BudgetSpent, PixelBudget
from cnnviz.text.markup import as_name
from cnnviz.text.units import bytes_text, classes_text, count_text

DEFAULT_SIZE = (64, 64)
MAX_BYTES = 4 * 2**30  # of all decoded images together
CHUNK = 64  # pictures between two progress reports
OVERSIZE = 4  # decode at most this many times larger than needed
TEST_SHARE = 0.25
MAX_NOTES = 20
THUMBNAIL = (40, 40, 3)
PROBE = (1, 1, 3)

Shape = tuple[int, int, int]


def describe_images(
    path: str | Path,
    *,
    image_size: tuple[int, int] | None = None,
    channels: int = 3,
    test_share: float = TEST_SHARE,
    limit: int | None = None,
    limit_per_class: int | None = None,
    roles: Roles = (),
    seed: int = 0,
) -> DatasetInfo:
    """Describe the set that `load_images` would give with the same parameters, from the names of the files alone.

    Damaged pictures are only found by reading them, so it may promise more images than there are.

    Raises
    ------
    InvalidDataset
        As for `load_images`, but for what only reading the pictures shows.
    """
    layout = find_layout(path, roles)
    listing = list_files(layout, test_share=test_share, limit=limit, seed=seed, limit_per_class=limit_per_class)
    return _info(path, listing, (*(image_size or DEFAULT_SIZE), channels))


def describe_as_read(path: str | Path, *, roles: Roles = ()) -> tuple[DatasetInfo, tuple[str, ...]]:
    """Describe a set as `describe_images` does, and give the notes of a training, at little cost.

    It reads pictures until it knows one of each class to learn from and one to test on. Only where one is missing
    does it read all, as `load_images`, whose numbers and notes it then gives.

    Raises
    ------
    InvalidDataset
        As for `load_images`, but for what does not fit into memory.
    """
    layout = find_layout(path, roles)
    listing = list_files(layout, test_share=TEST_SHARE, limit=None, seed=0)
    by_class: dict[str, list[Labelled]] = {}
    for file in listing.train:
        by_class.setdefault(file.label, []).append(file)
    with open_source(path) as source:
        budget = PixelBudget(source.num_bytes)
        is_whole = all(
            any(_read_one(source, file.name, PROBE, budget)[0] is not None for file in files)
            for files in (*by_class.values(), listing.test)
        )
    if is_whole:
        return _info(path, listing, (*DEFAULT_SIZE, 3)), layout.remarks
    data = load_images(path, roles=roles)
    return data.info, data.notes


def require_correctable(path: str | Path) -> None:
    """Raise InvalidDataset for what is no data set, unless it has folders of which a person can say what they are."""
    if not find_layout(path).folders:
        describe_images(path)


def load_images(
    path: str | Path,
    *,
    image_size: tuple[int, int] | None = None,
    channels: int = 3,
    test_share: float = TEST_SHARE,
    limit: int | None = None,
    limit_per_class: int | None = None,
    roles: Roles = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Dataset:
    """Read a folder or zip with a folder per class, or with names such as cat.1.jpg, in parts such as `train` or not.

    Parameters
    ----------
    path : str or Path
    image_size : (height, width), optional
        64x64 by default. Of each picture the middle, in this aspect, is kept and scaled.
    channels : int
        1 for grey, 3 for colour.
    test_share : float
        Share of each class set aside for testing, unless there is a test part.
    limit : int, optional
        At most this many images to learn from, evenly over the classes; the test part shrinks alike.
    limit_per_class : int, optional
        At most this many images of each class to learn from; its test part shrinks alike.
    roles : tuple of (path, Role)
        What a person says that folders in it are; the others are guessed (`layout_reader.read_layout`).
    seed : int
    progress : callable, optional

    Returns
    -------
    Dataset
        Files that are no usable pictures are left out and named in its notes.

    Raises
    ------
    InvalidDataset
        If it holds no usable images, or too many, or the zip is dangerous.
    """
    shape = (*(image_size or DEFAULT_SIZE), channels)
    layout = find_layout(path, roles)
    listing = list_files(layout, test_share=test_share, limit=limit, seed=seed, limit_per_class=limit_per_class)
    files = listing.train + listing.test + listing.validation
    _check_memory(len(files), shape)
    with open_source(path) as source:
        images, errors = _read_all(source, files, shape, progress, PixelBudget(source.num_bytes))
    usable = np.array([error is None for error in errors])
    labels, learned, (train, test, validation) = in_parts(listing, usable)
    require_enough(labels[train].tolist(), int(test.sum()), [*filter(None, errors), *layout.remarks])
    part = np.select([train, test, validation], ["train", "test", "validation"], "").tolist()
    read = tuple(PictureFile(file.name, file.label, use) for file, use in zip(files, part, strict=True))
    kept = {use: tuple(file for file, its in zip(files, part, strict=True) if its == use) for use in set(part)}
    whole = Listing(
        tuple(c for c, is_one in zip(listing.classes, learned, strict=True) if is_one),
        kept.get("train", ()),
        kept.get("test", ()),
        kept.get("validation", ()),
        listing.notes,
    )
    notes = (*listing.notes, *_lost_classes(listing.classes, learned), *_notes(files, errors))
    arrays = (images[train], labels[train], images[test], labels[test])
    aside = {"x_val": images[validation], "y_val": labels[validation]} if validation.any() else {}
    return Dataset(_info(path, whole, shape), *arrays, notes=notes, files=read, **aside)


def thumbnails(dataset: str, names: Sequence[str]) -> list[np.ndarray | None]:
    """Small pictures (40, 40, 3) uint8 of these files of a folder or zip; None for what cannot be read."""
    with open_source(dataset) as source:
        budget = PixelBudget(source.num_bytes)
        known = set(source.names)
        return [_read_one(source, name, THUMBNAIL, budget)[0] if name in known else None for name in names]


def _lost_classes(classes: tuple[str, ...], learned: np.ndarray) -> list[str]:
    lost = [name for name, is_one in zip(classes, learned, strict=True) if not is_one]
    return [f"Left out the class {as_name(name)}: none of its pictures to learn from can be read." for name in lost]


def _notes(files: tuple[Labelled, ...], errors: list[str | None]) -> list[str]:
    """Sentences on the first MAX_NOTES unusable files, and one on how many more there are."""
    bad = [f"{as_name(file.name)}: {error}" for file, error in zip(files, errors, strict=True) if error]
    more = [f"{len(bad) - MAX_NOTES:,} more files could not be used."] if len(bad) > MAX_NOTES else []
    return bad[:MAX_NOTES] + more


def _read_all(
    source: Source, files: tuple[Labelled, ...], shape: Shape, progress: Progress | None, budget: PixelBudget
) -> tuple[np.ndarray, list[str | None]]:
    """(N, H, W, C) uint8, and for each file why it could not be used or None."""
    images = np.zeros((len(files), *shape), np.uint8)
    errors: list[str | None] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding releases the interpreter's lock
        for chunk in _chunks(files):
            if progress:
                progress(f"Reading {len(files):,} pictures", len(errors) / len(files))
            for image, error in pool.map(lambda file: _read_one(source, file.name, shape, budget), chunk):
                if image is not None:
                    images[len(errors)] = image
                errors.append(error)
    return images, errors


def _chunks(files: tuple[Labelled, ...]) -> Iterator[tuple[Labelled, ...]]:
    for start in range(0, len(files), CHUNK):
        yield files[start : start + CHUNK]


def _read_one(source: Source, name: str, shape: Shape, budget: PixelBudget) -> tuple[np.ndarray | None, str | None]:
    from cnnviz.imaging.decode import decode_image
    from cnnviz.imaging.preprocess import prepare_photo

    try:
        picture = decode_image(source.read(name), max_side=OVERSIZE * max(shape[:2]), spend=budget.spend).image
    except BudgetSpent:
        raise
    except (InvalidImage, InvalidDataset) as error:
        return None, str(error)
    return prepare_photo(picture, shape), None


def _info(path: str | Path, listing: Listing, shape: Shape) -> DatasetInfo:
    place = local_path(path)
    num_pictures = len(listing.train) + len(listing.test) + len(listing.validation)
    return DatasetInfo(
        name=str(path),
        title=Path(shown_name(place)).stem,
        classes=class_names(listing.classes),
        image_shape=shape,
        num_train=len(listing.train),
        num_test=len(listing.test),
        num_validation=len(listing.validation),
        input_style="photo",
        source=str(place),
        licence="your own",
        needs_download=False,
        summary=f"{count_text(num_pictures, 'picture')} of {classes_text(len(listing.classes))}.",
        listed=False,
        free_size=True,
    )


def _check_memory(num_images: int, shape: Shape) -> None:
    height, width, channels = shape
    if min(height, width) < 1 or channels not in (1, 3):
        raise InvalidInput(f"An image has at least 1 × 1 pixels, and 1 or 3 channels. Received: {shape}.")
    num_bytes = num_images * height * width * channels
    if num_bytes > MAX_BYTES:
        raise InvalidDataset(
            f"These images do not fit into memory: expected at most {bytes_text(MAX_BYTES)}. Use a smaller "
            f"size or a limit. Received: {num_images:,} images of {height} × {width}, "
            f"{bytes_text(num_bytes, above=MAX_BYTES)}."
        )
