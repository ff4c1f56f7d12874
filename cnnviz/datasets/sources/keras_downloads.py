"""The sets that Keras downloads: MNIST, Fashion-MNIST, CIFAR-10."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import numpy as np

from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.errors import DatasetUnavailable
from cnnviz.text.units import megabytes_text

TIMEOUT = 20.0  # seconds without a byte after which a download is given up
PROGRESS_INTERVAL = 0.5  # seconds

# Name -> (folder or file below <Keras home>/datasets, bytes to download).
_DOWNLOADS = {
    "mnist": ("mnist.npz", 11_490_434),
    "fashion_mnist": ("fashion-mnist", 30_878_645),
    "cifar10": ("cifar-10-batches-py-target_archive", 170_498_071),
}


def load_remote(info: DatasetInfo, progress: Progress) -> Dataset:
    """Load a set through `keras.datasets`, which keeps it in KERAS_HOME or ~/.keras after the first download.

    Raises DatasetUnavailable when it is not there and cannot be fetched.
    """
    import keras

    module = getattr(keras.datasets, info.name)
    file, num_bytes = _DOWNLOADS[info.name]
    kept = keras_home() / "datasets"
    with downloading(info.title, kept / file, num_bytes, progress):
        (x_train, y_train), (x_test, y_test) = module.load_data()
    return Dataset(info, _as_images(x_train), _as_labels(y_train), _as_images(x_test), _as_labels(y_test))


@contextmanager
def downloading(
    title: str, file: Path, num_bytes: int, progress: Progress, *, instead: str = "'digits' works without one"
) -> Iterator[None]:
    """Report how far a download by Keras into `file` is; raises DatasetUnavailable when it does not work.

    `instead` says what can be done offline.
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


def keras_home() -> Path:
    """Where Keras keeps downloads; it documents the variable but has no public function for it."""
    return Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()


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
