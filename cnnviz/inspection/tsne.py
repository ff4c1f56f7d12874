"""t-SNE in parts, so that a worker can be asked for one after the other. Without Keras."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

EXAGGERATION = 12.0
EARLY_STEPS = 250  # with exaggerated affinities
STEPS = 1000
CHECK_STEPS = 50  # from one look at the error to the next
PATIENCE = {True: 250, False: 300}  # steps without a smaller error, early and later
MOMENTUM = {True: 0.5, False: 0.8}
LEAST_SLOPE = 1e-7
LEAST_RATE = 50.0
SECONDS_IN_A_PART = 2.0


@dataclass(frozen=True, eq=False)
class Descent:
    """N points on their way down the slope of t-SNE's error.

    Attributes
    ----------
    affinities : sparse array (N, N)
        Exaggerated.
    points : ndarray (N, dimensions), float32
    update, gains : ndarray (N * dimensions,)
        Of the step before, and how much each number's slope counts.
    least_error, least_at : float, int
        Of the errors looked at in this phase, and the step.
    num_steps : int
    is_early, is_done : bool
        Whether the affinities still count exaggerated; whether no step is left.
    """

    affinities: Any
    points: np.ndarray
    update: np.ndarray
    gains: np.ndarray
    least_error: float = np.inf
    least_at: int = 0
    num_steps: int = 0
    is_early: bool = True
    is_done: bool = False

    @property
    def share(self) -> float:
        """What is done of the steps, 0 to 1."""
        return 1.0 if self.is_done else self.num_steps / STEPS


def begin_tsne(features: np.ndarray, dimensions: int, *, seed: int, perplexity: float) -> Descent:
    """Compute affinities (of the nearest neighbours only) and where the points start.

    Both are scikit-learn's; `descend` takes the same steps as its TSNE does, which cannot be stopped on the way.
    """
    from sklearn.manifold import TSNE

    class Start(TSNE):
        def _tsne(self, affinities: Any, *_: Any, **given: Any) -> tuple[Any, np.ndarray]:
            return affinities, given["X_embedded"]

    highest = max((len(features) - 1) / 3, 1)
    start = "pca" if features.shape[1] >= dimensions else "random"
    made = Start(dimensions, perplexity=min(perplexity, highest), init=start, random_state=seed)
    affinities, points = made.fit_transform(features)
    return _rested(Descent(affinities * EXAGGERATION, points, points, points))


def descend(state: Descent, seconds: float = SECONDS_IN_A_PART) -> Descent:
    """Take steps for so long, and at least to the next look at the error.

    Where it pauses makes no difference to where it ends.
    """
    end = time.monotonic() + seconds
    while True:
        state = _to_next_check(state)
        if state.is_done or time.monotonic() >= end:
            return state


def _to_next_check(state: Descent) -> Descent:
    from sklearn.manifold._t_sne import _kl_divergence_bh, _openmp_effective_n_threads

    (count, dimensions), threads = state.points.shape, _openmp_effective_n_threads()
    affinities = state.affinities if state.is_early else state.affinities / EXAGGERATION
    rate, momentum = np.maximum(count / EXAGGERATION / 4, LEAST_RATE), MOMENTUM[state.is_early]
    points, update, gains = state.points.ravel().copy(), state.update, state.gains
    of = (affinities, max(dimensions - 1, 1), count, dimensions)
    for left in reversed(range(CHECK_STEPS)):
        error, slope = _kl_divergence_bh(points, *of, compute_error=left == 0, num_threads=threads)
        turned = update * slope < 0
        gains = np.maximum(np.where(turned, gains + np.float32(0.2), gains * np.float32(0.8)), np.float32(0.01))
        slope *= gains
        update = momentum * update - rate * slope
        points += update
    moved = replace(
        state,
        points=points.reshape(count, dimensions),
        update=update,
        gains=gains,
        num_steps=state.num_steps + CHECK_STEPS,
    )
    return _judged(moved, error, float(np.linalg.norm(slope)))


def _judged(state: Descent, error: float, slope: float) -> Descent:
    """Whether this phase, or all, is over."""
    last, is_better = state.num_steps - 1, error < state.least_error
    is_stuck = not is_better and last - state.least_at > PATIENCE[state.is_early]
    if is_better:
        state = replace(state, least_error=error, least_at=last)
    if not is_stuck and slope > LEAST_SLOPE and state.num_steps < (EARLY_STEPS if state.is_early else STEPS):
        return state
    return _rested(replace(state, is_early=False)) if state.is_early else replace(state, is_done=True)


def _rested(state: Descent) -> Descent:
    """At the beginning of a phase."""
    size = state.points.size
    still, gains = np.zeros(size, np.float32), np.ones(size, np.float32)
    return replace(state, update=still, gains=gains, least_error=np.inf, least_at=state.num_steps)
