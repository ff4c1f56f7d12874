"""Commands to a running training, set from any thread of its process and read after each batch."""

import threading


class Control:
    """What the person at the screen wants of one run."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the run to end after the current batch."""
        self._stop.set()

    @property
    def should_stop(self) -> bool:
        """Whether the run was asked to end."""
        return self._stop.is_set()


_controls: dict[str, Control] = {}
_lock = threading.Lock()


def control_of(run_id: str) -> Control:
    """The control of a run in this process; a command may come before the run has begun."""
    with _lock:
        return _controls.setdefault(run_id, Control())


def forget(run_id: str) -> None:
    """Drop the control of a run that has ended."""
    with _lock:
        _controls.pop(run_id, None)
