"""What is measured on a worker, with small nets and with real runs, and the file that keeps it beside the runs.

Light at import: the server names `measure_net`, a worker runs it.
"""

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from cnnviz.access.private_files import make_folder, write_whole
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, GlobalAvgPool, MaxPool
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Calibration, Measurement, Workload, fit_calibration, workload

NUM_CLASSES = 10
NUM_TEST = 256

FILE = "calibration.json"
MAX_RUNS = 20
"""So many real runs are remembered, the newest ones."""


@dataclass(frozen=True)
class Probe:
    """A net that is mostly made of one sort of work, and how it is trained."""

    architecture: Architecture
    num_images: int
    batch_size: int
    epochs: int = 1

    @property
    def work(self) -> Workload:
        """What its training consists of."""
        analysis = analyze(self.architecture)
        return workload(analysis, self.num_images, self.epochs, self.batch_size, num_validation=NUM_TEST)


def _net(input_shape: tuple[int, int, int], *layers: object) -> Architecture:
    return Architecture(
        name="probe", input_shape=input_shape, layers=(*layers, Dense(units=NUM_CLASSES, activation="softmax"))
    )


_GREY, _COLOUR = (28, 28, 1), (32, 24, 3)
_SAME = Conv(filters=8, padding="same", activation="relu")
_CONVS = (Conv(filters=32, activation="relu"), MaxPool(), Conv(filters=64, activation="relu"), MaxPool())
PROBES = (
    Probe(_net(_GREY, Flatten()), 8200, 16),  # many small steps
    Probe(_net(_GREY, Flatten(), Dense(units=32, activation="relu")), 200, 32, epochs=16),  # many epochs
    Probe(_net(_GREY, *_CONVS, Flatten()), 8000, 64),  # multiply-adds
    Probe(_net(_GREY, Flatten(), Dense(units=2048, activation="relu"), Dense(units=1024)), 1600, 32),  # weights
    Probe(_net((64, 48, 3), Conv(filters=24, kernel=1), BatchNorm(), MaxPool(), Flatten()), 1400, 32),  # large maps
    Probe(_net(_COLOUR, *(_SAME, BatchNorm()) * 6, GlobalAvgPool()), 200, 64),  # many layers
)


def measure_net(number: int) -> float:
    """Seconds that a training of one of `PROBES` on noise takes, done as every other training; on a worker."""
    import numpy as np

    from cnnviz.datasets.dataset import Dataset
    from cnnviz.datasets.registry import describe
    from cnnviz.training.loop.control import Control
    from cnnviz.training.loop.job import TrainingJob
    from cnnviz.training.loop.run import train

    probe = PROBES[number]
    random = np.random.default_rng(0)
    shape, counts = probe.architecture.input_shape, (probe.num_images, NUM_TEST)
    images = [random.integers(0, 256, (count, *shape), dtype=np.uint8) for count in counts]
    labels = [random.integers(0, NUM_CLASSES, count) for count in counts]
    info = replace(describe("digits"), image_shape=shape, num_train=counts[0], num_test=counts[1])
    job = TrainingJob("probe", probe.architecture, TrainingConfig(epochs=probe.epochs, batch_size=probe.batch_size))
    data = Dataset(info, images[0], labels[0], images[1], labels[1])
    return train(job, data, emit=lambda _: None, control=Control()).seconds


class KeptMeasurements(BaseModel):
    """What the file holds: a device, what was measured on it, and the calibration that follows from that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    probes: tuple[Measurement, ...]
    runs: tuple[Measurement, ...]
    calibration: Calibration

    @classmethod
    def of(cls, device: str, probes: tuple[Measurement, ...], runs: tuple[Measurement, ...]) -> "KeptMeasurements":
        """Fit the calibration to all that was measured; at least one measurement is needed."""
        runs = runs[-MAX_RUNS:]
        return cls(device=device, probes=probes, runs=runs, calibration=fit_calibration([*probes, *runs]))


def read_measurements(home: Path) -> KeptMeasurements | None:
    """What the file in `home` holds; None if there is none yet, or it is damaged: it is measured again."""
    try:
        return KeptMeasurements.model_validate_json((home / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_measurements(home: Path, kept: KeptMeasurements) -> None:
    """Write in one step; without a place to write, it is measured again after the next start."""
    path = home / FILE
    with contextlib.suppress(OSError):
        make_folder(home)
        write_whole(path, kept.model_dump_json(indent=2).encode())
