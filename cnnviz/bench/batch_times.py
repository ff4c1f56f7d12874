"""When each batch of a training ended, by the clock of its worker; both functions run there."""

import time
from typing import Any

_times: dict[float, float] = {}


def note_batches() -> None:
    """From now on, note of each point of a curve when its batch ended."""
    from cnnviz.training.loop.reporter import Reporter

    record = Reporter._record

    def noted(reporter: Any, batch: int, logs: dict[str, Any]) -> None:
        ended = time.time()
        record(reporter, batch, logs)
        _times.setdefault(reporter._points[-1]["epoch"], ended)

    Reporter._record = noted  # type: ignore[method-assign]


def batch_times() -> dict[float, float]:
    """Position of a point, in epochs -> when its batch ended, in seconds since 1970."""
    return dict(_times)
