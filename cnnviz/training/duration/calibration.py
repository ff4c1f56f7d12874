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
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.duration.fit import fit_calibration
from cnnviz.training.duration.model import Calibration, Measurement, Workload, workload

NUM_CLASSES = 10
NUM_TEST = 256

FILE = "calibration.json"
MAX_RUNS, MAX_OF_NET = 60, 3
"""So many real runs are remembered, and so many of the same net: the newest ones."""


@dataclass(frozen=True)
class Probe:
    """A net that is mostly made of one sort of work, and how it is trained: for some epochs, which are told apart."""

    architecture: Architecture
    num_images: int
    batch_size: int
    epochs: int = 3
    augment: Augmentation | None = None

    @property
    def config(self) -> TrainingConfig:
        """Settings of its training."""
        return TrainingConfig(epochs=self.epochs, batch_size=self.batch_size, augment=self.augment)

    @property
    def work(self) -> Workload:
        """What its training consists of."""
        analysis = analyze(self.architecture)
        return workload(analysis, self.config, num_images=self.num_images, num_validation=NUM_TEST)


def _net(input_shape: tuple[int, int, int], *layers: object) -> Architecture:
    return Architecture(
        name="probe", input_shape=input_shape, layers=(*layers, Dense(units=NUM_CLASSES, activation="softmax"))
    )


_GREY, _COLOUR = (28, 28, 1), (32, 24, 3)
_SAME = Conv(filters=8, padding="same", activation="relu")
_CONVS = (Conv(filters=32, activation="relu"), MaxPool(), Conv(filters=64, activation="relu"), MaxPool())
PROBES = (
    Probe(_net(_GREY, Flatten()), 3200, 16),  # many small steps
    Probe(_net(_GREY, Flatten(), Dense(units=32, activation="relu")), 100, 32, epochs=8),  # many epochs
    Probe(_net(_GREY, *_CONVS, Flatten()), 2500, 64),  # multiply-adds
    Probe(_net(_GREY, Flatten(), Dense(units=2048, activation="relu"), Dense(units=1024)), 640, 32),  # weights
    Probe(_net((64, 48, 3), Conv(filters=24, kernel=1), BatchNorm(), MaxPool(), Flatten()), 500, 32),  # large maps
    Probe(_net(_COLOUR, *(_SAME, BatchNorm()) * 6, GlobalAvgPool()), 200, 32),  # many layers
    Probe(
        _net((48, 40, 3), Conv(filters=4, stride=2), GlobalAvgPool()),
        400,
        32,
        augment=Augmentation(rotation=15, zoom=0.1, shift=0.1),
    ),
)


def measure_net(number: int) -> tuple[list[float], float]:
    """Train one of `PROBES` on noise, as every other net; on a worker.

    Returns the seconds until the end of each epoch, and those of the whole training.
    """
    import numpy as np

    from cnnviz.datasets.dataset import Dataset
    from cnnviz.datasets.registry import describe
    from cnnviz.training.events import EpochEnded, Event
    from cnnviz.training.loop.control import Control
    from cnnviz.training.loop.job import TrainingJob
    from cnnviz.training.loop.run import train

    probe = PROBES[number]
    random = np.random.default_rng(0)
    shape, counts = probe.architecture.input_shape, (probe.num_images, NUM_TEST)
    images = [random.integers(0, 256, (count, *shape), dtype=np.uint8) for count in counts]
    labels = [random.integers(0, NUM_CLASSES, count) for count in counts]
    info = replace(describe("digits"), image_shape=shape, num_train=counts[0], num_test=counts[1])
    data = Dataset(info, images[0], labels[0], images[1], labels[1])
    ends: list[float] = []

    def note(event: Event) -> None:
        if isinstance(event, EpochEnded):
            ends.append(event.seconds)

    job = TrainingJob("probe", probe.architecture, probe.config)
    return ends, train(job, data, emit=note, control=Control()).seconds


class KeptMeasurements(BaseModel):
    """What the file holds: a device, what was measured on it, and the calibration that follows from that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    probes: tuple[Measurement, ...]
    calibration: Calibration

    @property
    def runs(self) -> tuple[Measurement, ...]:
        """The real runs, the newest last."""
        return self.calibration.runs

    @classmethod
    def of(cls, device: str, probes: tuple[Measurement, ...], runs: tuple[Measurement, ...]) -> "KeptMeasurements":
        """Fit the calibration to all that was measured, at least one training; of many runs the newest are kept."""
        kept: list[Measurement] = []
        for run in reversed(runs):
            if len(kept) < MAX_RUNS and sum(one.net == run.net for one in kept) < MAX_OF_NET:
                kept.insert(0, run)
        fitted = fit_calibration([*probes, *kept])
        return cls(device=device, probes=probes, calibration=fitted.model_copy(update={"runs": tuple(kept)}))


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
