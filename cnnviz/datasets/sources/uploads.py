"""Uploaded images, kept as a folder or zip whose path then names a data set like any other.

Nothing that came with the files decides where anything is written: class names and file names are checked and
rewritten, a zip stays packed.
"""

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from cnnviz.access.private_files import lacks_space, make_folder, write_file
from cnnviz.datasets.dataset import CALLED, local_path
from cnnviz.datasets.sources.archive import MAX_FILE_BYTES, MAX_FILES
from cnnviz.datasets.sources.folder import describe_images, require_correctable
from cnnviz.errors import InvalidDataset, StoreUnavailable
from cnnviz.text.markup import MAX_NAME, as_name, as_names, is_unsafe, one_line
from cnnviz.text.units import bytes_text

MAX_UPLOAD_BYTES = 2 * 2**30
STAGING = ".upload-"  # where they lie until they are complete
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # no folder on Windows can have these names

Files = Mapping[str, Sequence[tuple[str, bytes]]]  # class -> (file name, content)


def save_upload(folder: str | Path, files: Files | bytes) -> Path:
    """Keep uploaded images.

    Parameters
    ----------
    folder : str or Path
        Where uploads are kept; made if it is not there.
    files : mapping of class name to (file name, content), or the content of a zip
        A zip as `folder.load_images` takes it. Damaged pictures are kept; they are named when the set is loaded.

    Returns
    -------
    Path
        Of a folder with a folder per class, or of a zip: a `dataset` for a training. The same images come to the
        same path.

    Raises
    ------
    InvalidDataset
        If a name or a size is not allowed, or the zip is dangerous, or there are neither two classes nor, in a zip,
        folders of which a person can say what they are.
    StoreUnavailable
        If the images cannot be written.
    """
    place = local_path(folder)
    _check_total(num_bytes(files))
    try:
        make_folder(place)
        with tempfile.TemporaryDirectory(dir=place, prefix=STAGING) as staging:
            made = _write_zip(Path(staging), files) if isinstance(files, bytes) else _write_all(Path(staging), files)
            require_correctable(made) if isinstance(files, bytes) else describe_images(made)
            return _move(made, place / made.name)
    except OSError as error:
        remedy = "Free some space there" if lacks_space(error) else "Make it a folder that can be written"
        raise StoreUnavailable(
            f"The images could not be kept: expected to write into {place}. {remedy}. "
            f"Received: {error.strerror or error}."
        ) from error


def _write_zip(staging: Path, data: bytes) -> Path:
    path = staging / upload_name(data)
    write_file(path, data)
    return path


def _write_all(staging: Path, files: Files) -> Path:
    if len(_all_files(files)) > MAX_FILES:
        raise InvalidDataset(f"Too many files: expected at most {MAX_FILES:,}. Received: {len(_all_files(files)):,}.")
    folders = _folders(list(files))
    path = staging / upload_name(files)
    make_folder(path)
    for label, pictures in files.items():
        make_folder(path / folders[label])
        for number, (name, data) in enumerate(pictures):
            write_file(path / folders[label] / _file_name(number, name, data), data)
    return path


def _move(made: Path, target: Path) -> Path:
    """Put what is complete at its place, unless it is there already."""
    if not target.exists():
        try:
            made.rename(target)
        except OSError:
            if not target.exists():  # else somebody has just uploaded the same
                raise
    return target


def _folders(labels: list[str]) -> dict[str, str]:
    """The folder of each class; names that only differ in case are one folder on some systems, and so refused."""
    folders = {label: _class_name(label) for label in labels}
    if len({name.casefold() for name in folders.values()}) < len(labels):
        raise InvalidDataset(f"Two classes have the same name. Give each its own. Received: {as_names(labels)}.")
    return folders


def _class_name(label: str) -> str:
    name = unicodedata.normalize("NFC", label).strip()
    is_bad = (
        not name
        or len(name) > MAX_NAME
        or name.startswith((".", "_"))
        or name.endswith(".")
        or re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]', name)
        or _RESERVED.fullmatch(name.split(".")[0])
        or any(map(is_unsafe, name))
    )
    if is_bad:
        raise InvalidDataset(
            f"A class cannot have this name: expected 1 to {MAX_NAME} letters, digits or blanks. Received: {label!r}."
        )
    return name


def _file_name(number: int, name: str, data: bytes) -> str:
    """A harmless name by which a person still finds the file: its own, numbered."""
    if len(data) > MAX_FILE_BYTES:
        raise InvalidDataset(
            f"{as_name(PurePath(name).name)} is too large: expected at most {bytes_text(MAX_FILE_BYTES)}. "
            f"Received: {bytes_text(len(data), above=MAX_FILE_BYTES)}."
        )
    stem, _, ending = re.split(r"[/\\]", name)[-1].rpartition(".")
    kept = re.sub(r"[^\w -]", "_", stem or ending)[:60].strip() or "image"
    ending = re.sub(r"[^a-z0-9]", "", ending.lower())[:5] if stem else ""
    return f"{number:05d} {kept}.{ending}" if ending else f"{number:05d} {kept}"


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for label in sorted(files):
        digest.update(f"{label}\0{len(files[label])}\0".encode())
        for name, data in files[label]:
            digest.update(f"{name}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()[:16]


def _all_files(files: Files) -> list[tuple[str, bytes]]:
    return [file for pictures in files.values() for file in pictures]


def upload_name(files: Files | bytes) -> str:
    """Give the name under which these images are kept: the same images have the same one."""
    if isinstance(files, bytes):
        return f"images-{hashlib.sha256(files).hexdigest()[:16]}.zip"
    return f"images-{_digest(files)}"


def keep_name(upload: Path, name: str) -> None:
    """Keep what the person called an upload, beside it, unless it is known; raises OSError."""
    note = upload.with_name(CALLED.format(upload.name))
    if name and not note.exists():
        write_file(note, one_line(name)[:MAX_NAME].encode())


def num_bytes(files: Files | bytes) -> int:
    """Give the size of all files together."""
    return len(files) if isinstance(files, bytes) else sum(len(data) for _, data in _all_files(files))


def _check_total(total: int) -> None:
    if total > MAX_UPLOAD_BYTES:
        raise InvalidDataset(
            f"These images are too large together: expected at most {bytes_text(MAX_UPLOAD_BYTES)}. "
            f"Received: {bytes_text(total, above=MAX_UPLOAD_BYTES)}."
        )
