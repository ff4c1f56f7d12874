"""The files of runs, in `<home>/runs/<id>/`, and what a killed server left of them."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cnnviz.access.private_files import PARTIAL, is_leftover, keep_private, make_folder, write_whole
from cnnviz.errors import StoreUnavailable, UnknownName
from cnnviz.runs.database import failure_message


class RunFolders:
    """Keeps files of runs below a home folder, where nobody but this process's user reads them.

    Raises StoreUnavailable when the folder cannot be used.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database = ""  # where the tables are, for people to read, if they are not in the home folder
        with self.guarded():
            keep_private(make_folder(home / "runs"))  # an older version let others in

    def save_file(self, run_id: str, name: str, data: bytes) -> None:
        """Keep a file of a run; it appears whole or not at all."""
        with self.guarded():
            write_whole(make_folder(self._folder(run_id)) / name, data)

    def load_file(self, run_id: str, name: str) -> bytes:
        """A kept file; raises UnknownName when the run has none of this name."""
        path = self._folder(run_id) / name
        if not path.is_file():
            raise UnknownName(f"Run {run_id!r} has no {name}: it ended before one was saved.")
        with self.guarded():
            return path.read_bytes()

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
        """Remove all files of a run."""
        shutil.rmtree(self._folder(run_id), ignore_errors=True)

    def has_file(self, run_id: str, name: str) -> bool:
        """Whether the run has kept a file of this name."""
        return (self._folder(run_id) / name).is_file()

    def sweep_files(self) -> None:
        """Remove files that a killed process left half written."""
        for path in (self.home / "runs").glob(f"*/*{PARTIAL}"):
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


def unknown_run(run_id: str) -> str:
    """What is said of a run that does not exist, and of one that is not the visitor's to see."""
    return f"There is no run {run_id!r}. The Runs page lists all that are kept."
