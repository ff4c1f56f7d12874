"""How fast a worker trains: a few small nets are trained on it once, real runs add to that, and a file keeps it.

Light at import: the server names `measure_net`, the worker runs it.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.estimate import Calibration, Measurement, fit_calibration, workload
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.engine.queries import plain_errors
from cnnviz.engine.status import EngineStatus
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Run
from cnnviz.training.forecast import training_work

FILE = "calibration.json"
SECONDS_PER_NET = 120.0
NUM_CLASSES = 10
MAX_RUNS = 20
"""So many real runs are remembered, the newest ones."""
LEAST_SECONDS = 1.0
"""A shorter run says more about chance than about the worker."""


@dataclass(frozen=True)
class Probe:
    """A net that is mostly made of one sort of work, and on how many images it is trained."""

    architecture: Architecture
    num_images: int
    batch_size: int


def _net(input_shape: tuple[int, int, int], *layers: object) -> Architecture:
    return Architecture(
        name="probe", input_shape=input_shape, layers=(*layers, Dense(units=NUM_CLASSES, activation="softmax"))
    )


_SAME = Conv(filters=8, padding="same", activation="relu")
PROBES = (
    Probe(_net((28, 28, 1), Flatten()), 4096, 16),  # many small steps
    Probe(_net((28, 28, 1), Conv(filters=32, activation="relu"), MaxPool(), Conv(filters=64), Flatten()), 1024, 64),
    Probe(_net((28, 28, 1), Flatten(), Dense(units=2048, activation="relu"), Dense(units=1024)), 512, 32),  # weights
    Probe(_net((64, 48, 3), Conv(filters=24, kernel=1), BatchNorm(), MaxPool(), Flatten()), 512, 32),  # large maps
    Probe(_net((32, 24, 3), *(_SAME, BatchNorm()) * 5, GlobalAvgPool()), 512, 64),  # many layers
)


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


@plain_errors
def measure_net(number: int) -> float:
    """Seconds to build and train one of `PROBES`, for one epoch on noise; on a worker.

    No global random generator is touched: a run that begins meanwhile stays repeatable.
    """
    import numpy as np

    from cnnviz.models.build import build_model, compile_model
    from cnnviz.models.lock import keras_lock
    from cnnviz.training.config import TrainingConfig

    probe = PROBES[number]
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (probe.num_images, *probe.architecture.input_shape), dtype=np.uint8)
    labels = random.integers(0, NUM_CLASSES, probe.num_images)
    started = time.monotonic()
    with keras_lock:
        model = build_model(probe.architecture, seed=0)
        compile_model(model, TrainingConfig(), NUM_CLASSES)
    model.fit(images, labels, batch_size=probe.batch_size, epochs=1, shuffle=False, verbose=0)
    return time.monotonic() - started


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
        self._measured_until = 0.0
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
        """Let a finished run that nothing has held up refine what is known, unless the nets were measured beside it."""
        was_disturbed = time.monotonic() - run.seconds < self._measured_until or self._is_measuring()
        if was_disturbed or run.seconds < LEAST_SECONDS:
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

    def _is_measuring(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _measure(self) -> None:
        measured = []
        try:
            for number, probe in enumerate(PROBES):
                if not self._is_idle():
                    return  # a training would be slowed down, and would spoil the figures: another time
                seconds = self._call(measure_net, number, timeout=SECONDS_PER_NET)
                work = workload(analyze(probe.architecture), probe.num_images, 1, probe.batch_size)
                measured.append(Measurement(workload=work, seconds=seconds))
        except CnnvizError:
            return
        finally:
            self._measured_until = time.monotonic()
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
