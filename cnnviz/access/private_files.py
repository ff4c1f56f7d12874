"""Files and folders that only the user of this process can read: what visitors bring and train is their own."""

import contextlib
import errno
import os
import threading
import time
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o600, 0o700
LEFTOVER_SECONDS = 600.0  # no file is longer half written than this, unless its writer has ended
PARTIAL = ".partial"
NO_SPACE = {getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG")}


def make_folder(path: Path) -> Path:
    """Make a folder and those above it that are missing, each of them private; raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    return path


def keep_private(path: Path) -> None:
    """Take a file or folder that was made before away from others, where this user may."""
    with contextlib.suppress(OSError):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def touch_file(path: Path) -> None:
    """Make a file private, an empty one where there is none; raises OSError.

    One that is there is not opened: closing it would drop the locks that SQLite holds on it in this process.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    keep_private(path)


def write_file(path: Path, data: bytes) -> None:
    """Write a private file; raises OSError."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, FILE_MODE)) as file:
        file.write(data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a private file that appears whole or not at all, also where several write it at once; raises OSError."""
    partial = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}{PARTIAL}")
    write_file(partial, data)
    partial.replace(path)


def lacks_space(error: BaseException) -> bool:
    """Whether something could not be written because the disk or a quota is full."""
    return getattr(error, "errno", None) in NO_SPACE


def is_leftover(path: Path) -> bool:
    """Whether nobody can still be writing something: it has not changed for long, or is gone."""
    try:
        return time.time() - path.stat().st_mtime > LEFTOVER_SECONDS
    except OSError:
        return True
