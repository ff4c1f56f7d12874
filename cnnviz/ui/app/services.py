"""The engine and run store of this server process, shared by all sessions; they start and end with the server."""

import logging
import threading

from cnnviz.engine.engine import Engine
from cnnviz.engine.workers.cluster import sweep_scratch_folders
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Run
from cnnviz.runs.shipped import ensure_installed
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import purge_deleted, sweep_uploads
from cnnviz.runs.visitor_settings import sweep_settings

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
    """Start the engine, install the Home page's net where it is missing, and sweep now and then."""
    engine()
    home_run()
    _closing.clear()
    threading.Thread(target=_keep_swept, args=(store(),), daemon=True, name="cnnviz-sweep").start()


def _keep_swept(store: RunStore) -> None:
    while True:
        sweep(store)
        if _closing.wait(SWEEP_SECONDS):
            return


def sweep(store: RunStore) -> None:
    """Remove what killed servers have left, runs deleted an hour ago, and uploads that no run has used for long."""
    try:
        purge_deleted(store)
        sweep_scratch_folders()
        store.sweep_files()
        sweep_uploads(store)
        sweep_settings(store)
    except (CnnvizError, OSError) as error:
        logger.warning("Leftovers could not be swept: %s", error)
    except Exception:  # whatever it is, the next hour's try must come
        logger.exception("Leftovers could not be swept")


def close() -> None:
    """End the engine and its workers."""
    _closing.set()
    global _engine
    with _lock:
        old, _engine = _engine, None
    if old is not None:
        old.close()


def is_ready() -> bool:
    """Whether a worker can be asked."""
    return engine().status().state == "ready"


def home_run() -> Run:
    """The run of the Home page's net, which is shipped; entered into the store if it is not there."""
    return ensure_installed(store())
