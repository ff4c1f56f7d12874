"""The one engine and run store of this server process, shared by all sessions."""

import threading

from cnnviz.engine.engine import Engine
from cnnviz.runs.store import RunStore

_lock = threading.Lock()
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
    """Start the engine and, on a new installation, the training of the Home page's net."""
    from cnnviz.ui.app.starter import ensure_starter

    ensure_starter(engine())


def close() -> None:
    """End the engine and its workers."""
    global _engine
    with _lock:
        old, _engine = _engine, None
    if old is not None:
        old.close()
