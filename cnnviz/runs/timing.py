"""How long a run was to take, has still to go, and took."""

import time
from dataclasses import replace

from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Pace, Progress
from cnnviz.text.units import all_text, duration_range_text, duration_text, written_range
from cnnviz.training.duration.model import Prediction

LEAST_SECONDS = 1.0  # of a training, before its pace says anything

NOT_MEASURED = "not measured yet"


def prediction_text(prediction: Prediction) -> str:
    """Say how long a training will take: a range where its net ran here before, else a rough figure that says so."""
    short = short_prediction_text(prediction)
    return short if prediction.is_measured else f"{short} ({NOT_MEASURED})"


def short_prediction_text(prediction: Prediction) -> str:
    """Give the same without saying that it is a rough figure, for who says so beside it."""
    if prediction.is_measured:
        return duration_range_text(prediction.low, prediction.high)
    return duration_range_text(prediction.expected, prediction.expected)


def comparison(run: Run) -> str:
    """Say what was predicted for an ended run and what it took, and how far off that was; empty if nothing is known."""
    if run.prediction is None or not run.status.has_model or not run.seconds:
        return ""
    predicted = prediction_text(run.prediction)
    took = duration_text(run.seconds)
    if run.status is Status.STOPPED:
        planned = all_text(run.config.epochs, "epoch")
        return f"Predicted {predicted} for {planned}, ended after {took}."
    return f"Predicted {predicted}, took {took}{_miss(run.prediction, run.seconds)}."


def batches(run: Run) -> tuple[int, int]:
    """Batches done, and to do in all, of a run whose training has begun."""
    return _batches_done(run.progress), run.config.epochs * run.progress.num_batches


def _batches_done(state: Progress) -> int:
    return (state.epoch - 1) * state.num_batches + state.batch


def elapsed(state: Progress) -> float:
    """Seconds of training in this process up to the last that was told of, pauses left out; 0 before it."""
    if state.started is None:
        return 0.0
    return max(0.0, (time.time() if state.seen is None else state.seen) - state.started)


def with_batch(state: Progress) -> Progress:
    """Note that a batch was told of: the pace counts from the first one of a process on, whose step is traced."""
    if state.pace is not None:
        return state
    return replace(state, pace=Pace(first_batch=elapsed(state), batches=_batches_done(state)))


def with_epoch(state: Progress) -> Progress:
    """Note that an epoch has ended, with its validation."""
    now, pace = elapsed(state), state.pace or Pace()
    first = pace.first_epoch if pace.epochs else now
    return replace(state, pace=replace(pace, first_epoch=first, last_epoch=now, epochs=pace.epochs + 1))


def batches_a_second(run: Run) -> float | None:
    """How fast a run is in this process, its first batch left out; None before the second one."""
    pace = _pace(run.progress)
    done, seconds = _batches_done(run.progress) - pace.batches, elapsed(run.progress) - pace.first_batch
    return done / seconds if done > 0 and seconds > 0 else None


def seconds_left(run: Run) -> float | None:
    """How long an active run probably takes from now on: by its pace so far, else by what was predicted, if anything.

    By whole epochs as soon as one has ended, because each has a validation at its end, else by its batches. Neither
    counts the first batch, nor the first epoch if there are others. Of what was predicted, one that waits again has
    only the rest before it. It may end before, by a target for example; pauses
    to come are not known.
    """
    state = run.progress
    if run.status is Status.RUNNING and state.has_begun:
        pace, now = _pace(state), elapsed(state)
        if pace.epochs:
            to_do = run.config.epochs - state.epochs_done - pace.epochs
            return max(0.0, to_do * _seconds_per_epoch(pace, state.num_batches) - (now - pace.last_epoch))
        rate = batches_a_second(run)
        if rate is not None and now - pace.first_batch > LEAST_SECONDS:
            done, total = batches(run)
            return (total - done) / rate
    if run.prediction is None:
        return None
    is_done = state.position / run.config.epochs if run.status is Status.QUEUED else 0.0
    return run.prediction.expected * max(0.0, 1 - is_done)


def _seconds_per_epoch(pace: Pace, num_batches: int) -> float:
    if pace.epochs > 1:
        return (pace.last_epoch - pace.first_epoch) / (pace.epochs - 1)
    share = 1 - (max(0, pace.batches - 1) % num_batches) / num_batches  # it may have begun within an epoch
    return (pace.last_epoch - pace.first_batch) / share


def _pace(state: Progress) -> Pace:
    """Of a run that was recorded before there was one: that since its start."""
    return state.pace or Pace(batches=state.epochs_done * state.num_batches + state.batches_done)


def _miss(prediction: Prediction, seconds: float) -> str:
    low, high = written_range(prediction.low, prediction.high)  # people compare with what they read
    if seconds > max(high, prediction.high):
        return f": {seconds / prediction.expected:.1f} times as long as expected"
    if seconds < min(low, prediction.low):
        return f": {prediction.expected / seconds:.1f} times as fast as expected"
    return ""
