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
SECONDS_IN_A_PART = 5.0  # the affinities travel with each part


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
    """Take steps for so long, at least one.

    Where it pauses makes no difference to where it ends.
    """
    end = time.monotonic() + seconds
    while True:
        state = _after_a_step(state)
        if state.is_done or time.monotonic() >= end:
            return state


def _after_a_step(state: Descent) -> Descent:
    from sklearn.manifold._t_sne import _kl_divergence_bh, _openmp_effective_n_threads

    count, dimensions = state.points.shape
    affinities = state.affinities if state.is_early else state.affinities / EXAGGERATION
    is_looked_at = (state.num_steps + 1) % CHECK_STEPS == 0
    of = (affinities, max(dimensions - 1, 1), count, dimensions)
    points, how = state.points.ravel(), {"num_threads": _openmp_effective_n_threads()}
    error, slope = _kl_divergence_bh(points, *of, compute_error=is_looked_at, **how)
    turned = state.update * slope < 0
    gains = np.where(turned, state.gains + np.float32(0.2), state.gains * np.float32(0.8))
    gains = np.maximum(gains, np.float32(0.01))
    slope *= gains
    rate = np.maximum(count / EXAGGERATION / 4, LEAST_RATE)
    update = MOMENTUM[state.is_early] * state.update - rate * slope
    moved = (points + update).astype(np.float32).reshape(count, dimensions)
    state = replace(state, points=moved, update=update, gains=gains, num_steps=state.num_steps + 1)
    return _judged(state, error, float(np.linalg.norm(slope))) if is_looked_at else state


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
