"""Sizes of the pictures of a folder or zip, read from their first bytes without decoding any."""

import warnings
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import picture_files
from cnnviz.datasets.sources.archive import Source, open_source
from cnnviz.datasets.sources.content import may_be_picture
from cnnviz.errors import InvalidDataset

HEAD_BYTES = 64 * 2**10  # holds the size, unless a large preview lies before it
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")


@dataclass(frozen=True)
class ShapeCount:
    """Pictures of one size, in pixels as stored."""

    height: int
    width: int
    count: int


@dataclass(frozen=True)
class Shapes:
    """Sizes by how frequent they are, and the number of files whose size cannot be read."""

    counts: tuple[ShapeCount, ...]
    num_bad: int

    @property
    def num_pictures(self) -> int:
        """Number of pictures whose size is known."""
        return sum(shape.count for shape in self.counts)


def picture_sizes(data: Dataset) -> Shapes:
    """Count the sizes, as they are stored, of the pictures that a set was read from; raises as `picture_files` does."""
    read = frozenset(file.name for file in data.files if file.part)
    return shape_histogram(picture_files(data.info.name), read) if read else Shapes((), 0)


def shape_histogram(path: str | Path, names: Collection[str] | None = None) -> Shapes:
    """Count the sizes of all pictures of a folder or zip.

    Parameters
    ----------
    path : str or Path
    names : set of str, optional
        Of the files to look at, instead of all that are pictures or are called so.

    Returns
    -------
    Shapes
        The most frequent size comes first.

    Raises
    ------
    InvalidDataset
        It is no folder or usable zip.
    """
    counts: Counter[tuple[int, int]] = Counter()
    num_bad = 0
    with open_source(path) as source:
        for name in (name for name in source.names if (name in names if names else may_be_picture(source, name))):
            size = _size(source, name)
            if size is None:
                num_bad += 1
            else:
                counts[size] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Shapes(tuple(ShapeCount(*size, count) for size, count in ranked), num_bad)


def _size(source: Source, name: str) -> tuple[int, int] | None:
    try:
        return _header_size(source.head(name, HEAD_BYTES)) or _header_size(source.read(name))
    except InvalidDataset:
        return None


def _header_size(data: bytes) -> tuple[int, int] | None:
    """(height, width), or None if these bytes do not tell."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its pixels are never decoded
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                return picture.height, picture.width
    except Exception:  # noqa: BLE001  Pillow's readers raise anything on damaged files
        return None
