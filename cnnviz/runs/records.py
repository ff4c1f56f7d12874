"""A run as plain data, as the pages and the command line see it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.runs.progress import Progress
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from cnnviz.training.events import DatasetFacts


class Status(StrEnum):
    """What became of a run."""

    QUEUED = "queued"
    RUNNING = "running"
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


@dataclass(frozen=True)
class Curves:
    """What a run has recorded: `points` by batch, `epochs` by epoch (1, 2, ...)."""

    points: list[dict[str, Any]]
    epochs: list[dict[str, Any]]
