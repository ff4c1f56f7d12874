"""What a worker does for a training, and how its errors reach the server. Light at import: the server names these."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from cnnviz.errors import CnnvizError, UnexpectedFailure, words_of
from cnnviz.training.events import Accepted, Envelope, EpochEnded, Event, Loading, pack
from cnnviz.training.loop.control import Control, NumberedCommand, control_of, forget, known_attempts, known_controls
from cnnviz.training.loop.job import Emit, GivenBack, TrainingJob, TrainingResult

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

KEPT_CHECKPOINTS = 3  # of a run, at least, and runs that have ended
UNFORESEEN = (
    "The worker failed, for a reason that was not foreseen. Whoever runs this server finds it in the worker's log. "
    "Received: {}."
)
NO_MEMORY = "This takes more memory than the worker has. Use a smaller net, or fewer or smaller images. Received: {}."
WAITING_BYTES = 50_000_000  # of the checkpoints of a run: a server that is slow for a moment misses no epoch


class WaitingCheckpoints:
    """Those of epochs that have ended here, until the server takes them, or there are too many. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_attempt: dict[tuple[str, str], dict[int, bytes]] = {}  # by run and attempt

    def keep(self, run_id: str, attempt: str, epoch: int, checkpoint: bytes) -> None:
        """Let one wait, beside the newest of the same attempt and of some that have ended."""
        with self._lock:
            present = run_id, attempt
            ended = [other for other in self._by_attempt if other != present and not known_controls(*other)]
            for other in ended[:-KEPT_CHECKPOINTS]:
                del self._by_attempt[other]
            kept = self._by_attempt.setdefault(present, {})
            kept[epoch] = checkpoint
            num_kept = max(KEPT_CHECKPOINTS, WAITING_BYTES // max(len(checkpoint), 1))
            for old in sorted(kept)[:-num_kept]:
                del kept[old]

    def take(self, run_id: str, attempt: str, epoch: int) -> bytes | None:
        """Hand one over, if it is still there."""
        with self._lock:
            return self._by_attempt.get((run_id, attempt), {}).pop(epoch, None)


_checkpoints = WaitingCheckpoints()


def call_plainly(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call and let only errors without Keras objects out: reading one would import TensorFlow into the server.

    A CnnvizError comes out with all that it carries, but with neither traceback nor cause.
    """
    failure: CnnvizError
    try:
        return function(*args, **kwargs)
    except CnnvizError as error:
        failure = type(error)(*error.args)  # not `copy`: Dask lets that take the cause along
        vars(failure).update(vars(error))
    except MemoryError as error:
        logger.exception("A task took too much memory")
        failure = UnexpectedFailure(NO_MEMORY.format(words_of(error)))
    except Exception as error:
        logger.exception("A task failed")
        failure = UnexpectedFailure(UNFORESEEN.format(words_of(error)))
    raise failure


def probe() -> str:
    """Name of the worker's device; returns once Keras is imported."""
    import cnnviz.training.loop.run  # noqa: F401
    from cnnviz.models.keras_state import describe_device

    return describe_device()


def run_training(job: TrainingJob, topic: str, commands: Sequence[NumberedCommand] = ()) -> TrainingResult | GivenBack:
    """Train; events go to `topic` with the ids of run and task, checkpoints wait here until they are taken.

    `commands` are those that have come before a worker was there.
    """
    from distributed import get_worker

    worker = get_worker()
    key = str(worker.get_current_task())
    control = control_of(job.run_id, key)
    control.obey(commands)

    def emit(event: Event) -> None:
        if isinstance(event, EpochEnded) and event.checkpoint is not None:
            _checkpoints.keep(job.run_id, key, event.epoch, event.checkpoint)
        worker.log_event(topic, pack(Envelope(job.run_id, key, event)))

    emit(Accepted())
    try:
        return load_and_train(job, emit, control)
    finally:
        forget(job.run_id, key)


def load_and_train(job: TrainingJob, emit: Emit, control: Control) -> TrainingResult | GivenBack:
    """Load the images and fetch the weights that a training needs, then train; `emit` is told of all of it.

    Raises what `load_dataset`, `fetch_weights` and `train` raise.
    """
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.models.backbones import fetch_weights
    from cnnviz.training.config import load_options
    from cnnviz.training.loop.run import train

    def progress(text: str, share: float) -> None:
        emit(Loading(text, share))

    data = load_dataset(
        job.config.dataset,
        progress=progress,
        classes=job.classes,
        **load_options(job.config, job.architecture.input_shape),
    )
    fetch_weights(job.architecture, data.info.image_shape, progress)
    return train(job, data, emit=emit, control=control)


def obey(run_id: str, attempt: str, commands: Sequence[NumberedCommand]) -> None:
    """Pass on all that is wanted of a run to an attempt on this worker, which obeys after its current batch."""
    for control in known_controls(run_id, attempt):
        control.obey(commands)


def want_back(run_id: str, attempt: str, commands: Sequence[NumberedCommand]) -> None:
    """Let an attempt on this worker that is paused, with what is wanted of it by now, give its worker back."""
    for control in known_controls(run_id, attempt):
        control.obey(commands)
        control.want_back()


def abandon(run_id: str, attempt: str) -> None:
    """End an attempt at a run that nobody follows any more, if it still goes on here."""
    for control in known_controls(run_id, attempt):
        control.give("stop")


def abandon_older(run_id: str, attempt: str) -> None:
    """End all attempts at a run on this worker that were begun before one, which may have begun meanwhile."""
    for older in known_attempts(run_id):
        if older < attempt:
            abandon(run_id, older)


def take_checkpoint(run_id: str, attempt: str, epoch: int) -> bytes | None:
    """Hand over the checkpoint of an epoch, if this worker still has it."""
    return _checkpoints.take(run_id, attempt, epoch)
