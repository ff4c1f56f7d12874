"""How fast a worker trains: a few small nets are trained on it once, real runs add to that, and a file keeps it."""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.engine.remote.calibration_nets import PROBES, measure_net
from cnnviz.engine.status import EngineStatus
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Run
from cnnviz.training.duration.forecast import training_work
from cnnviz.training.duration.model import Calibration, Measurement, fit_calibration

FILE = "calibration.json"
SECONDS_PER_NET = 120.0
MAX_RUNS = 20
"""So many real runs are remembered, the newest ones."""
LEAST_SECONDS = 1.0
"""A shorter run says more about chance than about the worker."""


class Kept(BaseModel):
    """What the file holds: a device, what was measured on it, and the calibration that follows from that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    probes: tuple[Measurement, ...]
    runs: tuple[Measurement, ...]
    calibration: Calibration


def _kept(device: str, probes: tuple[Measurement, ...], runs: tuple[Measurement, ...]) -> Kept:
    runs = runs[-MAX_RUNS:]
    return Kept(device=device, probes=probes, runs=runs, calibration=fit_calibration([*probes, *runs]))


class Calibrator:
    """Knows how fast this installation's worker is: gives it, measures it when there is time, learns from runs.

    `status` and `call` are those of the engine; the file lies in `home`.
    """

    def __init__(self, home: Path, status: Callable[[], EngineStatus], call: Callable[..., Any]) -> None:
        self._path = home / FILE
        self._status = status
        self._call = call
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._kept = self._load()

    def calibration(self) -> Calibration | None:
        """What is known of the present device, or None; never waits and starts nothing."""
        kept = self._of_device(self._status().device)
        return kept and kept.calibration

    def measure_once(self) -> None:
        """Measure the present device in the background, unless that was done or it is busy."""
        kept = self._of_device(self._status().device)
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
        except CnnvizError:
            return  # its images are gone
        kept = self._load() or self._kept  # another process may have added to the file
        measured = Measurement(workload=work, seconds=run.seconds)
        is_same = kept is not None and kept.device == run.device
        self._keep(_kept(run.device, *((kept.probes, (*kept.runs, measured)) if is_same else ((), (measured,)))))

    def _of_device(self, device: str) -> Kept | None:
        """What is kept, if it is of that device; an empty name is one that is not known yet."""
        kept = self._kept
        return kept if kept is not None and device in ("", kept.device) else None

    def _is_idle(self) -> bool:
        status = self._status()
        return status.state == "ready" and not status.num_running and not status.num_queued

    def _measure(self) -> None:
        measured = []
        try:
            for number, probe in enumerate(PROBES):
                if not self._is_idle():
                    return  # a training must not wait for all of them: another time
                seconds = self._call(measure_net, number, timeout=SECONDS_PER_NET, is_training=True)
                measured.append(Measurement(workload=probe.work, seconds=seconds))
        except CnnvizError:
            return
        device = self._status().device
        kept = self._of_device(device)
        self._keep(_kept(device, tuple(measured), kept.runs if kept else ()))

    def _keep(self, kept: Kept) -> None:
        """Write in one step; without a place to write, it is measured again after the next start."""
        self._kept = kept
        beside = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(kept.model_dump_json(indent=2), "utf-8")
            beside.replace(self._path)

    def _load(self) -> Kept | None:
        try:
            return Kept.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None  # not there yet, or damaged: it is measured again
