"""What one worker needs for the parts of a training, found from trainings that were measured on it. Pure."""

from collections.abc import Sequence
from math import exp, log

from cnnviz.errors import InvalidConfig
from cnnviz.training.duration.model import FIELDS, Calibration, Measurement, coefficients, total_seconds

MIN_SPREAD, FEW_SPREAD, MAX_SPREAD = 1.3, 1.6, 4.0
SURE = 0.9
"""The share of runs that the range is to hold."""
FEW = 4
"""Fewer measured runs than this leave a wider range."""

_PULL = 0.1  # how strongly a coefficient that the runs say little about keeps its share of the others
_LEAST_SHARE = 0.1  # of a run's time: what is less is known no better than this


def fit_calibration(measurements: Sequence[Measurement]) -> Calibration:
    """Find the calibration that explains measured runs best.

    Parameters
    ----------
    measurements
        At least one; different nets and batch sizes tell the coefficients apart.

    Notes
    -----
    Least squares of the *relative* errors over coefficients of zero or more, each drawn weakly to
    that of a usual worker times the common factor; what came once and what an epoch took are told apart where both
    are known. The spread is the factor within which the result meets nine of ten runs, but no less than a little, and
    more after few runs.

    Raises
    ------
    InvalidConfig
        There are no measurements.
    """
    import numpy as np
    from scipy.optimize import nnls

    if not measurements:
        raise InvalidConfig("A calibration needs at least one measured run. Train a small net first. Received: none.")
    usual = coefficients(Calibration())
    factor = np.median([one.seconds / total_seconds(one.workload, usual) for one in measurements])
    start = np.array(usual) * factor  # (9,)
    equations = [equation for one in measurements for equation in _equations(one)]
    amounts, seconds, scale = (np.array(values) for values in zip(*equations, strict=True))  # (N, 9), (N,), (N,)
    # unknowns are multiples of the start, so that one weight suits all
    rows = np.vstack([amounts * start / scale[:, None], np.sqrt(_PULL) * np.eye(len(start))])
    wanted = np.concatenate([seconds / scale, np.full(len(start), np.sqrt(_PULL))])
    found = nnls(rows, wanted)[0] * start
    misses = [abs(log(total_seconds(one.workload, found) / one.seconds)) for one in measurements]
    least = MIN_SPREAD if len(measurements) >= FEW else FEW_SPREAD
    spread = min(max(least, exp(np.quantile(misses, SURE))), MAX_SPREAD)
    return Calibration(**dict(zip(FIELDS, map(float, found), strict=True)), spread=spread)


def _equations(one: Measurement) -> list[tuple[Sequence[float], float, float]]:
    """Amounts, the seconds that they took together, and what an error of these is measured by."""
    work = one.workload
    if one.epoch_seconds is None or one.once_seconds is None:
        amounts = [once + work.epochs * epoch for once, epoch in zip(work.once, work.epoch, strict=True)]
        return [(amounts, one.seconds, one.seconds)]
    least = _LEAST_SHARE * one.seconds
    return [
        (work.once, one.once_seconds, max(one.once_seconds, least)),
        (work.epoch, one.epoch_seconds, max(one.epoch_seconds, least / work.epochs)),
    ]
