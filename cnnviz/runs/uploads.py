"""Uploaded images by their owners: how much may be kept, and when it is deleted."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from cnnviz.access.private_files import is_leftover, keep_private, make_folder
from cnnviz.access.visitor import Visitor
from cnnviz.datasets.dataset import CALLED, UPLOADS
from cnnviz.datasets.permitted import uploads_of
from cnnviz.datasets.sources.uploads import STAGING, Files, keep_name, num_bytes, save_upload, upload_name
from cnnviz.errors import InvalidDataset, InvalidModel
from cnnviz.runs.files import net_name
from cnnviz.runs.folders import NETS, size_of
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import RunRow
from cnnviz.settings import read_settings
from cnnviz.text.units import bytes_text

DAY = 24 * 3600.0  # seconds
KEPT_DELETED = timedelta(hours=1)
"""How long a run that was deleted can be brought back; it keeps its images as long."""

_lock = threading.Lock()  # two uploads at once must not both find the same room


def keep_upload(store: RunStore, visitor: Visitor, files: Files | bytes, *, name: str = "") -> Path:
    """Keep images that a visitor has uploaded; of their older ones, those that no run uses make room.

    Parameters
    ----------
    store : RunStore
    visitor : Visitor
        To whom they belong.
    files : mapping of class name to (file name, content), or the content of a zip
        As in `save_upload`.
    name : str
        What the person called it, which is shown instead of what it is kept as.

    Returns
    -------
    Path
        A `dataset` for trainings of this visitor.

    Raises
    ------
    InvalidDataset
        As for `save_upload`, or they take more room than one visitor may have (`CNNVIZ_MAX_UPLOAD_BYTES`).
    InvalidConfig
        That setting is no number.
    StoreUnavailable
        They cannot be written.
    """
    folder = uploads_of(visitor.id, store.home)
    limit = read_settings("max_upload_bytes").max_upload_bytes
    with _lock:
        with store.guarded():
            make_folder(folder)
            same = folder / upload_name(files)
            if same.exists():  # brought again, in another session
                os.utime(same)
                keep_name(same, name)
                return same
        if limit is not None and not visitor.is_operator:
            _make_room(store, visitor, num_bytes(files) + own_net_bytes(store, visitor), limit)
        kept = save_upload(folder, files)
        with store.guarded():
            keep_name(kept, name)
        return kept


def require_room(store: RunStore, visitor: Visitor, num_more: int) -> None:
    """Let a visitor keep a net of so many bytes that they have brought along.

    Raises
    ------
    InvalidModel
        With their other nets and uploads it is more than one visitor may have (`CNNVIZ_MAX_UPLOAD_BYTES`).
    """
    limit = read_settings("max_upload_bytes").max_upload_bytes
    if limit is None or visitor.is_operator:
        return
    kept = own_net_bytes(store, visitor) + sum(map(_size, _sets(uploads_of(visitor.id, store.home))))
    if kept + num_more > limit:
        raise InvalidModel(
            f"Your nets and images take too much room together: this server keeps {bytes_text(limit)} for "
            "each visitor. Delete nets of your own on the Runs page that you no longer need. "
            f"Received: {bytes_text(num_more)} beside {bytes_text(kept)}."
        )


def own_net_bytes(store: RunStore, visitor: Visitor) -> int:
    """Bytes of the nets that a visitor has brought along."""
    with store.session() as session:
        is_own = RunRow.owner == visitor.id, RunRow.origin.is_not(None), RunRow.deleted.is_(None)
        ids = list(session.scalars(select(RunRow.id).where(*is_own)))
    published = (store.published(run_id, net_name()) for run_id in ids)
    return sum(_size(store.home / NETS / name) for name in published if name)


def datasets_in_use(store: RunStore) -> set[str]:
    """Names and paths of the images of all runs whose settings can be read; also of those that may be brought back."""
    with store.session() as session:
        return set(session.scalars(select(RunRow.dataset).where(RunRow.dataset.is_not(None)).distinct()))


def delete_run(store: RunStore, run_id: str) -> None:
    """Remove a run for good, and its images if they were uploaded and no other run uses them."""
    before = datasets_in_use(store)
    store.delete(run_id)
    unused = before - datasets_in_use(store)
    for path in _uploads(store.home) if unused else ():
        if str(path) in unused:
            _delete(path)


def purge_deleted(store: RunStore, *, owner: str | None = None, older_than: timedelta = KEPT_DELETED) -> int:
    """Remove for good what was deleted some time ago, with its files, and uploads that no other run uses.

    Parameters
    ----------
    store : RunStore
    owner : str, optional
        Only what belonged to them; of everybody by default.
    older_than : timedelta
        How long ago it was deleted.

    Returns
    -------
    int
        How many runs that were.
    """
    is_old = [RunRow.deleted.is_not(None), RunRow.deleted <= datetime.now(UTC) - older_than]
    is_old += [RunRow.owner == owner] if owner is not None else []
    with store.session() as session:
        gone = session.scalars(select(RunRow.id).where(*is_old)).all()
    for run_id in gone:
        delete_run(store, run_id)
    return len(gone)


def sweep_uploads(store: RunStore) -> None:
    """Delete uploads that no run has used for long (`CNNVIZ_MAX_UPLOAD_DAYS`), and half written ones.

    Raises InvalidConfig if the setting is no number.
    """
    days = read_settings("max_upload_days").max_upload_days
    used = datasets_in_use(store)
    keep_private(store.home / UPLOADS)  # an older version let others in
    for path in _uploads(store.home):
        if days is not None and str(path) not in used and time.time() - _changed(path) > days * DAY:
            _delete(path)
    for path in [*(store.home / UPLOADS).glob(f"{STAGING}*"), *(store.home / UPLOADS).glob(f"*/{STAGING}*")]:
        if is_leftover(path):
            _delete(path)


def _make_room(store: RunStore, visitor: Visitor, num_more: int, limit: int) -> None:
    """Delete what no run uses, the oldest first, until there is room; before that what could still be brought back."""
    folder = uploads_of(visitor.id, store.home)
    if sum(map(_size, _sets(folder))) + num_more > limit:
        purge_deleted(store, owner=visitor.id, older_than=timedelta())
    kept = sorted(_sets(folder), key=_changed)
    sizes = {path: _size(path) for path in kept}
    used = datasets_in_use(store)
    for path in kept:
        if sum(sizes.values()) + num_more <= limit:
            return
        if str(path) not in used:
            _delete(path)
            del sizes[path]
    if sum(sizes.values()) + num_more > limit:
        raise InvalidDataset(
            f"Your uploads take too much room together: this server keeps {bytes_text(limit)} for each "
            "visitor. Give it fewer images, or delete nets of your own, and runs on images of your own, that you no "
            f"longer need. Received: {bytes_text(num_more)} with your nets, beside "
            f"{bytes_text(sum(sizes.values()))} of images that your runs use."
        )


def _uploads(home: Path) -> list[Path]:
    """All uploaded sets; those of before there were owners lie one folder higher."""
    root = home / UPLOADS
    return [*_sets(root), *(path for folder in root.glob("*") if folder.is_dir() for path in _sets(folder))]


def _sets(folder: Path) -> Iterator[Path]:
    yield from folder.glob("images-*")


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


def _size(path: Path) -> int:
    return size_of(path) + sum(map(size_of, path.rglob("*")))


def _delete(path: Path) -> None:
    path.with_name(CALLED.format(path.name)).unlink(missing_ok=True)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
