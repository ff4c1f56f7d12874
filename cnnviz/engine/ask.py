"""Asking a worker about a model: by its key alone, with its bytes where the worker does not hold it."""

from collections.abc import Callable
from typing import Any

from cnnviz.engine.engine import Engine
from cnnviz.engine.remote.questions import ModelWanted
from cnnviz.runs.files import MODEL_FILE


def ask_run(engine: Engine, query: Callable[..., Any], run_id: str, *args: Any) -> Any:
    """Ask one of `queries` about the net of a finished run; raises UnknownName if it left none."""
    try:
        return engine.call(query, run_id, None, *args)
    except ModelWanted:
        return engine.call(query, run_id, engine.store.load_file(run_id, MODEL_FILE), *args)


def ask_model(engine: Engine, query: Callable[..., Any], key: str, model: bytes, *args: Any) -> Any:
    """Ask one of `queries` about a .keras file; `key` tells models apart."""
    try:
        return engine.call(query, key, None, *args)
    except ModelWanted:
        return engine.call(query, key, model, *args)
