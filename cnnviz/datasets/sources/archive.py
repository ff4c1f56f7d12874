"""The picture files of a folder or a zip, listed without trusting either.

Nothing is ever unpacked to the disk: a zip's files are read into memory one by one, never more of one than
MAX_FILE_BYTES.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Protocol

from cnnviz.datasets.dataset import local_path
from cnnviz.errors import InvalidDataset
from cnnviz.text.units import bytes_text

MAX_FILES = 200_000
MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 8 * 2**30  # unpacked
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
CLUTTER = ("__MACOSX", "Thumbs.db", "desktop.ini")  # what systems leave behind, besides names with a dot in front

# What zipfile raises on a damaged member.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


class Source(Protocol):
    """Files by their path inside the folder or zip, `/` between the parts."""

    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        """Return the content of one file; raises InvalidDataset when it cannot be read."""
        ...

    def head(self, name: str, num_bytes: int) -> bytes:
        """Return at most the first `num_bytes` of a file; raises InvalidDataset when it cannot be read."""
        ...


@contextmanager
def open_source(path: str | Path) -> Iterator[Source]:
    """Open a folder or zip.

    Raises
    ------
    InvalidDataset
        If it is neither, or a zip that is damaged, encrypted, nested, or too large once unpacked, or one that
        names files outside of itself.
    """
    place = local_path(path)
    if place.is_dir():
        yield _Folder(place)
    elif place.is_file():
        try:
            archive = zipfile.ZipFile(place)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InvalidDataset(
                f"{place.name} is no usable zip: expected a folder of images or a zip of one. Received: {error}."
            ) from None
        with archive:
            yield _Zip(place, archive)
    else:
        raise InvalidDataset(f"There is nothing at this path: expected a folder or zip of images. Received: {path}.")


class _Folder:
    def __init__(self, root: Path) -> None:
        names = []
        for file in root.rglob("*"):  # follows no links, so it cannot leave the folder or run in circles
            if file.is_file() and not file.is_symlink():
                names.append(file.relative_to(root).as_posix())
                _check_number(len(names), root)
        self.root = root
        self.names = _wanted(names)

    def read(self, name: str) -> bytes:
        data = self.head(name, MAX_FILE_BYTES + 1)
        _check_bytes(name, len(data))
        return data

    def head(self, name: str, num_bytes: int) -> bytes:
        try:
            with (self.root / name).open("rb") as file:
                return file.read(num_bytes)
        except OSError as error:
            raise InvalidDataset(f"{name} cannot be read. Received: {error.strerror}.") from None


class _Zip:
    def __init__(self, place: Path, archive: zipfile.ZipFile) -> None:
        files = [info for info in archive.infolist() if not info.is_dir()]
        _check_number(len(files), place)
        _check_total(sum(info.file_size for info in files), place)
        for info in files:
            _check_member(info)
        self.archive = archive
        self.lock = Lock()  # one file handle for all threads
        self.names = _wanted([info.filename for info in files])

    def read(self, name: str) -> bytes:
        data = self.head(name, MAX_FILE_BYTES + 1)  # whatever size the zip's index promises
        _check_bytes(name, len(data))
        return data

    def head(self, name: str, num_bytes: int) -> bytes:
        try:
            with self.lock, self.archive.open(name) as file:
                return file.read(num_bytes)
        except _BROKEN as error:
            raise InvalidDataset(f"{name} cannot be unpacked. Received: {error}.") from None


def _wanted(names: list[str]) -> tuple[str, ...]:
    """Sorted as people count (cat.2 before cat.10), without what systems leave behind."""
    kept = [
        name for name in names if not any(part in CLUTTER or part.startswith(".") for part in PurePosixPath(name).parts)
    ]
    return tuple(sorted(kept, key=lambda name: [(len(piece), piece) for piece in re.split(r"(\d+)", name)]))


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.filename
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise InvalidDataset(
            f"This zip names a file outside of itself, which an honest one never does. Pack the folder of images "
            f"again. Received: {name!r}."
        )
    if name.lower().endswith(ARCHIVES):
        raise InvalidDataset(
            f"This zip holds another archive. Unpack that one and pack the images themselves. Received: {name!r}."
        )
    if info.flag_bits & 0x1:
        raise InvalidDataset(f"This zip is encrypted. Pack the images without a password. Received: {name!r}.")
    _check_bytes(name, info.file_size)


def _check_number(num_files: int, place: Path) -> None:
    if num_files > MAX_FILES:
        raise InvalidDataset(
            f"{place.name} holds too many files: expected at most {MAX_FILES:,}. Received: {num_files:,}."
        )


def _check_bytes(name: str, num_bytes: int) -> None:
    if num_bytes > MAX_FILE_BYTES:
        raise InvalidDataset(
            f"{name} is too large: expected at most {bytes_text(MAX_FILE_BYTES, digits=0)} unpacked. "
            f"Received: {bytes_text(num_bytes, digits=0)}."
        )


def _check_total(num_bytes: int, place: Path) -> None:
    if num_bytes > MAX_TOTAL_BYTES:
        raise InvalidDataset(
            f"{place.name} is too large once unpacked: expected at most {bytes_text(MAX_TOTAL_BYTES, digits=0)}. "
            f"Received: {bytes_text(num_bytes, digits=1)}."
        )
