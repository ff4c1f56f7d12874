"""How fast a worker trains: a few small nets are trained on it once, and what was found is kept in a file.

Light at import: the server names `measure_net`, the worker runs it.
"""

import contextlib
import os
import threading
import time
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.estimate import Calibration, Measurement, fit_calibration, workload
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.engine.engine import Engine
from cnnviz.engine.queries import plain_errors
from cnnviz.errors import CnnvizError
from cnnviz.runs.home import home_folder

FILE = "calibration.json"
SECONDS_PER_NET = 120.0
NUM_CLASSES = 10


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
    """What the file holds: the calibration and the device that it was measured on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    calibration: Calibration


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
    """Gives the kept calibration of this installation's worker, and measures it once when there is time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._kept = _load()

    def calibration(self) -> Calibration | None:
        """What was measured on the present device; None until then, when it is being measured or will be."""
        status = self._engine.status()
        if self._kept is not None and (not status.device or self._kept.device == status.device):
            return self._kept.calibration
        with self._lock:
            if self._is_idle() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._measure, args=(status.device,), daemon=True)
                self._thread.start()
        return None

    def wait(self, seconds: float) -> None:
        """Wait for a measurement that is going on."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _is_idle(self) -> bool:
        status = self._engine.status()
        return status.state == "ready" and not status.num_running and not status.num_queued

    def _measure(self, device: str) -> None:
        measured = []
        for number, probe in enumerate(PROBES):
            if not self._is_idle():
                return  # a training would be slowed down, and would spoil the figures: another time
            try:
                seconds = self._engine.call(measure_net, number, timeout=SECONDS_PER_NET)
            except CnnvizError:
                return
            work = workload(analyze(probe.architecture), probe.num_images, 1, probe.batch_size)
            measured.append(Measurement(workload=work, seconds=seconds))
        self._kept = Kept(device=device, calibration=fit_calibration(measured))
        _save(self._kept)


def _load() -> Kept | None:
    try:
        return Kept.model_validate_json((home_folder() / FILE).read_bytes())
    except (OSError, ValidationError):
        return None  # not there yet, or damaged: it is measured again


def _save(kept: Kept) -> None:
    """Write in one step; without a place to write, it is measured again after the next start."""
    path = home_folder() / FILE
    beside = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(kept.model_dump_json(indent=2), "utf-8")
        beside.replace(path)
