"""How long a run was to take, has still to go, and took."""

import time
from dataclasses import replace

from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Pace, Progress
from cnnviz.text.units import all_text, duration_range_text, duration_text, written_range
from cnnviz.training.duration.model import Prediction

LEAST_SECONDS = 1.0  # of a training, before its pace says anything

MIDDLE = 0.5  # of an epoch, before which its own pace says little: one slow batch of hundreds is no slow epoch
LEAST_MISS = 1.15  # times as long, or as fast, that are worth a word

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
    only the rest before it. It may end before, by a target for example; pauses to come are not known.

    What should have been told of by now, the end of an epoch or of all that was predicted, is taken to come as late
    again as it is already. So what is left grows until something is told of, and never stands still.
    """
    state = run.progress
    if run.status is Status.RUNNING and state.has_begun:
        expected = _expected_left(run)
        if expected is None:
            return None
        epoch, later = expected
        return abs(epoch - _silence(state)) + later
    if run.prediction is None:
        return None
    is_done = state.position / run.config.epochs if run.status is Status.QUEUED else 0.0
    return run.prediction.expected * max(0.0, 1 - is_done)


def _silence(state: Progress) -> float:
    """Seconds since something was last told of a run; 0 while it is held."""
    return 0.0 if state.paused or state.seen is None else max(0.0, time.time() - state.seen)


def _expected_left(run: Run) -> tuple[float, float] | None:
    """Seconds until the present epoch ends, and from then on, as they were when something was last told of the run.

    The first is negative where it is overdue already. None if nobody knows.
    """
    state, pace, now = run.progress, _pace(run.progress), elapsed(run.progress)
    if pace.epochs:
        length = _seconds_per_epoch(pace, state.num_batches)
        to_do = run.config.epochs - state.epochs_done - pace.epochs
        if to_do <= 0:
            return 0.0, 0.0
        return _rest_of_epoch(length, now - pace.last_epoch, state.batch / state.num_batches), (to_do - 1) * length
    rate = batches_a_second(run)
    if rate is not None and now - pace.first_batch > LEAST_SECONDS:
        done, total = batches(run)
        rest = state.num_batches - state.batch
        return rest / rate, (total - done - rest) / rate
    if run.prediction is None:
        return None
    share = 1 - (state.epochs_done + state.batches_done / state.num_batches) / run.config.epochs
    return run.prediction.expected * share - now, 0.0


def _rest_of_epoch(length: float, spent: float, share: float) -> float:
    """Seconds to the end of an epoch: by its usual length; from its middle on by its own pace, if that is slower."""
    return max(length - spent, spent * (1 - share) / share) if share >= MIDDLE else length - spent


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
    if seconds > max(high, prediction.high, LEAST_MISS * prediction.expected):
        return f": {seconds / prediction.expected:.1f} times as long as expected"
    if LEAST_MISS * seconds < min(LEAST_MISS * low, LEAST_MISS * prediction.low, prediction.expected):
        return f": {prediction.expected / seconds:.1f} times as fast as expected"
    return ""
