"""The pace of a training that has run, and how long the same net will take by it. Pure."""

from collections.abc import Sequence
from math import exp, log
from statistics import median

from cnnviz.training.duration.model import (
    Calibration,
    Measurement,
    Prediction,
    Workload,
    model_seconds,
)

MIN_SPREAD, MAX_SPREAD = 1.3, 1.5
"""Of a net that has run here before: also rounded as people say it, such a range is at most a factor of 3 wide."""
FEW = 3


def measured(work: Workload, ends: Sequence[float], seconds: float, net: str = "") -> Measurement:
    """Note what a training took.

    Parameters
    ----------
    work
        What it was to consist of; it may have ended after fewer epochs.
    ends
        Seconds of its work until the end of each epoch.
    seconds
        All of its work, more than `ends[-1]`: the net is evaluated and saved at the end.

    Notes
    -----
    The pace is that of the epochs after the first: in that one the net is traced at its first batch, at a last one
    that is smaller, at its first validation and when its layers are first looked into. All that counts as work that
    comes once.
    """
    pace = (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else 0.0
    return Measurement(
        workload=work._replace(epochs=len(ends) or work.epochs),
        seconds=seconds,
        epoch_seconds=pace if pace > 0 else None,
        net=net,
    )


def predict_again(work: Workload, runs: Sequence[Measurement], calibration: Calibration) -> Prediction:
    """Predict how long a net will take that has run here before, at least once; `work` may be more or less of it.

    Each of the runs says what it would take at its pace, and the median of that is expected. Other numbers of images
    and epochs are converted as the calibration says.
    """
    seconds = [_at_pace(work, run, calibration) for run in runs]
    expected = median(seconds)
    miss = max(abs(log(one / expected)) for one in seconds)
    spread = MAX_SPREAD if len(runs) < FEW else min(max(MIN_SPREAD, exp(miss)), MAX_SPREAD)
    return Prediction(expected / spread, expected, expected * spread)


def _at_pace(work: Workload, run: Measurement, calibration: Calibration) -> float:
    once, epoch = model_seconds(work, calibration)
    once_then, epoch_then = model_seconds(run.workload, calibration)
    if run.epoch_seconds is None or run.once_seconds is None:
        return run.seconds * (once + work.epochs * epoch) / (once_then + run.workload.epochs * epoch_then)
    return run.once_seconds * _ratio(once, once_then) + work.epochs * run.epoch_seconds * _ratio(epoch, epoch_then)


def _ratio(now: float, then: float) -> float:
    """One where the calibration says nothing of this part."""
    return now / then if then > 0 else 1.0
