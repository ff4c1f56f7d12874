"""Where a run stands while it is trained, and what has happened to it, as plain data."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from cnnviz.text.units import plain_text
from cnnviz.training.events import Count, Divergence

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # since 1970


@dataclass(frozen=True)
class Mark:
    """Something that happened to a run at a place of its curves.

    Attributes
    ----------
    kind : "rate", "rewind", "lost" or "more"
        Another base learning rate was set by hand; the run was taken back; its worker was lost; it had ended and was
        given more epochs. After the latter three it went on from here.
    epoch : float
        Where, in epochs.
    value : float, optional
        The new rate.
    """

    kind: Literal["rate", "rewind", "lost", "more"]
    epoch: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @property
    def where(self) -> str:
        """Its place in words: "at the start", "after epoch 16", or "in epoch 17 (after 16.4 epochs)"."""
        done = int(self.epoch)
        if self.epoch == done:
            return f"after epoch {done}" if done else "at the start"
        place = min(max(round(self.epoch, 2), done + 0.01), done + 0.99)  # that of a whole epoch would be another one
        return f"in epoch {done + 1} (after {plain_text(place)} epochs)"

    @property
    def went_back_to(self) -> str:
        """Where a run was taken back to, in words; that is always between two epochs."""
        return f"the end of epoch {plain_text(self.epoch)}" if self.epoch else "the start"


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

    def by_hand(self, learning_rate: float) -> tuple[Mark | float, ...]:
        """What was changed while a run was trained, in order; a worker that was lost is no change.

        Who goes back, or copies a run, forgets the marks after that epoch but keeps the rate: it comes last, without
        place. `learning_rate` is that of the run's settings.
        """
        found = [mark for mark in self.marks if mark.kind != "lost"]
        rates = [learning_rate, *(mark.value for mark in found if mark.kind == "rate")]
        return *found, *([self.learning_rate] if self.learning_rate and self.learning_rate != rates[-1] else [])

    @property
    def has_begun(self) -> bool:
        """Whether the first step has been taken, so that there is a pace."""
        return self.num_batches > 0 and self.started is not None
