"""The files of runs, in `<home>/runs/<id>/`, what of them browsers may fetch, and what a killed server left.

What is published lies in `<home>/nets/`, named by the hash of its content: whoever knows the name may fetch it. A small
file of the run holds that name (`net-end`, `net-0003`, `images-500`).
"""

import contextlib
import hashlib
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cnnviz.access.private_files import PARTIAL, is_leftover, keep_private, make_folder, write_whole
from cnnviz.errors import StoreUnavailable, UnknownName
from cnnviz.runs.database import failure_message
from cnnviz.text.markup import as_name

NETS = "nets"
_IN_WORDS = {"model": "net", "test": "answers on its test images", "epoch": "weights of this epoch"}
"""How the name of a file begins -> what it holds, as it is said to people."""
WITHDRAWN = "There is no such net here any more: its run was deleted or trained again. Load the page again."
PUBLISHED = re.compile(r"[0-9a-f]{64}\.(?:net|images)")


class RunFolders:
    """Keeps files of runs below a home folder, where nobody but this process's user reads them.

    Raises StoreUnavailable when the folder cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._publishing = threading.Lock()  # the same may just be withdrawn, because its last run is deleted
        self.database = ""  # where the tables are, for people to read, if they are not in the home folder
        with self.guarded():
            keep_private(make_folder(home / "runs"))  # an older version let others in

    def save_file(self, run_id: str, name: str, data: bytes) -> None:
        """Keep a file of a run; it appears whole or not at all."""
        with self.guarded():
            write_whole(make_folder(self._folder(run_id)) / name, data)

    def load_file(self, run_id: str, name: str) -> bytes:
        """A kept file; raises UnknownName when the run has none of this name."""
        with self.guarded():
            try:
                return (self._folder(run_id) / name).read_bytes()
            except FileNotFoundError:
                what = next((words for part, words in _IN_WORDS.items() if name.startswith(part)), "file of this kind")
                raise UnknownName(
                    f"The run {run_id!r} has no {what}: it ended before there was one, or the file was deleted."
                ) from None

    def copy_file(self, run_id: str, name: str, target_id: str) -> None:
        """Give another run a file of this one, if it has it; a link, where the disk knows links, takes no room."""
        source, target = self._folder(run_id) / name, self._folder(target_id)
        with self.guarded():
            make_folder(target)
            try:
                os.link(source, target / name)
            except FileNotFoundError:
                return
            except OSError:
                write_whole(target / name, source.read_bytes())

    def delete_file(self, run_id: str, name: str) -> None:
        """Remove a file of a run, if it is there."""
        with self.guarded():
            (self._folder(run_id) / name).unlink(missing_ok=True)

    def delete_files(self, run_id: str) -> None:
        """Remove all files of a run, and what was published of it and of no other run."""
        notes = set(self._folder(run_id).glob("*-*"))
        published = {_read_note(note) for note in notes}
        shutil.rmtree(self._folder(run_id), ignore_errors=True)
        with self._publishing:
            self._withdraw(published, besides=notes)

    def has_file(self, run_id: str, name: str) -> bool:
        """Whether the run has kept a file of this name."""
        return (self._folder(run_id) / name).is_file()

    def has_folder(self, run_id: str) -> bool:
        """Whether there is a folder for files of the run."""
        return self._folder(run_id).is_dir()

    def shrink_file(self, run_id: str, name: str, data: bytes) -> None:
        """Leave a part of a kept file; it counts as no newer than before, so that what was published of it stays."""
        path = self._folder(run_id) / name
        with self.guarded():
            before = path.stat()
            write_whole(path, data)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def file_size(self, run_id: str, name: str) -> int:
        """Bytes of a kept file; 0 where it is gone."""
        with self.guarded():
            return size_of(self._folder(run_id) / name)

    def changed_at(self, run_id: str, name: str) -> int | None:
        """When a kept file was last written, in ns since 1970; None where there is none."""
        try:
            return (self._folder(run_id) / name).stat().st_mtime_ns
        except OSError:
            return None

    def num_bytes(self, run_id: str) -> int:
        """Bytes that the files of a run take, with what is published of it; 0 where there are none."""
        with self.guarded():
            kept = list(self._folder(run_id).glob("*"))
            published = [self.home / NETS / name for name in map(_read_note, kept) if name]
            return sum(map(size_of, (*kept, *published)))

    def publish(self, run_id: str, name: str, data: bytes, *, as_of: int | None = None) -> str:
        """Let browsers fetch something of a run.

        Parameters
        ----------
        run_id : str
        name : str
            "net-..." or "images-...": what was published under it before is withdrawn, if no run has it.
        data : bytes
        as_of : int, optional
            When the file that it was made of had been written (`changed_at`, asked before that was read): it may have
            been replaced since, and then what is published is old, see `published`.

        Returns
        -------
        str
            The name of the file in `nets`: the SHA-256 of its content, and ".net" or ".images".
        """
        published = f"{hashlib.sha256(data).hexdigest()}.{name.partition('-')[0]}"
        note = self._folder(run_id) / name
        with self.guarded(), self._publishing:
            before = _read_note(note)
            write_whole(make_folder(note.parent) / name, published.encode())  # first: what is noted is not withdrawn
            if as_of is not None:
                os.utime(note, ns=(as_of, as_of))
            self._withdraw({before} - {published})
            write_whole(make_folder(self.home / NETS) / published, data)
        return published

    def published(self, run_id: str, name: str, *, newer_than: str | None = None) -> str | None:
        """What `publish` returned, if the file is still there and no older than the run's file `newer_than`."""
        note = self._folder(run_id) / name
        published = _read_note(note)
        if published is None or not (self.home / NETS / published).is_file():
            return None
        with contextlib.suppress(OSError):
            source = newer_than and note.with_name(newer_than)
            if source and source.stat().st_mtime_ns > note.stat().st_mtime_ns:
                return None
        return published

    def load_published(self, published: str) -> bytes:
        """The content of a published file; raises UnknownName where it has just been withdrawn."""
        with self.guarded():
            try:
                return (self.home / NETS / published).read_bytes()
            except FileNotFoundError:
                raise UnknownName(WITHDRAWN) from None

    def _withdraw(self, published: Set[str | None], besides: Set[Path] = frozenset()) -> None:
        if not published - {None}:
            return
        for name in published - self._noted(besides) - {None}:
            with contextlib.suppress(OSError):
                (self.home / NETS / str(name)).unlink()

    def _noted(self, besides: Set[Path] = frozenset()) -> set[str | None]:
        """The published names that runs hold: those with the same content share one file."""
        return {_read_note(note) for note in (self.home / "runs").glob("*/*-*") if note not in besides}

    def sweep_files(self) -> None:
        """Remove files that a killed process left half written, and published ones that belong to no run."""
        runs, nets = self.home / "runs", self.home / NETS
        noted = self._noted()
        unnoted = (path for path in nets.glob("*") if path.name not in noted)
        for path in (*runs.glob(f"*/*{PARTIAL}"), *unnoted):
            if is_leftover(path):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _folder(self, run_id: str) -> Path:
        if not run_id.isalnum():
            raise UnknownName(unknown_run(run_id))
        return self.home / "runs" / run_id

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what the database or the disk refuses into one sentence."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable(failure_message(error, self.home, self.database)) from error


def size_of(path: Path) -> int:
    """Bytes of a file; 0 for a folder, and for a file that is gone, as one that was half written a moment ago."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _read_note(note: Path) -> str | None:
    """The published name that a file of a run holds; None for every other file."""
    try:
        text = note.read_text("ascii") if note.stat().st_size < 100 else ""
    except (OSError, ValueError):
        return None
    return text if PUBLISHED.fullmatch(text) else None


def damaged_name(run_id: str, name: object) -> str:
    """Name a run whose entry is damaged for a sentence: what it is called, as far as that can be read, and its id."""
    called = as_name(name) if isinstance(name, str) else ""
    return f"{called} ({run_id})" if called else run_id


def damaged_run(run_id: str, name: object) -> str:
    """What is said of a run whose entry is damaged."""
    return (
        f"The run {damaged_name(run_id, name)} cannot be read: its entry is damaged. "
        "Whoever it belongs to can delete it where the list of runs names it."
    )


def unknown_run(run_id: str) -> str:
    """What is said of a run that does not exist, and of one that is not the visitor's to see."""
    return f"There is no run {run_id!r}. The Runs page lists all that are kept."
