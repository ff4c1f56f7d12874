"""Which files of a folder or zip are pictures, by their first bytes, and so the Layout of what lies at a path."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from cnnviz.datasets.dataset import local_path
from cnnviz.datasets.sources.archive import ARCHIVES, PICTURES, Source, open_source
from cnnviz.datasets.sources.label_lists import label_lists, note_on_lists
from cnnviz.datasets.sources.layout import Layout, LeftOut, Roles
from cnnviz.datasets.sources.layout_reader import read_layout
from cnnviz.errors import InvalidDataset
from cnnviz.text.markup import as_names

HEAD_BYTES = 16
KEPT_LAYOUTS = 32
LOOKED_INTO = 20_000  # files; of larger sets the usual endings are believed until the pictures are read
NO_PICTURE = "no picture by content"
ARCHIVE = "an archive, which is not opened (unpack it, and pack the images themselves)"
UNREADABLE = "which cannot be unpacked or read"

UNCLEAR_NAMES = (
    "The names of these folders are in a character set that could not be told, so they read as nonsense: {names}. Pack "
    "the folder again with names in UTF-8, or give it other names."
)
NAMED = 3
_FRAMES = re.compile("[\u2500-\u259f]")  # what letters of other code pages look like in that of the first PCs

_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc")  # ISO/IEC 23008-12, after "ftyp"


def is_picture(head: bytes) -> bool:
    """Tell by the first 16 bytes of a file whether it is a picture of a known format, readable here or not."""
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    is_heif = head[4:8] == b"ftyp" and head[8:12] in _BRANDS
    return head.startswith(_STARTS) or is_webp or is_heif


def find_layout(path: str | Path, roles: Roles = ()) -> Layout:
    """Find out what a folder or zip of images means; only once for each state of it.

    Parameters
    ----------
    path : str or Path
    roles : tuple of (path, Role)
        What a person says that folders in it are.

    Raises
    ------
    InvalidDataset
        As `archive.open_source`.
    """
    place = local_path(path)
    changed = place.stat().st_mtime_ns if place.exists() else 0
    return _find_layout(str(place), changed, roles)


@lru_cache(maxsize=KEPT_LAYOUTS)
def _find_layout(path: str, _changed: int, roles: Roles) -> Layout:
    with open_source(path) as source:
        return layout_of(source, roles)


def layout_of(source: Source, roles: Roles = ()) -> Layout:
    """Find out what an open folder or zip means."""
    is_large = len(source.names) > LOOKED_INTO
    pictures, unusable = [], set()
    others: dict[str, list[str]] = {}
    for name in source.names:
        is_named = name.lower().endswith(PICTURES)
        reason = None if is_large and is_named else _why_not(source, name)
        if reason is None or is_named:
            pictures.append(name)  # what is only called a picture takes part in the drawing of lots, as it always did
        if reason is not None:
            others.setdefault(reason, []).append(name)
            unusable.add(name)
    left_out = [LeftOut(reason, tuple(names)) for reason, names in others.items()]
    layout = read_layout(
        pictures,
        unusable=frozenset(unusable.intersection(pictures)),
        empty=_empty_folders(source, pictures),
        same=source.same,
        roles=roles,
        left_out=left_out,
    )
    is_labelled = len(layout.classes) > 1
    lists = label_lists(others.get(NO_PICTURE, ()), pictures, is_labelled=is_labelled)
    notes = [note_on_lists(lists, is_labelled=is_labelled)] if lists else []
    unclear = [path for path in sorted(_folders_of(pictures)) if _FRAMES.search(path)]
    questions = [UNCLEAR_NAMES.format(names=as_names(unclear, NAMED))] if unclear else []
    return replace(layout, notes=(*notes, *layout.notes), questions=(*questions, *layout.questions))


def may_be_picture(source: Source, name: str) -> bool:
    """Tell whether a file is a picture, or is called one."""
    return name.lower().endswith(PICTURES) or _why_not(source, name) is None


def _why_not(source: Source, name: str) -> str | None:
    """Why a file is no picture; None: it is one."""
    if name.lower().endswith(ARCHIVES):
        return ARCHIVE
    try:
        return None if is_picture(source.head(name, HEAD_BYTES)) else NO_PICTURE
    except InvalidDataset:
        return UNREADABLE


def _empty_folders(source: Source, pictures: Iterable[str]) -> list[str]:
    """Folders without any picture, however deep."""
    filled, known = _folders_of(pictures), _folders_of(source.names).union(source.folders)
    return sorted(known - filled)


def _folders_of(names: Iterable[str]) -> set[str]:
    """Folders in which these files lie, and those around them."""
    folders = {""}
    for name in names:
        folder = name.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
