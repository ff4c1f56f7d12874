"""How long a training will take, before it starts: from what the net costs and what this worker can do."""

from collections.abc import Sequence
from math import ceil, exp, log
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.errors import InvalidConfig

GIGA = 1e9
FORWARD_SHARE = 1 / 3  # of a step; the way back costs about twice as much as the way forth
MIN_SPREAD, FEW_SPREAD, MAX_SPREAD = 1.3, 1.6, 4.0
SURE = 0.9
"""The share of runs that the range is to hold."""
FEW = 4
"""Fewer measured runs than this leave a wider range."""

MORE_TO_BUILD, MORE_TO_CALL = 5, 3
"""What a training, an epoch or a batch costs however small the net is, in layers: measured, like the defaults below."""

_PULL = 0.1  # how strongly a coefficient that the runs say little about keeps its share of the others


Workload = tuple[float, float, float, float, float, float]
"""The amounts that a training consists of, see `workload`."""


class Calibration(BaseModel):
    """What one worker needs for the parts of a training; keep it as JSON with the worker's name.

    The defaults were measured on two busy cores, hence their wide range; `fit_calibration` replaces them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seconds_to_build: float = Field(default=0.08, ge=0, description="a layer, once: building and tracing it")
    seconds_per_call: float = Field(default=2.5e-4, ge=0, description="a layer, every batch, however small it is")
    seconds_per_gmac: float = Field(default=0.07, ge=0, description="10^9 multiply-adds, forward and back")
    seconds_per_gb: float = Field(default=0.6, ge=0, description="10^9 bytes of maps, forward and back")
    seconds_per_weight_gb: float = Field(default=1.5, ge=0, description="10^9 bytes of weights, one update")
    seconds_per_epoch: float = Field(
        default=9e-3, ge=0, description="a layer, every epoch: looking into it, keeping it"
    )
    spread: float = Field(default=2.5, ge=1, description="the range is expected / spread to expected x spread")


class Measurement(BaseModel):
    """A training that has run: what it was made of (see `workload`), and the seconds it took."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    workload: Workload
    seconds: float = Field(gt=0)


class Prediction(NamedTuple):
    """Seconds: the least, the likeliest and the most to expect."""

    low: float
    expected: float
    high: float


def workload(
    analysis: Analysis, num_images: int, epochs: int, batch_size: int, *, num_validation: int = 0, num_test: int = 0
) -> Workload:
    """Return what a training consists of, in the order of the fields of `Calibration`.

    Layers to build, calls of layers, 10^9 multiply-adds, 10^9 bytes of maps, 10^9 bytes of weights
    updated, layers looked into between epochs.

    Parameters
    ----------
    num_images, num_validation
        Images per epoch that are learned from, and that are only looked at after it.
    num_test
        Images that are looked at once, at the end.

    Notes
    -----
    A frozen layer, like a validation image, is passed forward only: a third of the work. Batches
    that are only looked at have 256 images. That the start, a batch and an epoch cost time by the layer, and
    as if there were a few more of them, is what 39 runs of 13 nets showed: all were met
    within a factor of 1.4.

    Raises
    ------
    InvalidConfig
        A number of images, epochs or the batch size is out of its range.
    """
    if min(num_images, epochs, batch_size) < 1 or min(num_validation, num_test) < 0:
        raise InvalidConfig(
            f"A training needs at least one image, epoch and image per batch. Choose 1 or more of each. Received: "
            f"num_images={num_images}, epochs={epochs}, batch_size={batch_size}, num_validation={num_validation}, "
            f"num_test={num_test}."
        )
    steps = ceil(num_images / batch_size)
    batches_seen = epochs * ceil(num_validation / 256) + ceil(num_test / 256)
    batches = epochs * steps + batches_seen * FORWARD_SHARE
    images = epochs * num_images + (epochs * num_validation + num_test) * FORWARD_SHARE
    macs = sum(report.macs * _share(report) for report in analysis.layers)
    maps = sum(report.memory_bytes * _share(report) for report in analysis.layers)
    weights = BYTES_PER_VALUE * analysis.totals.trainable_params
    layers = len(analysis.layers)
    return (
        float(layers + MORE_TO_BUILD),
        batches * (layers + MORE_TO_CALL),
        images * macs / GIGA,
        images * maps / GIGA,
        epochs * steps * weights / GIGA,
        float(epochs * (layers + MORE_TO_BUILD)),
    )


def predict_seconds(work: Workload, calibration: Calibration | None = None) -> Prediction:
    """Predict how long a training of that workload takes on a worker (a usual one, unless its calibration is given)."""
    known = calibration or Calibration()
    expected = _seconds(work, _coefficients(known))
    return Prediction(expected / known.spread, expected, expected * known.spread)


def fit_calibration(measurements: Sequence[Measurement]) -> Calibration:
    """Find the calibration that explains measured runs best.

    Parameters
    ----------
    measurements
        At least one; different nets and batch sizes tell the coefficients apart.

    Notes
    -----
    Least squares of the *relative* errors over coefficients of zero or more, each drawn weakly to
    that of a usual worker times the common factor. The spread is the factor within which the result
    meets nine of ten runs, but no less than a little, and more after few runs.

    Raises
    ------
    InvalidConfig
        There are no measurements.
    """
    import numpy as np
    from scipy.optimize import nnls

    if not measurements:
        raise InvalidConfig("A calibration needs at least one measured run. Train a small net first. Received: none.")
    start = np.array(_coefficients(Calibration()))  # (6,)
    work = np.array([measurement.workload for measurement in measurements])  # (N, 6)
    seconds = np.array([measurement.seconds for measurement in measurements])  # (N,)
    start *= np.median(seconds / (work @ start))
    # unknowns are multiples of the start, so that one weight suits all
    rows = np.vstack([work * start / seconds[:, None], np.sqrt(_PULL) * np.eye(len(start))])
    wanted = np.concatenate([np.ones(len(seconds)), np.full(len(start), np.sqrt(_PULL))])
    found = nnls(rows, wanted)[0] * start
    misses = [abs(log(_seconds(m.workload, tuple(found)) / m.seconds)) for m in measurements]
    least = MIN_SPREAD if len(measurements) >= FEW else FEW_SPREAD
    spread = min(max(least, exp(np.quantile(misses, SURE))), MAX_SPREAD)
    return Calibration(**dict(zip(_FIELDS, map(float, found), strict=True)), spread=spread)


_FIELDS = tuple(name for name in Calibration.model_fields if name.startswith("seconds_"))


def _coefficients(calibration: Calibration) -> tuple[float, ...]:
    return tuple(getattr(calibration, field) for field in _FIELDS)


def _seconds(work: Sequence[float], coefficients: Sequence[float]) -> float:
    return sum(amount * seconds for amount, seconds in zip(work, coefficients, strict=True))


def _share(report: LayerReport) -> float:
    return FORWARD_SHARE if report.is_passed else 1.0
