"""The engine and run store of this server process, shared by all sessions; they start and end with the server."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.recipes import STARTER, STARTER_NAME

_lock = threading.Lock()
_engine: Engine | None = None


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workers with the server, close them with it."""
    start()
    yield
    close()


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
    ensure_starter(engine())


def close() -> None:
    """End the engine and its workers."""
    global _engine
    with _lock:
        old, _engine = _engine, None
    if old is not None:
        old.close()


def ensure_starter(engine: Engine) -> None:
    """Train the Home page's net unless one is there, or go on with one that was interrupted."""
    run = find_starter(engine)
    if run is None or run.status is Status.FAILED:
        engine.train(STARTER.architecture, STARTER.config, name=STARTER_NAME)
    elif run.status is Status.INTERRUPTED:
        engine.resume(run.id)


def find_starter(engine: Engine) -> Run | None:
    """The newest starter run, in whatever state."""
    return engine.store.find(STARTER_NAME)
