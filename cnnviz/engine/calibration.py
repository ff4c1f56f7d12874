"""How fast a worker trains: a few small nets are trained on it once, real runs add to that, and a file keeps it."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerConnection
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Run
from cnnviz.training.duration.calibration import (
    PROBES,
    KeptMeasurements,
    measure_net,
    read_measurements,
    write_measurements,
)
from cnnviz.training.duration.forecast import fingerprint, training_work
from cnnviz.training.duration.model import Calibration, Measurement
from cnnviz.training.duration.pace import measured

SECONDS_PER_NET = 120.0
LEAST_SECONDS = 0.2
"""A shorter run says more about chance than about the worker."""


class Calibrator:
    """Knows how fast this installation's worker is: gives it, measures it when there is time, learns from runs.

    The file lies in `home`; a worker is idle when `trainings` are empty. `epoch_ends(run_id)` are the seconds of work
    of a run until the end of each epoch.
    """

    def __init__(
        self,
        home: Path,
        connection: WorkerConnection,
        trainings: TrainingQueue,
        epoch_ends: Callable[[str], Sequence[float]],
    ) -> None:
        self._home = home
        self._connection = connection
        self._trainings = trainings
        self._epoch_ends = epoch_ends
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._kept = read_measurements(home)

    def calibration(self) -> Calibration | None:
        """What is known of the present device, or None; never waits and starts nothing."""
        kept = self._of_device(self._connection.status.device)
        return kept.calibration if kept else None

    def measure_once(self) -> None:
        """Measure the present device in the background, unless that was done or it is busy."""
        kept = self._of_device(self._connection.status.device)
        if kept is not None and kept.probes:
            return
        with self._lock:
            if self._is_idle() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._measure, daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for a measurement that is going on."""
        if self._thread is not None:
            self._thread.join(seconds)

    def learn(self, run: Run) -> None:
        """Let a finished run that nothing has held up refine what is known."""
        if run.seconds < LEAST_SECONDS:
            return
        try:
            work = training_work(run.architecture, run.config)
            net = fingerprint(run.architecture, run.config)
        except CnnvizError:
            return  # its images are gone
        took = measured(work, self._epoch_ends(run.id), run.seconds, net)
        with self._lock:  # a measurement may be kept in this moment
            kept = read_measurements(self._home) or self._kept  # another process may have added to the file
            if kept is not None and kept.device == run.device:
                self._keep(run.device, kept.probes, (*kept.runs, took))
            else:
                self._keep(run.device, (), (took,))

    def _of_device(self, device: str) -> KeptMeasurements | None:
        """What is kept, if it is of that device; an empty name is one that is not known yet."""
        kept = self._kept
        return kept if kept is not None and device in ("", kept.device) else None

    def _is_idle(self) -> bool:
        return self._connection.status.state == "ready" and not self._trainings.runs()

    def _measure(self) -> None:
        took = []
        try:
            for number in (0, *range(len(PROBES))):
                if not self._is_idle():
                    return  # a training must not wait for all of them: another time
                ends, seconds = self._connection.call(measure_net, number, timeout=SECONDS_PER_NET, is_training=True)
                took.append(measured(PROBES[number].work, ends, seconds))
        except CnnvizError:
            return
        device = self._connection.status.device
        with self._lock:
            kept = self._of_device(device)
            self._keep(device, tuple(took[1:]), kept.runs if kept else ())  # the first one was slow: a worker warms up

    def _keep(self, device: str, probes: tuple[Measurement, ...], runs: tuple[Measurement, ...]) -> None:
        self._kept = KeptMeasurements.of(device, probes, runs)
        write_measurements(self._home, self._kept)
