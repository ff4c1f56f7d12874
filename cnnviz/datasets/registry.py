"""The data sets by name, and the one way to load any of them."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cnnviz.caching import KeyedCache
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.corrections import changed, changed_info
from cnnviz.datasets.dataset import OWN_IMAGES, UPLOADS, Dataset, DatasetInfo, Progress, in_class_order, local_path
from cnnviz.datasets.sources.builtin import load_digits, load_faces, load_shapes, load_starter
from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.datasets.sources.keras_downloads import cats_dogs_zip, load_cats_vs_dogs, load_remote
from cnnviz.errors import UnknownName

KEPT_DESCRIPTIONS = 64
KEPT_BYTES = 2**30  # of all loaded sets together, but for the last one: large photos take more; CIFAR-10 takes 184 MB

_LOADERS: dict[str, Callable[..., Dataset]] = {
    "digits": load_digits,
    "shapes": load_shapes,
    "faces": load_faces,
    "starter": load_starter,
    "mnist": load_remote,
    "fashion_mnist": load_remote,
    "cifar10": load_remote,
    "cats_vs_dogs": load_cats_vs_dogs,
}

loaded_sets: KeyedCache[tuple, Dataset] = KeyedCache(
    KEPT_BYTES, lambda data: data.x_train.nbytes + data.x_test.nbytes + (0 if data.x_val is None else data.x_val.nbytes)
)
"""What this process has loaded, by name or path and options; a slow download holds up nothing else."""


def describe(
    name: str, *, corrections: Sequence[Sequence] = (), fold: Sequence[int] | None = None, **options: Any
) -> DatasetInfo:
    """Describe a registered set, or a folder or zip of images, without loading it.

    Parameters
    ----------
    name : str
        A registered name, or the path of a folder or zip of images.
    corrections, fold
        As in `corrections.changed`.
    options
        As in `load_dataset`; they count for folders and zips.

    Raises
    ------
    UnknownName
        There is neither such a set nor such a file.
    InvalidDataset
        The file is unusable.
    """
    known = DATASETS.get(name)
    info = known or _describe_path(name, modified(name), tuple(sorted(options.items())))
    return changed_info(info, corrections=corrections, fold=fold) if corrections or fold else info


@lru_cache(maxsize=KEPT_DESCRIPTIONS)
def _describe_path(name: str, _modified: int, options: tuple[tuple[str, Any], ...]) -> DatasetInfo:
    """Only once for a page that is redrawn at each move: a zip may hold tens of thousands of names."""
    return describe_images(name, **dict(options))


def load_dataset(
    name: str,
    *,
    progress: Progress | None = None,
    classes: Sequence[str] = (),
    corrections: Sequence[Sequence] = (),
    fold: Sequence[int] | None = None,
    **options: Any,
) -> Dataset:
    """Load a data set; those used last stay in memory, and two threads never load the same one twice.

    Parameters
    ----------
    name : str
        A registered name, or the path of a folder or zip of images.
    progress : callable, optional
        Called with a text and the share done, 0 to 1.
    classes : sequence of str, optional
        Those that a net has learned, in the order of its outputs: labels are then counted so, by name.
    corrections, fold
        What a person has corrected in the set, and the part that is held out of it: see `corrections.changed`.
    options
        image_size, channels, test_share, limit, limit_per_class, roles: see `folder.load_images`. They count for
        folders, zips, and sets of free size; other registered sets come whole, in their own size.

    Raises
    ------
    UnknownName
        If there is neither such a set nor such a file.
    DatasetUnavailable
        If it could not be downloaded.
    InvalidDataset
        If a folder or zip holds no usable images, or other `classes`, or not what `corrections` name.
    """
    data = _load(name, progress, options)
    if corrections or fold:
        data = changed(data, corrections=corrections, fold=fold)
    return in_class_order(data, classes) if classes else data


def _load(name: str, progress: Progress | None, options: dict[str, Any]) -> Dataset:
    key = tuple(sorted(options.items()))
    if name in DATASETS:
        info = DATASETS[name]
        if info.free_size:
            return loaded_sets.get((name, *key), lambda: _load_registered(info, progress, **options))
        return loaded_sets.get((name,), lambda: _load_registered(info, progress))
    path = _require_path(name)
    whole_key = (str(path.resolve()), path.stat().st_mtime_ns, *key)
    return loaded_sets.get(whole_key, lambda: load_images(path, progress=progress, **options))


def modified(name: str) -> int:
    """Time of the last change of a folder or zip, in nanoseconds; 0 for registered sets. Raises UnknownName."""
    return 0 if name in DATASETS else _require_path(name).stat().st_mtime_ns


def picture_files(name: str) -> Path:
    """Path of the folder or zip that a set of free size is read from, fetched if need be.

    Raises
    ------
    UnknownName
    DatasetUnavailable
    """
    if name not in DATASETS:
        return _require_path(name)
    return cats_dogs_zip(DATASETS[name].title, _silent)


def _require_path(name: str) -> Path:
    path = local_path(name)
    if not path.exists():
        raise unknown_dataset(name)
    return path


def unknown_dataset(name: str) -> UnknownName:
    """Build the error for a name or path behind which there is nothing."""
    listed = sorted(name for name, info in DATASETS.items() if info.listed)
    name = OWN_IMAGES if UPLOADS in local_path(name).parts else name  # whoever asks may not know what they are called
    return UnknownName(
        f"There is no data set or path {name!r}. Use one of {', '.join(listed)}, or the path of a folder or "
        f"zip of images. Received: {name!r}."
    )


def _load_registered(info: DatasetInfo, progress: Progress | None, **options: Any) -> Dataset:
    return _LOADERS[info.name](info, progress or _silent, **options)


def _silent(text: str, share: float) -> None:
    """Progress that nobody wants to see."""
