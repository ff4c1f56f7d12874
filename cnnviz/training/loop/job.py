"""What a training is given and what it gives back. Pure: travels between processes."""

from collections.abc import Callable
from dataclasses import dataclass

from cnnviz.architecture.spec import Architecture
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Event

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class TrainingJob:
    """One training: from the start, or on from `checkpoint` after `epochs_done` epochs and `batch` batches of the next.

    `learning_rate` is a base rate that was set by hand meanwhile; None: that of the config. The run
    ends by itself after `max_seconds` of all its attempts, if given, of which the epochs and batches that are done took
    `seconds_before`. `val_losses` are those of the epochs done, and
    `best_checkpoint` is that of the best of them, where it is kept: early stopping goes on from there. `classes` are
    those that the checkpoint's net has learned, in the order of its outputs. `start` is the net that it begins with, as
    browsers read it, where it begins with one (`config.fine_tuning`) and has no checkpoint.
    """

    run_id: str
    architecture: Architecture
    config: TrainingConfig
    epochs_done: int = 0
    checkpoint: bytes | None = None
    learning_rate: float | None = None
    max_seconds: float | None = None
    seconds_before: float = 0.0
    val_losses: tuple[float, ...] = ()
    best_checkpoint: bytes | None = None
    classes: tuple[str, ...] = ()
    start: bytes | None = None
    batch: int = 0


@dataclass(frozen=True)
class TrainingResult:
    """A finished or stopped training.

    `model` is a whole .keras file, `net` the same for browsers (None where they cannot compute it), `test` what it
    answered on the test set; `seconds` are without pauses; `stopped` holds the reason, empty if all epochs were run;
    `was_straight`: with whole epochs only, from the first one on and without a pause, so that it tells a pace.
    """

    model: bytes
    metrics: dict[str, float]
    test: TestPredictions
    seconds: float
    device: str
    stopped: str = ""
    net: bytes | None = None
    was_straight: bool = False


@dataclass(frozen=True)
class GivenBack:
    """A training that is paused and has given its worker back.

    It goes on with `checkpoint` after `epochs_done` epochs and `batch` batches of the next one. `seconds` are those of
    its work on this worker, `newest` is the number of the last command that it has obeyed.
    """

    epochs_done: int
    batch: int
    checkpoint: bytes
    seconds: float
    newest: int
