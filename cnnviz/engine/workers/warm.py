"""Dask preload: a worker imports Keras while it waits, so that the first click finds it warm.

For workers on other machines: `dask worker ... --resources training=1 --preload cnnviz.engine.workers.warm`.
"""

import logging
import os
import threading
from typing import Any


def dask_setup(_worker: Any) -> None:
    """Start the import in the background: the worker answers meanwhile."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("distributed.worker").setLevel(logging.CRITICAL)  # what a task raises is told to who asked
    threading.Thread(target=_import_keras, daemon=True, name="warm-up").start()


def _import_keras() -> None:
    import cnnviz.inspection.activations
    import cnnviz.training.loop.run  # noqa: F401
