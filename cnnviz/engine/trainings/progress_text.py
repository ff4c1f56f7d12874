"""What is said of a run that waits or trains, in words: the same in the live panel and in a page's own line."""

from cnnviz.engine.trainings.queue import QueuePosition
from cnnviz.runs.records import Run, Status
from cnnviz.runs.timing import batches, batches_a_second, seconds_left
from cnnviz.text.units import rough_duration_text

LEAST_LEFT = 0.5  # seconds: less is no time that anybody could be told


def progress(run: Run) -> tuple[float, str]:
    """Share done, 0 to 1, of a run that has not ended, and words of one at work or paused: epoch, batch, time left."""
    state = run.progress
    if not state.has_begun and run.status is not Status.PAUSED:
        return _share(run), state.text
    words = f"Epoch {state.epoch} of {run.config.epochs}, batch {state.batch} of {state.num_batches}"
    left = seconds_left(run)
    if run.status is Status.PAUSED:
        words += ", paused: the worker is free for others"
    elif state.paused:
        words += ", paused"
    elif left is not None and left >= LEAST_LEFT:
        words += f", about {rough_duration_text(left)} left"
    return _share(run), words


def _share(run: Run) -> float:
    """Of its batches; before the first one, of what is fetched or read for it."""
    done, total = batches(run)
    if run.status is Status.QUEUED and run.progress.pause is None:
        return 0.0  # one that goes on may do so from an earlier epoch
    return min(1.0, max(0.0, done / total)) if total else run.progress.share


def waiting_text(run: Run, position: QueuePosition | None) -> str:
    """What comes before a run, after why it waits again if it has run before."""
    if position is None or position.num_before == 0:
        words = "Waiting for a worker"
    else:
        others = "1 training" if position.num_before == 1 else f"{position.num_before} trainings"
        words = f"Waiting: {others} before yours"
        words += "" if position.seconds is None else f", about {rough_duration_text(position.seconds)}"
    return f"{run.message} {words}".strip()


def images_a_second(run: Run) -> float | None:
    """How fast a run has learned in this process since its first batch; None before the second one was told of."""
    rate = batches_a_second(run)
    return None if rate is None else rate * run.config.batch_size
