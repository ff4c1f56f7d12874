"""How long a run was to take, has still to go, and took."""

import time

from cnnviz.runs.records import Run, Status
from cnnviz.text.units import duration_range_text, duration_text, written_range
from cnnviz.training.duration.model import Prediction

LEAST_SECONDS = 1.0  # of a training, before its pace says anything


def comparison(run: Run) -> str:
    """Say what was predicted for an ended run and what it took, and how far off that was; empty if nothing is known."""
    if run.prediction is None or not run.status.has_model or not run.seconds:
        return ""
    predicted = duration_range_text(run.prediction.low, run.prediction.high)
    took = duration_text(run.seconds)
    if run.status is Status.STOPPED:
        return f"Predicted {predicted} for all {run.config.epochs} epochs, ended after {took}."
    return f"Predicted {predicted}, took {took}{_miss(run.prediction, run.seconds)}."


def batches(run: Run) -> tuple[int, int]:
    """Batches done, and to do in all, of a run whose training has begun."""
    state = run.progress
    return (state.epoch - 1) * state.num_batches + state.batch, run.config.epochs * state.num_batches


def batches_here(run: Run) -> int:
    """Batches that the present task has done of a run whose training has begun."""
    state = run.progress
    return batches(run)[0] - state.epochs_done * state.num_batches - state.batches_done


def elapsed(run: Run) -> float:
    """Seconds of training in this process up to the last batch that was told of, pauses left out; 0 before it."""
    state = run.progress
    if state.started is None:
        return 0.0
    return (time.time() if state.seen is None else state.seen) - state.started


def seconds_left(run: Run) -> float | None:
    """How long an active run probably takes from now on: by its pace so far, else by what was predicted, if anything.

    Of what was predicted, one that waits again has only the rest before it.

    It may end before, by a target for example; pauses to come are not known.
    """
    if run.status is Status.RUNNING and run.progress.has_begun:
        done, total = batches(run)
        done_here = batches_here(run)
        if done_here > 0 and elapsed(run) > LEAST_SECONDS:
            return elapsed(run) / done_here * (total - done)
    if run.prediction is None:
        return None
    is_done = run.progress.position / run.config.epochs if run.status is Status.QUEUED else 0.0
    return run.prediction.expected * max(0.0, 1 - is_done)


def _miss(prediction: Prediction, seconds: float) -> str:
    low, high = written_range(prediction.low, prediction.high)  # people compare with what they read
    if seconds > max(high, prediction.high):
        return f": {seconds / prediction.expected:.1f} times as long as expected"
    if seconds < min(low, prediction.low):
        return f": {prediction.expected / seconds:.1f} times as fast as expected"
    return ""
