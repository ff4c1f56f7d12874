"""When the turn of a waiting training comes. Pure."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.runs.records import Run
from cnnviz.runs.timing import seconds_left


@dataclass(frozen=True)
class Turn:
    """What comes before a waiting training: how many others, and how many seconds, None where that is not known.

    Only trainings of this server: of those that other servers have on the same workers it knows nothing.
    """

    num_before: int
    seconds: float | None


def turn_after(before: Sequence[Run], num_at_once: int) -> Turn:
    """Turn of the one that comes after all of `before`, those that run first, when so many run at once."""
    ends = [0.0] * num_at_once  # when each place is free again
    for run in before:
        seconds = seconds_left(run)
        if seconds is None:
            return Turn(len(before), None)
        heapq.heapreplace(ends, ends[0] + seconds)
    return Turn(len(before), ends[0])
