"""Commands to a running training, given from any thread of its process and obeyed after each batch."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

HOLD_SECONDS = 120.0  # that a paused training keeps its worker at most; where others wait, it gives it back at once

Command = Literal["stop", "pause", "resume", "step", "epoch"]
Until = Literal["batch", "epoch", "end"]

_UNTIL: dict[Command, Until] = {"step": "batch", "epoch": "epoch"}


@dataclass(frozen=True)
class NumberedCommand:
    """A command with its place in the order in which all were given; a number is another base learning rate."""

    number: int
    command: Command | float


class Control:
    """What the person at the screen wants of one run: stop, pause, one batch, one epoch, go on, another rate."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stop = False
        self._paused = False
        self._is_wanted_back = False
        self._is_given_back = False
        self._until: Until = "end"
        self._learning_rate: float | None = None
        self._began = time.monotonic()
        self._held = 0.0
        self._newest = 0  # number of the last command that was obeyed

    @property
    def should_stop(self) -> bool:
        """Whether the run was asked to end."""
        return self._stop

    @property
    def is_stepping(self) -> bool:
        """Whether the run is to hold after the current batch."""
        return self._paused or self._until == "batch"

    @property
    def newest(self) -> int:
        """Number of the last command that was obeyed."""
        return self._newest

    @property
    def worked_seconds(self) -> float:
        """Time since the work began, without the pauses that are over."""
        return time.monotonic() - self._began - self._held

    @property
    def was_held(self) -> bool:
        """Whether the run has paused."""
        return self._held > 0

    def begin(self) -> None:
        """Say that the work begins now; commands may have come before."""
        self._began = time.monotonic()

    def give(self, command: Command) -> None:
        """Stop, pause after the current batch, go on, or go on for one batch or to the end of one epoch."""
        with self._changed:
            if command == "stop":
                self._stop = True
            else:
                self._paused = command == "pause"
                self._is_wanted_back = False
                self._until = _UNTIL.get(command, "end")
            self._changed.notify_all()

    def want_back(self) -> None:
        """Let the run give its worker back if it is paused: others wait. One that goes on keeps it."""
        with self._changed:
            self._is_wanted_back = self._paused
            self._changed.notify_all()

    def obey(self, commands: Iterable[NumberedCommand]) -> None:
        """Give those of all commands that still count which are newer than what came before.

        They may come twice, and an older delivery after a newer one. Once the worker is given back nothing is obeyed
        any more, so that `newest` tells what the next attempt has still to do.
        """
        with self._changed:
            if self._is_given_back:
                return
            for one in sorted(commands, key=lambda one: one.number):
                if one.number <= self._newest:
                    continue
                self._newest = one.number
                if isinstance(one.command, float):
                    self.set_learning_rate(one.command)
                else:
                    self.give(one.command)

    def set_learning_rate(self, rate: float) -> None:
        """Use another base learning rate from the next batch on."""
        with self._changed:
            self._learning_rate = rate

    def take_learning_rate(self) -> float | None:
        """The new rate, once; None if it was not changed."""
        with self._changed:
            rate, self._learning_rate = self._learning_rate, None
            return rate

    def hold(self, *, is_epoch_end: bool, on_pause: Callable[[bool], None]) -> bool:
        """Wait here while paused; `on_pause(True)` when that begins, `on_pause(False)` when it ends.

        Returns whether the run is to give its worker back and to go on later, from here.
        """
        with self._changed:
            if self._until == "batch" or (self._until == "epoch" and is_epoch_end):
                self._paused, self._until = True, "end"
            if not self._paused or self._stop:
                return False
        paused = time.monotonic()
        on_pause(True)
        with self._changed:
            ends = self._changed.wait_for(
                lambda: not self._paused or self._stop or self._is_wanted_back, timeout=HOLD_SECONDS
            )
            self._is_given_back = not ends or (self._is_wanted_back and not self._stop)
        self._held += time.monotonic() - paused
        if not self._is_given_back:
            on_pause(False)
        return self._is_given_back


_controls: dict[tuple[str, str], Control] = {}  # by run and attempt
_lock = threading.Lock()


def control_of(run_id: str, attempt: str) -> Control:
    """The control of an attempt to train a run, which begins in this process."""
    with _lock:
        return _controls.setdefault((run_id, attempt), Control())


def known_controls(run_id: str, attempt: str | None = None) -> list[Control]:
    """Those of the attempts at a run that go on in this process: of one, if it is named."""
    with _lock:
        return [one for (run, name), one in _controls.items() if run == run_id and attempt in (None, name)]


def known_attempts(run_id: str) -> list[str]:
    """Names of the attempts at a run that go on in this process."""
    with _lock:
        return [name for run, name in _controls if run == run_id]


def forget(run_id: str, attempt: str) -> None:
    """Drop the control of an attempt that has ended."""
    with _lock:
        _controls.pop((run_id, attempt), None)
