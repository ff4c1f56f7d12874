"""The engine and run store of this server process, shared by all sessions; they start and end with the server."""

import logging
import threading
from contextlib import suppress

from cnnviz.access.visitor import OPERATOR
from cnnviz.engine.engine import Engine
from cnnviz.engine.workers.cluster import sweep_scratch_folders
from cnnviz.errors import CnnvizError, StoreUnavailable
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import HEARTBEAT_SECONDS, RunStore
from cnnviz.runs.uploads import sweep_uploads
from cnnviz.training.recipes import STARTER, STARTER_NAME

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 3600.0

_lock = threading.Lock()
_closing = threading.Event()
_engine: Engine | None = None


def engine() -> Engine:
    """The engine; started at the first call, where the server has not done so already."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = Engine(RunStore()).start()
        return _engine


def store() -> RunStore:
    """The run store."""
    return engine().store


def start() -> None:
    """Start the engine and, on a new installation, the training of the Home page's net; sweep now and then."""
    _closing.clear()
    if not ensure_starter(engine()):
        threading.Thread(target=_keep_starter, args=(engine(),), daemon=True, name="cnnviz-starter").start()
    threading.Thread(target=_keep_swept, args=(store(),), daemon=True, name="cnnviz-sweep").start()


def _keep_swept(store: RunStore) -> None:
    while True:
        sweep(store)
        if _closing.wait(SWEEP_SECONDS):
            return


def sweep(store: RunStore) -> None:
    """Remove what killed servers have left, and uploads that no run has used for long."""
    try:
        sweep_scratch_folders()
        store.sweep_files()
        sweep_uploads(store)
    except (CnnvizError, OSError) as error:
        logger.warning("Leftovers could not be swept: %s", error)


def close() -> None:
    """End the engine and its workers."""
    _closing.set()
    global _engine
    with _lock:
        old, _engine = _engine, None
    if old is not None:
        old.close()


def is_calm() -> bool:
    """Whether the worker is ready and the Home page's net trained, or not to be had."""
    starter = find_starter(engine())
    return engine().status().state == "ready" and starter is not None and not starter.status.is_active


def _keep_starter(engine: Engine) -> None:
    """Wait until it is clear whether the server that trained the Home page's net was killed just now, or goes on."""
    while not _closing.wait(HEARTBEAT_SECONDS):
        with suppress(StoreUnavailable):
            if ensure_starter(engine):
                return


def ensure_starter(engine: Engine) -> bool:
    """Train the Home page's net unless one is there, or go on with one that was interrupted.

    Returns False if it seems to be in the hands of another server, which may have been killed a moment ago.
    """
    run = find_starter(engine)
    if run is None or run.status is Status.FAILED:
        engine.train(STARTER.architecture, STARTER.config, name=STARTER_NAME, by=OPERATOR)
    elif run.status is Status.INTERRUPTED:
        engine.resume(run.id, by=OPERATOR)
    elif run.status.is_active:
        return engine.is_following(run.id)
    return True


def find_starter(engine: Engine) -> Run | None:
    """The newest starter run, in whatever state."""
    return engine.store.find(STARTER_NAME)
