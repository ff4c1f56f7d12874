"""A run as plain data, as the pages and the command line see it."""

import json
import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, FiniteFloat, ValidationError

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.architecture.spec import Architecture
from cnnviz.runs.run_progress import Progress
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts


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
    def is_resumable(self) -> bool:
        """Whether a run of this status goes on from where it is when somebody wants it to."""
        return self in (Status.PAUSED, Status.INTERRUPTED)

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
    `sweep` is the id of the sweep that it is a point of, if it is of one.
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
    sweep: str = ""

    @property
    def net_epoch(self) -> int | None:
        """The epoch that early stopping has gone back to, so that the net is of that one; None: it is of the last."""
        return self.metrics.get("net_epoch")

    @property
    def is_stopped_from_outside(self) -> bool:
        """Whether it ended before its last epoch because somebody stopped it or its time was up.

        One that early stopping has ended, or an accuracy that was to be reached, has done all that its settings say.
        """
        return self.status is Status.STOPPED and not self.metrics.get("ended_by_rule")

    @property
    def has_lost_results(self) -> bool:
        """Whether its training has finished, and what it got right cannot be read any more."""
        return self.status is Status.FINISHED and not self.origin and "accuracy" not in self.metrics

    @property
    def epochs_done(self) -> int:
        """Whole epochs of a training that has ended; where that was not recorded, those that it was to have."""
        state = self.progress
        return max(state.epoch - (state.batch < state.num_batches), 0) if state.num_batches else self.config.epochs


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


def read_config(stored: str) -> TrainingConfig:
    """The settings of a row; raises ValueError for what is none, and where no images are named: that is always written.

    What an older version did not know is as it is without it.
    """
    settings = json.loads(stored)
    if "dataset" not in settings:
        raise ValueError("its settings do not name the images")
    return TrainingConfig(**settings)


def damage_text(error: Exception) -> str:
    """Say in a line what of a row cannot be read."""
    if not isinstance(error, ValidationError):
        return " ".join(str(error).split())
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


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
