"""Dask preload: a worker imports Keras while it waits, so that the first click finds it warm, and limits itself.

For workers on other machines: `dask worker ... --resources training=1 --preload cnnviz.engine.workers.warm`,
and `--memory-limit` as it fits.
"""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator
from typing import Any

from cnnviz.engine.workers.cluster import IS_WARMING

UNUSED_BYTES = 2 * 2**30  # that TensorFlow maps, for stacks and the like, and hardly touches


def dask_setup(worker: Any) -> None:
    """Start the import in the background: the worker answers meanwhile."""
    _limit_memory(worker.memory_manager.memory_limit)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("distributed.worker").setLevel(logging.CRITICAL)  # what a task raises is told to who asked
    warming = threading.Thread(target=_import_keras, daemon=True, name="warm-up")
    warming.start()
    worker.metrics[IS_WARMING] = lambda _: warming.is_alive()


def _import_keras() -> None:
    with _without_notes() if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3" else contextlib.nullcontext():
        import cnnviz.inspection.activations
        import cnnviz.training.loop.run  # noqa: F401


@contextlib.contextmanager
def _without_notes() -> Iterator[None]:
    """Keep off the terminal what TensorFlow notes while it is imported, whatever level its log has (2.21).

    It is written by C++, past `sys.stderr`. An import that fails raises, and so is still told.
    """
    terminal, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    try:
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)


def _limit_memory(limit: int | None) -> None:
    """Let what asks for far more memory than the worker may take fail at once.

    Dask's nanny looks at a worker ten times a second and ends it above its limit. What fails here ends one task.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = limit + UNUSED_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
