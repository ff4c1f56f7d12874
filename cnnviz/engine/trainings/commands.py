"""What people want of trainings by now, kept on the server until each has ended.

A command may come while no worker is at the training: it waits, its worker has just died, or it is about to go back
to an epoch. So every attempt is told all that is wanted when it begins, and again whenever something new is.
"""

import itertools
import threading

from cnnviz.engine.remote import tasks
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerConnection
from cnnviz.training.loop.control import Command, NumberedCommand

ONCE = ("step", "epoch")  # what the training does and then holds


class Commands:
    """The last command of each sort, by run: whether to stop, how to go on, the learning rate. For any thread."""

    def __init__(self, queue: TrainingQueue, connection: WorkerConnection) -> None:
        self._queue = queue
        self._connection = connection
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._kept: dict[str, dict[str, NumberedCommand]] = {}
        self._held: dict[str, int] = {}  # the newest command to go on when the run last paused

    def give(self, run_id: str, command: Command | float) -> bool:
        """Give a command to a run that has not ended, in place of an earlier one of its sort.

        A number is another base learning rate. Returns whether there is such a run.
        """
        with self._lock:  # a run that rests in this moment, see `rest`, does so before it or goes on with it
            if not self._queue.is_following(run_id):
                return False
            self._keep(run_id, command)
        self.deliver(run_id)
        return True

    def add(self, run_id: str, command: Command | None, *, first: bool = False) -> None:
        """Queue a run with what it is to do, which its worker is told at once."""
        with self._lock:
            if command is not None:
                self._keep(run_id, command)
            self._queue.add(run_id, first=first)

    def rest(self, run_id: str, newest: int) -> bool:
        """Let a run leave the queue that gave its worker back in a pause, and had obeyed commands up to a number.

        Returns False where something was asked for since: it is at the end of the queue then.
        """
        with self._lock:
            kept = self._kept.get(run_id, {}).values()
            if any(one.number > newest and one.command != "pause" for one in kept):
                self._queue.add(run_id)
                return False
            self._queue.remove(run_id)
            self._kept.pop(run_id, None)
            self._held.pop(run_id, None)
            return True

    def _keep(self, run_id: str, command: Command | float) -> None:
        self._kept.setdefault(run_id, {})[_sort(command)] = NumberedCommand(next(self._numbers), command)

    def deliver(self, run_id: str) -> None:
        """Tell the worker of a run all that is wanted of it; where none has begun, the next is told at its start."""
        one = self._queue.attempt(run_id)
        if one is not None:
            self._connection.send(tasks.obey, run_id, one.future.key, self.of(run_id), worker=one.worker)

    def abandon(self, run_id: str, attempt: str) -> None:
        """End an attempt at a run, on whatever worker it is."""
        self._connection.send(tasks.abandon, run_id, attempt)

    def abandon_older(self, run_id: str, attempt: str) -> None:
        """End all attempts at a run that were begun before one, on whatever worker they are."""
        self._connection.send(tasks.abandon_older, run_id, attempt)

    def of(self, run_id: str) -> tuple[NumberedCommand, ...]:
        """All that is wanted of a run, in the order in which it was asked for."""
        with self._lock:
            return tuple(sorted(self._kept.get(run_id, {}).values(), key=lambda one: one.number))

    def is_stopping(self, run_id: str) -> bool:
        """Whether a run that has not ended was asked to stop."""
        return any(one.command == "stop" for one in self.of(run_id))

    def rate(self, run_id: str) -> float | None:
        """The base learning rate that was asked for last of a run that has not ended, if one was."""
        return next((one.command for one in self.of(run_id) if isinstance(one.command, float)), None)

    def note_pause(self, run_id: str) -> None:
        """Note that a run has paused: what it was to do before that is done."""
        with self._lock:
            pace = self._kept.get(run_id, {}).get("pace")
            if pace is not None:
                self._held[run_id] = pace.number

    def want_back(self, run_id: str) -> None:
        """Let a run that is paused, or is to be, give its worker back."""
        one = self._queue.attempt(run_id)
        if one is not None:
            self._connection.send(tasks.want_back, run_id, one.future.key, self.of(run_id), worker=one.worker)

    def carry_over(self, run_id: str) -> None:
        """Prepare for the next attempt of a run whose worker was lost: one that was held stays so."""
        with self._lock:
            pace = self._kept.get(run_id, {}).get("pace")
            if pace is not None and pace.command in ONCE and self._held.get(run_id) == pace.number:
                self._kept[run_id]["pace"] = NumberedCommand(pace.number, "pause")

    def begin_again(self, run_id: str) -> None:
        """Let a run that goes back to an epoch go on from there: what stopped or held it before counts no more."""
        with self._lock:
            for sort in ("stop", "pace"):
                self._kept.get(run_id, {}).pop(sort, None)

    def forget(self, run_id: str) -> None:
        """Drop what was wanted of a run that has ended."""
        with self._lock:
            self._kept.pop(run_id, None)
            self._held.pop(run_id, None)


def _sort(command: Command | float) -> str:
    if isinstance(command, float):
        return "rate"
    return "stop" if command == "stop" else "pace"
