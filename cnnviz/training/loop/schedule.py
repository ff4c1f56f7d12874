"""How the learning rate changes over a run. Pure: NumPy only.

The learning rate of a step is the base (which may be changed by hand while the run goes on) times `factor`.
"""

import math
from collections.abc import Callable

import numpy as np

from cnnviz.training.config import Schedule, TrainingConfig

WARM_SHARE = 0.3  # of the run, in which one_cycle rises
START = 1 / 25  # of the highest learning rate, where one_cycle begins
END = 1e-4  # of the highest learning rate, where cosine and one_cycle end
STEP_EVERY = 1 / 3  # of the run
STEP_FACTOR = 0.1
MAX_PLANNED = 1000  # a curve needs no more


def factor(config: TrainingConfig, step: int, total_steps: int) -> float:
    """Say by what the base learning rate is multiplied in a step.

    Parameters
    ----------
    config : TrainingConfig
        Its `schedule` counts.
    step : int
        Batches trained before this one, over all epochs; beyond the end, the last factor stays.
    total_steps : int
        Batches of the whole run.

    Returns
    -------
    float
        Above 0, at most 1.

    Notes
    -----
    With p the share of the run that is done: constant is 1; cosine falls by half a cosine wave (Loshchilov and
    Hutter 2017, SGDR, without restarts); one_cycle rises by one over 30 % of the run and then falls by another
    (Smith 2018, "A disciplined approach to neural network hyper-parameters"); step divides by 10 after each third.
    """
    last = max(total_steps - 1, 1)
    return _SHAPES[config.schedule](min(max(step, 0), last) / last)


def learning_rates(config: TrainingConfig, steps_per_epoch: int) -> np.ndarray:
    """Learning rate of each batch of the whole run, (epochs * steps_per_epoch,) float64, as long as none is by hand."""
    total = config.epochs * steps_per_epoch
    return config.learning_rate * np.array([factor(config, step, total) for step in range(total)])


def planned_rates(config: TrainingConfig, steps_per_epoch: int) -> np.ndarray:
    """`learning_rates` to be drawn: of a long run about MAX_PLANNED steps, evenly spread, as if there were no more."""
    return learning_rates(config, max(1, min(steps_per_epoch, MAX_PLANNED // config.epochs)))


def _wave(start: float, end: float, share: float) -> float:
    """From `start` to `end` by half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def _one_cycle(done: float) -> float:
    if done < WARM_SHARE:
        return _wave(START, 1.0, done / WARM_SHARE)
    return _wave(1.0, END, (done - WARM_SHARE) / (1 - WARM_SHARE))


_SHAPES: dict[Schedule, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "cosine": lambda done: _wave(1.0, END, done),
    "one_cycle": _one_cycle,
    "step": lambda done: STEP_FACTOR ** min(int(done / STEP_EVERY), 2),
}
