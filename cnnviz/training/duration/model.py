"""How long a training will take, before it starts: from what the net costs and what this worker can do."""

from collections.abc import Sequence
from math import ceil, prod
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.architecture.analysis.costs import OPTIMIZER_SLOTS
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import TrainingConfig

GIGA = 1e9
FORWARD_SHARE = 1 / 3  # of a step; the way back costs about twice as much as the way forth
MORE_TO_CALL = 3
"""What a batch costs however small the net is, in layers: measured, like the defaults below."""


class Amounts(NamedTuple):
    """How much there is of what a training is made of, in the order of the fields of `Calibration`."""

    trainings: float = 0.0
    layers: float = 0.0
    epochs: float = 0.0
    calls: float = 0.0
    gmacs: float = 0.0
    map_gb: float = 0.0
    update_gb: float = 0.0
    kept_gb: float = 0.0
    augmented_gb: float = 0.0


class Workload(NamedTuple):
    """What a training consists of: `once`, at its start and its end, and each epoch, see `workload`."""

    once: Amounts
    epoch: Amounts
    epochs: int


class Measurement(BaseModel):
    """A training that has run: what it was made of, and what it took.

    `epoch_seconds` are those of an epoch without what comes once, None where there was one epoch only (see
    `pace.measured`); `net` is the same for the same net in the same form (see `forecast.fingerprint`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    workload: Workload
    seconds: float = Field(gt=0)
    epoch_seconds: float | None = Field(default=None, gt=0)
    net: str = ""

    @property
    def once_seconds(self) -> float | None:
        """Seconds besides the epochs: to build and trace the net, to evaluate and save it; None where not known."""
        if self.epoch_seconds is None:
            return None
        return max(0.0, self.seconds - self.workload.epochs * self.epoch_seconds)


class Calibration(BaseModel):
    """What one worker needs for the parts of a training; keep it as JSON with the worker's name.

    The defaults are those of two cores, hence their wide range; `fit.fit_calibration` replaces them. `runs` are
    the newest trainings there: a net that is among them is predicted by them (`pace.predict_again`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seconds_to_begin: float = Field(default=0.15, ge=0, description="a training, once")
    seconds_to_build: float = Field(default=0.06, ge=0, description="a layer, once: building and tracing it")
    seconds_per_epoch: float = Field(default=0.07, ge=0, description="an epoch, however small: looking at the net")
    seconds_per_call: float = Field(default=2.4e-4, ge=0, description="a layer, every batch, however small it is")
    seconds_per_gmac: float = Field(default=0.04, ge=0, description="10^9 multiply-adds, forward and back")
    seconds_per_gb: float = Field(default=0.85, ge=0, description="10^9 bytes of maps, forward and back")
    seconds_per_weight_gb: float = Field(default=0.6, ge=0, description="10^9 bytes of weights, one update")
    seconds_per_kept_gb: float = Field(
        default=6.7,
        ge=0,
        description="10^9 bytes of weights and of what the optimizer keeps, once and every epoch",
    )
    seconds_per_augmented_gb: float = Field(default=6.5, ge=0, description="10^9 bytes of images, changed in one way")
    spread: float = Field(default=2.5, ge=1, description="the range is expected / spread to expected x spread")
    runs: tuple[Measurement, ...] = ()


class Prediction(NamedTuple):
    """Seconds: the least, the likeliest and the most to expect.

    `is_measured`: by what the same net took on this worker, so that the range is narrow; else by what its parts cost.
    """

    low: float
    expected: float
    high: float
    is_measured: bool = True

    def after(self, seconds: float) -> "Prediction":
        """Predict the whole of a training of which so many seconds are done, where this is for what follows them."""
        return self._replace(low=seconds + self.low, expected=seconds + self.expected, high=seconds + self.high)


def workload(
    analysis: Analysis, config: TrainingConfig, *, num_images: int, num_validation: int = 0, num_test: int = 0
) -> Workload:
    """Return what a training consists of: layers to build, calls of layers, 10^9 multiply-adds, and 10^9 bytes.

    These are of maps, of weights updated, of weights and optimizer state kept, and of images augmented.

    Parameters
    ----------
    num_images, num_validation
        Images per epoch that are learned from, and that are only looked at after it.
    num_test
        Images that are looked at once, at the end.

    Notes
    -----
    A frozen layer, like a validation image, is passed forward only: a third of the work. Batches
    that are only looked at have 256 images. Each way of augmenting counts as a layer, too. With these parts 31 runs of
    16 nets were met within a factor of 1.3 from seven others that were measured (CPU time, two cores).

    Raises
    ------
    InvalidConfig
        A number of images is out of its range.
    """
    if num_images < 1 or min(num_validation, num_test) < 0:
        raise InvalidConfig(
            f"A training needs at least one image. Choose 1 or more. Received: num_images={num_images}, "
            f"num_validation={num_validation}, num_test={num_test}."
        )
    ways = augmentation_ways(config)
    layers = len(analysis.layers) + ways
    steps = ceil(num_images / config.batch_size)
    macs = sum(report.macs * _share(report) for report in analysis.layers) / GIGA
    maps = sum(report.memory_bytes * _share(report) for report in analysis.layers) / GIGA
    trainable = analysis.totals.trainable_params
    kept = BYTES_PER_VALUE * (analysis.totals.params + OPTIMIZER_SLOTS[config.optimizer] * trainable) / GIGA
    augmented = num_images * ways * BYTES_PER_VALUE * prod(analysis.layers[0].input_shape) / GIGA
    seen, tested = num_images + num_validation * FORWARD_SHARE, num_test * FORWARD_SHARE
    calls = (layers + MORE_TO_CALL) * (steps + _batches_seen(num_validation))
    tests = (layers + MORE_TO_CALL) * _batches_seen(num_test)
    update = steps * trainable * BYTES_PER_VALUE / GIGA
    once = Amounts(
        trainings=1.0, layers=float(layers), calls=tests, gmacs=tested * macs, map_gb=tested * maps, kept_gb=kept
    )
    epoch = Amounts(
        epochs=1.0,
        calls=calls,
        gmacs=seen * macs,
        map_gb=seen * maps,
        update_gb=update,
        kept_gb=kept,
        augmented_gb=augmented,
    )
    return Workload(once, epoch, config.epochs)


def augmentation_ways(config: TrainingConfig) -> int:
    """In how many ways each training image is changed, each of which is a layer of its own."""
    return sum(bool(value) for value in dict(config.augment).values()) if config.augment else 0


def _batches_seen(num_images: int) -> float:
    return ceil(num_images / 256) * FORWARD_SHARE


def predict_seconds(work: Workload, calibration: Calibration | None = None) -> Prediction:
    """Predict how long a training of that workload takes on a worker (a usual one, unless its calibration is given)."""
    known = calibration or Calibration()
    expected = total_seconds(work, coefficients(known))
    return Prediction(expected / known.spread, expected, expected * known.spread, is_measured=False)


def model_seconds(work: Workload, calibration: Calibration) -> tuple[float, float]:
    """Seconds that the parts of a training cost, once and in each epoch."""
    known = coefficients(calibration)
    return _seconds(work.once, known), _seconds(work.epoch, known)


FIELDS = tuple(name for name in Calibration.model_fields if name.startswith("seconds_"))
"""Of a calibration, in the order of `Amounts`."""


def coefficients(calibration: Calibration) -> tuple[float, ...]:
    """The seconds of a calibration, in the order of `Amounts`."""
    return tuple(getattr(calibration, field) for field in FIELDS)


def total_seconds(work: Workload, known: Sequence[float]) -> float:
    """Seconds of the whole training by those coefficients."""
    return _seconds(work.once, known) + work.epochs * _seconds(work.epoch, known)


def _seconds(amounts: Sequence[float], known: Sequence[float]) -> float:
    return float(sum(amount * seconds for amount, seconds in zip(amounts, known, strict=True)))


def _share(report: LayerReport) -> float:
    return FORWARD_SHARE if report.is_passed else 1.0
