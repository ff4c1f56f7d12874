"""Where a run stands while it is trained."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from cnnviz.training.events import Count, Divergence

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # since 1970


@dataclass(frozen=True)
class Progress:
    """Where a run stands; all defaults until a worker has begun with it.

    Attributes
    ----------
    text, share : str, float
        What is fetched or read before the first step, and the share done, 0 to 1.
    epochs_done : int
        Epochs that were done when this task began: a run may go on after an interruption.
    epoch, batch, num_batches : int
        Epoch from 1, batches done in it, batches of an epoch (0 before the first step).
    started, seen : float, optional
        When the first step began, later by the pauses since; when something was last told of it.
    paused, paused_at : bool and float, optional
        Whether it is held, and since when.
    learning_rate : float, optional
        A base rate that was set by hand.
    divergence : Divergence, optional
        Where it failed, if its loss went beyond all bounds.
    """

    text: str = "Loading the data"
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    epochs_done: Count = 0
    epoch: Count = 0
    batch: Count = 0
    num_batches: Count = 0
    started: Seconds | None = None
    seen: Seconds | None = None
    paused: bool = False
    paused_at: Seconds | None = None
    learning_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    divergence: Divergence | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the first step has been taken, so that there is a pace."""
        return self.num_batches > 0 and self.started is not None
