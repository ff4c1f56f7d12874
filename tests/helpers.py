"""What tests of several folders need: a wait with an end, a fresh interpreter, threads, a small net, a run store."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig

PROJECT = Path(__file__).parents[1]
SECONDS = 240  # a busy machine may need that long for importing TensorFlow
PATIENCE = 90_000  # ms, for whatever a page in a browser waits for: to wait longer costs nothing where it comes
DIGITS_NET = get_preset("digits-small").architecture  # it learns the 8 x 8 digits within seconds
ENDLESS = TrainingConfig(epochs=500, batch_size=4)
"""Of a training that goes on until a test ends it: an epoch takes less than a second, all of them minutes."""


class OnlyStore:
    """Of an engine its run store alone, without workers."""

    def __init__(self, home: Path) -> None:
        self.store = RunStore(home)


def until(condition: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait until the condition holds; fails if it does not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited longer than {seconds:g} s"
        time.sleep(0.01)


def run_python(program: str, *arguments: str, seconds: float = SECONDS, **environment: str) -> str:
    """Last line of what a fresh interpreter prints that runs a program in the project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return (done.stdout.strip().splitlines() or [""])[-1]


def run_threads(function: Callable[..., object], arguments: Iterable[tuple]) -> None:
    """Call a function in several threads at once, and wait until all have ended."""
    threads = [threading.Thread(target=function, args=args) for args in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), f"a thread goes on after {SECONDS} s"


class OtherThread:
    """Does something while this thread is in the middle of its own, as far as this one lets it, and then to its end."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=work)

    def go_as_far_as_it_can(self) -> None:
        """Let it begin, once, and end unless it waits for what this thread holds."""
        if self._thread.ident is None:
            self._thread.start()
            self._thread.join(0.3)

    def end(self) -> None:
        """Wait for its end."""
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), f"a thread goes on after {SECONDS} s"
