"""A run as plain data, as the pages and the command line see it, and where it stands while it is trained."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, FiniteFloat

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.architecture.spec import Architecture
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import Count, DatasetFacts, Divergence

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # since 1970


@dataclass(frozen=True)
class Mark:
    """Something that happened to a run at a place of its curves.

    Attributes
    ----------
    kind : "rate", "rewind" or "lost"
        Another base learning rate was set by hand; the run was taken back; its worker was lost. After the latter two
        it went on from here.
    epoch : float
        Where, in epochs.
    value : float, optional
        The new rate.
    """

    kind: Literal["rate", "rewind", "lost"]
    epoch: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


@dataclass(frozen=True)
class Pace:
    """When a training came where, in seconds of its work in this process: what its speed is told by.

    Attributes
    ----------
    first_batch, batches : float, int
        When the first batch was told of, which is slow because its step is traced, and the batches done by then.
    first_epoch, last_epoch, epochs : float, float, int
        When the first and the newest epoch that ended here did, and how many have; all 0 before that.
    """

    first_batch: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    batches: Count = 0
    first_epoch: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    last_epoch: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    epochs: Count = 0


@dataclass(frozen=True)
class Pause:
    """Where a run goes on that has given its worker back in a pause.

    Attributes
    ----------
    epochs_done, batch : int
        Whole epochs, and batches of the next one.
    seconds : float
        Work until then.
    """

    epochs_done: Count = 0
    batch: Count = 0
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


@dataclass(frozen=True)
class Progress:
    """Where a run stands; all defaults until a worker has begun with it.

    Attributes
    ----------
    text, share : str, float
        What is fetched or read before the first step, and the share done, 0 to 1.
    epochs_done : int
        Epochs that were done when this task began: a run may go on after an interruption.
    batches_done : int
        And batches of the epoch after those.
    epoch, batch, num_batches : int
        Epoch from 1, batches done in it, batches of an epoch (0 before the first step).
    started, seen : float, optional
        When the first step began, later by the pauses since; when something was last told of it. Of a net that was
        brought along, when it was last changed: answers that are kept go by this.
    paused, paused_at : bool and float, optional
        Whether it is held, and since when.
    pause : Pause, optional
        Where it goes on, from the moment when it gave its worker back in a pause until it does.
    learning_rate : float, optional
        A base rate that was set by hand.
    divergence : Divergence, optional
        Where it failed, if its loss went beyond all bounds.
    marks : tuple of Mark
        What happened to it, in the order in which it came.
    pace : Pace, optional
        How fast it is in this process; None before its first batch.
    """

    text: str = "Loading the data"
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    epochs_done: Count = 0
    batches_done: Count = 0
    epoch: Count = 0
    batch: Count = 0
    num_batches: Count = 0
    started: Seconds | None = None
    seen: Seconds | None = None
    paused: bool = False
    paused_at: Seconds | None = None
    pause: Pause | None = None
    learning_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    divergence: Divergence | None = None
    marks: tuple[Mark, ...] = ()
    pace: Pace | None = None

    @property
    def position(self) -> float:
        """Where it is, in epochs."""
        return max(self.epoch - 1, 0) + (self.batch / self.num_batches if self.num_batches else 0.0)

    def marks_until(self, epoch: float) -> tuple[Mark, ...]:
        """The marks that stay when what came after an epoch is forgotten."""
        return tuple(mark for mark in self.marks if mark.epoch <= epoch)

    @property
    def has_begun(self) -> bool:
        """Whether the first step has been taken, so that there is a pace."""
        return self.num_batches > 0 and self.started is not None


class Status(StrEnum):
    """What became of a run. PAUSED: it has given its worker back, and goes on when somebody wants it to."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether something still happens to the run."""
        return self in (Status.QUEUED, Status.RUNNING)

    @property
    def has_model(self) -> bool:
        """Whether a run of this status left a usable net."""
        return self in (Status.FINISHED, Status.STOPPED)


@dataclass(frozen=True)
class Run:
    """One training run without its curves.

    `metrics` are the final ones; `message` is the reason where it failed, stopped or was interrupted. `facts` are
    those of its images, kept from its start on.
    `seconds` is the work that is in its net, and `prediction` what was expected of that before it began, if anything
    was: without waiting, pauses, and epochs that were lost or taken back.
    `owner` is the id of the visitor to whom it belongs, `sharing` who else may look at it.
    `origin` is empty of a net that was trained here; else the kind of file that its owner brought it in ("keras", "h5",
    "onnx"). Such a run has no epochs, and until it is evaluated no data set either: `config.dataset` is "".
    """

    id: str
    name: str
    status: Status
    created: datetime
    architecture: Architecture
    config: TrainingConfig
    progress: Progress = field(default_factory=Progress)
    metrics: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    seconds: float = 0.0
    message: str = ""
    prediction: Prediction | None = None
    facts: DatasetFacts = field(default_factory=DatasetFacts)
    owner: str = OPERATOR_ID
    sharing: Sharing = Sharing.EVERYBODY
    origin: str = ""


@dataclass(frozen=True)
class Curves:
    """What a run has recorded: `points` by batch, `epochs` by epoch (1, 2, ...)."""

    points: list[dict[str, Any]]
    epochs: list[dict[str, Any]]


# ---- what of a row of the store can be used: one that is damaged is found out before anything is drawn of it

_Work = Annotated[FiniteFloat, BeforeValidator(lambda value: 0.0 if value is None else value)]
_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Readable(BaseModel):
    """The columns of a run that pages reckon with or write; raises ValidationError, a ValueError, for what is none."""

    name: str
    created: datetime
    metrics: dict[str, int | float] | None
    device: _Text
    seconds: _Work
    prediction: tuple[FiniteFloat, FiniteFloat, FiniteFloat] | tuple[FiniteFloat, FiniteFloat, FiniteFloat, bool] | None


def read_points(stored: Any) -> list[dict[str, Any]]:
    """The points of a bundle that have numbers by name and a place; the others are left out."""
    rows = stored if isinstance(stored, list) else []
    return [row for row in rows if _is_numbers(row) and math.isfinite(row.get("epoch", math.nan))]


def read_epoch(stored: Any) -> dict[str, Any]:
    """The metrics of an epoch, numbers and tables by name; none where any of it is something else."""
    if not isinstance(stored, dict):
        return {}
    fits = (_TABLES.get(name, _is_number)(value) for name, value in stored.items())
    return stored if all(fits) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _is_numbers(row: Any) -> bool:
    return isinstance(row, dict) and all(map(_is_number, row.values()))


def _is_numbers_by_layer(table: Any) -> bool:
    return isinstance(table, dict) and all(map(_is_numbers, table.values()))


def _is_matrix(rows: Any) -> bool:
    return (
        isinstance(rows, list)
        and all(isinstance(row, list) and len(row) == len(rows) for row in rows)
        and all(_is_number(value) for row in rows for value in row)
    )


_TABLES = {"norms": _is_numbers_by_layer, "top_class": _is_numbers, "images": _is_numbers, "confusion": _is_matrix}
"""What is no number of an epoch, and how it is told that it can be drawn."""
