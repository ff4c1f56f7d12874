"""The picture files of a folder or a zip, listed without trusting either.

Nothing is ever unpacked to the disk: a zip's files are read into memory one by one, never more of one than
MAX_FILE_BYTES.
"""

import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Protocol

from cnnviz.datasets.dataset import UPLOADS, local_path, shown_name
from cnnviz.datasets.sources.member_names import clean_paths, member_names
from cnnviz.datasets.sources.zip_files import BROKEN_ZIP, count_entries, unpacked
from cnnviz.errors import InvalidDataset
from cnnviz.text.markup import as_name
from cnnviz.text.units import bytes_text

MAX_FILES = 200_000
MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 8 * 2**30  # unpacked
MAX_DEPTH = 32  # folders in folders
SHOWN = 100  # characters of a name in a sentence
PICTURES = (*(".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".webp", ".bmp", ".gif"), *(".tif", ".tiff", ".avif", ".heic"))
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
CLUTTER = ("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "@eadir", "$recycle.bin", "icon\r")
"""What systems leave behind, besides names with a dot in front, in small letters."""


class Source(Protocol):
    """Files by their path inside the folder or zip, `/` between the parts; `folders` also names those without any."""

    names: tuple[str, ...]
    folders: tuple[str, ...]
    num_bytes: int  # as they lie on the disk, so packed

    def read(self, name: str) -> bytes:
        """Return the content of one file; raises InvalidDataset when it cannot be read."""
        ...

    def head(self, name: str, num_bytes: int) -> bytes:
        """Return at most the first `num_bytes` of a file; raises InvalidDataset when it cannot be read."""
        ...

    def same(self, one: str, other: str) -> bool:
        """Tell whether two files hold the same bytes."""
        ...


@contextmanager
def open_source(path: str | Path) -> Iterator[Source]:
    """Open a folder or zip.

    Raises
    ------
    InvalidDataset
        If it is neither, or a zip that is damaged, encrypted, or too large once unpacked, or one that names files
        outside of itself.
    """
    place = local_path(path)
    if place.is_dir():
        yield _Folder(place)
    elif place.is_file():
        try:
            with place.open("rb") as file:
                _check_number(count_entries(file), place)
            archive = zipfile.ZipFile(place)
        except BROKEN_ZIP as error:
            raise InvalidDataset(
                f"{as_name(shown_name(place))} is no usable zip: expected a folder of images or a zip of one. "
                f"Received: {error}."
            ) from None
        with archive:
            yield _Zip(place, archive)
    else:
        raise InvalidDataset(
            f"There is nothing at this path: expected a folder or zip of images. "
            f"Received: {shown_name(place) if UPLOADS in place.parts else path}."
        )


class _Folder:
    def __init__(self, root: Path) -> None:
        names, folders, self.num_bytes = [], [], 0
        waiting = [(root, 0)]
        while waiting:  # no recursion: how deep it goes is the folder's choice
            folder, depth = waiting.pop()
            _check_depth(depth, as_name(root.name))
            for entry in _entries(folder):
                place = Path(entry).relative_to(root).as_posix()
                if entry.is_dir(follow_symlinks=False):  # no links, so it cannot leave the folder or run in circles
                    waiting.append((Path(entry), depth + 1))
                    folders.append(place)
                elif entry.is_file(follow_symlinks=False):
                    names.append(place)
                    self.num_bytes += entry.stat(follow_symlinks=False).st_size
                    _check_number(len(names), root)
        self.root = root
        self.places = dict(zip(clean_paths(names), names, strict=True))
        self.names, self.folders = _wanted(self.places), _wanted(clean_paths(folders))

    def read(self, name: str) -> bytes:
        data = self.head(name, MAX_FILE_BYTES + 1)
        _check_bytes(name, len(data))
        return data

    def head(self, name: str, num_bytes: int) -> bytes:
        try:
            with (self.root / self.places[name]).open("rb") as file:
                return file.read(num_bytes)
        except OSError as error:
            raise InvalidDataset(f"{as_name(name)} cannot be read. Received: {error.strerror}.") from None

    def same(self, one: str, other: str) -> bool:
        return self.head(one, MAX_FILE_BYTES) == self.head(other, MAX_FILE_BYTES)


class _Zip:
    def __init__(self, place: Path, archive: zipfile.ZipFile) -> None:
        members = [info for info in archive.infolist() if info.filename]
        paths = dict(zip(member_names(members), members, strict=True))
        files = {path: info for path, info in paths.items() if path and not path.endswith("/")}
        _check_number(len(files), place)
        _check_total(sum(info.file_size for info in files.values()), place)
        for path in paths:
            _check_path(path)
        self.names = _wanted(files)
        self.folders = _wanted([path.rstrip("/") for path in paths if path.endswith("/")])
        for name in self.names:
            _check_member(name, files[name])
        self.num_bytes = place.stat().st_size
        self.archive = archive
        self.members = files
        self.lock = Lock()  # one file handle for all threads

    def read(self, name: str) -> bytes:
        data = self.head(name, MAX_FILE_BYTES + 1)  # whatever size the zip's index promises
        _check_bytes(name, len(data))
        return data

    def head(self, name: str, num_bytes: int) -> bytes:
        try:
            with self.lock:
                return unpacked(self.archive, self.members[name], num_bytes)
        except BROKEN_ZIP as error:
            raise InvalidDataset(f"{as_name(name)} cannot be unpacked. Received: {str(error)[:SHOWN]}.") from None

    def same(self, one: str, other: str) -> bool:
        first, second = self.members[one], self.members[other]
        return (first.CRC, first.file_size) == (second.CRC, second.file_size)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder; nothing where it may not be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _wanted(names: Iterable[str]) -> tuple[str, ...]:
    """Sorted as people count (cat.2 before cat.10), without what systems leave behind."""
    kept = [name for name in names if not any(part.lower() in CLUTTER or part[:1] == "." for part in name.split("/"))]
    return tuple(sorted(kept, key=lambda name: [(len(piece), piece) for piece in re.split(r"(\d+)", name)]))


def _check_path(name: str) -> None:
    parts = name.split("/")
    if ".." in parts or "\0" in name:
        raise InvalidDataset(
            f"This zip names a file outside of itself ('..'), which is not read. Pack the folder of images again. "
            f"Received: {name[:SHOWN]!r}."
        )
    _check_depth(len(parts) - 1, "This zip")


def _check_member(name: str, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise InvalidDataset(f"This zip is encrypted. Pack the images without a password. Received: {name[:SHOWN]!r}.")
    if name.lower().endswith(PICTURES):  # of other files only the first bytes are looked at
        _check_bytes(name, info.file_size)


def _check_depth(depth: int, what: str) -> None:
    if depth > MAX_DEPTH:
        raise InvalidDataset(
            f"{what} nests its folders too deeply: expected at most {MAX_DEPTH} in each other. Put the folders of the "
            f"classes on top. Received: {depth:,}."
        )


def _check_number(num_files: int, place: Path) -> None:
    if num_files > MAX_FILES:
        raise InvalidDataset(
            f"{as_name(shown_name(place))} holds too many files: expected at most {MAX_FILES:,}. "
            f"Received: {num_files:,}."
        )


def _check_bytes(name: str, num_bytes: int) -> None:
    if num_bytes > MAX_FILE_BYTES:
        raise InvalidDataset(
            f"{as_name(name)} is too large: expected at most {bytes_text(MAX_FILE_BYTES)} unpacked. "
            f"Received: {bytes_text(num_bytes, above=MAX_FILE_BYTES)}."
        )


def _check_total(num_bytes: int, place: Path) -> None:
    if num_bytes > MAX_TOTAL_BYTES:
        raise InvalidDataset(
            f"{as_name(shown_name(place))} is too large once unpacked: expected at most "
            f"{bytes_text(MAX_TOTAL_BYTES)}. Received: {bytes_text(num_bytes, above=MAX_TOTAL_BYTES)}."
        )
