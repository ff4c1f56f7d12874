"""The sets that Keras downloads: MNIST, Fashion-MNIST, CIFAR-10, and the public photos of cats and dogs."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np

from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.datasets.sources.folder import load_images
from cnnviz.errors import DatasetUnavailable
from cnnviz.settings import read_places
from cnnviz.text.units import megabytes_text

TIMEOUT = 20.0  # seconds without a byte after which a download is given up
PROGRESS_INTERVAL = 0.5  # seconds

# Name -> (folder or file below <Keras home>/datasets, bytes to download).
_DOWNLOADS = {
    "mnist": ("mnist.npz", 11_490_434),
    "fashion_mnist": ("fashion-mnist", 30_878_645),
    "cifar10": ("cifar-10-batches-py-target_archive", 170_498_071),
}

CATS_DOGS_FILE = "kagglecatsanddogs_5340.zip"
CATS_DOGS_ORIGIN = (
    f"https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/{CATS_DOGS_FILE}"
)
CATS_DOGS_SHA256 = "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"
CATS_DOGS_BYTES = 824_887_076


def load_remote(info: DatasetInfo, progress: Progress) -> Dataset:
    """Load a set through `keras.datasets`, which keeps it in KERAS_HOME or ~/.keras after the first download.

    Raises
    ------
    DatasetUnavailable
        It is not there and cannot be fetched.
    """
    import keras

    module = getattr(keras.datasets, info.name)
    file, num_bytes = _DOWNLOADS[info.name]
    kept = read_places("keras_home").keras_home / "datasets"
    with downloading(info.title, kept / file, num_bytes, progress):
        (x_train, y_train), (x_test, y_test) = module.load_data()
    return Dataset(info, _as_images(x_train), _as_labels(y_train), _as_images(x_test), _as_labels(y_test))


def load_cats_vs_dogs(info: DatasetInfo, progress: Progress, **options: Any) -> Dataset:
    """Load the photos of cats and dogs from their zip, which is fetched at the first use and never unpacked.

    Parameters
    ----------
    options
        As for `folder.load_images`; `image_size` is that of `info` unless given.

    Raises
    ------
    DatasetUnavailable
        The zip is not there and cannot be fetched.
    """
    options["image_size"] = options.get("image_size") or info.image_shape[:2]
    data = load_images(cats_dogs_zip(info.title, progress), progress=progress, **options)
    shown = replace(info, image_shape=data.info.image_shape, num_train=data.info.num_train, num_test=data.info.num_test)
    return replace(data, info=shown)  # its folders are Cat and Dog, in the order of the classes


def cats_dogs_zip(title: str, progress: Progress) -> Path:
    """Path of the zip of cats and dogs, downloaded and checked if need be; raises DatasetUnavailable."""
    import keras

    file = read_places("keras_home").keras_home / "datasets" / CATS_DOGS_FILE
    with downloading(title, file, CATS_DOGS_BYTES, progress):
        return Path(keras.utils.get_file(CATS_DOGS_FILE, CATS_DOGS_ORIGIN, file_hash=CATS_DOGS_SHA256))


@contextmanager
def downloading(
    title: str, file: Path, num_bytes: int, progress: Progress, *, instead: str = "'digits' works without one"
) -> Iterator[None]:
    """Report the progress of what Keras downloads inside the `with` block.

    Parameters
    ----------
    title : str
        Name of the set or the weights, for messages.
    file : Path
        File or folder into which Keras writes.
    num_bytes : int
        Its size once complete.
    progress : callable
    instead : str
        What works offline, for the error's message.

    Raises
    ------
    DatasetUnavailable
        The download failed.
    """
    try:
        with _give_up_after(TIMEOUT), _reported(title, file, num_bytes, progress):
            yield
    except Exception as error:  # Keras raises a bare Exception when a download fails
        advice = f"Delete {file} if it was cut off, check" if _size(file) else "Check"
        raise DatasetUnavailable(
            f"{title} could not be loaded: expected a download of {megabytes_text(num_bytes)}, kept in {file.parent}. "
            f"{advice} the internet connection and try again; {instead}. "
            f"Received: {str(error)[:160]}"
        ) from error


def _as_images(images: np.ndarray) -> np.ndarray:
    """(N, H, W[, C]) -> (N, H, W, C) uint8, in one piece of memory."""
    return np.ascontiguousarray(images if images.ndim == 4 else images[..., None], dtype=np.uint8)


def _as_labels(labels: np.ndarray) -> np.ndarray:
    """(N,) or (N, 1) -> (N,) int64."""
    return labels.reshape(-1).astype(np.int64)


@contextmanager
def _give_up_after(seconds: float) -> Iterator[None]:
    """Let new sockets time out: Keras downloads without a limit and would hang on a silent connection."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _reported(title: str, path: Path, num_bytes: int, progress: Progress) -> Iterator[None]:
    """Report how far a download is by the size of what has arrived: Keras offers no callback."""
    ended = Event()
    verb = "Reading" if _size(path) >= num_bytes else "Downloading"

    def report() -> None:
        progress(f"{verb} {title} ({megabytes_text(num_bytes)})", min(_size(path) / num_bytes, 1.0))

    def keep_reporting() -> None:
        while not ended.wait(PROGRESS_INTERVAL):
            report()

    report()
    reporter = Thread(target=keep_reporting, name="download-progress", daemon=True)
    reporter.start()
    try:
        yield
    finally:
        ended.set()
        reporter.join()


def _size(path: Path) -> int:
    """Bytes of a file, or of all files of a folder; 0 if there is none."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
    return path.stat().st_size if path.is_file() else 0
