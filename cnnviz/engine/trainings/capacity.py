"""Which workers have room for a training."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cnnviz.engine.trainings.queue import Assignment
from cnnviz.engine.workers.cluster import TRAINING_RESOURCE
from cnnviz.errors import EngineUnavailable

KEY_PREFIX = "train-"
"""Of the Dask keys of trainings, of all servers."""
NO_ANSWER = "The scheduler of the workers does not answer at the moment. It is asked again soon."
SCHEDULER_SECONDS = 2.0  # that it may take to answer: meanwhile nobody looks after what trainings tell


@dataclass
class Capacity:
    """How many trainings each worker takes at once (`total`), and how many it has (`taken`), by address."""

    total: dict[str, int]
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Trainings that can run at once."""
        return sum(self.total.values())

    def take(self) -> str | None:
        """Address of the worker with the most room, which has less from now on; None where all are full."""
        address = max(self.total, key=self._free, default=None)
        if address is None or self._free(address) < 1:
            return None
        self.taken[address] = self.taken.get(address, 0) + 1
        return address

    def _free(self, address: str) -> int:
        return self.total[address] - self.taken.get(address, 0)


def read_capacity(client: Any, assigned: Iterable[Assignment] = ()) -> Capacity:
    """Ask the scheduler; trainings of other servers on it count as well.

    `assigned` are this server's own: the scheduler may not know yet of one that was given to a worker just now.
    Two servers that ask in the same moment may choose the same worker: then one training waits for the other.
    Raises EngineUnavailable if there is no answer within SCHEDULER_SECONDS.
    """
    try:
        # Not `scheduler_info()`: its answer may be overwritten by the client's own, which names no workers.
        known = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=SCHEDULER_SECONDS)
        held = client.sync(client.scheduler.processing, workers=None, callback_timeout=SCHEDULER_SECONDS)
    except (OSError, AttributeError) as error:  # the latter where the client has just closed
        raise EngineUnavailable(NO_ANSWER) from error
    workers = known["workers"]
    taken = {address: {key for key in map(str, keys) if key.startswith(KEY_PREFIX)} for address, keys in held.items()}
    for one in assigned:
        if one.ended is None:
            taken.setdefault(one.worker, set()).add(one.future.key)
    return Capacity(
        {address: int(worker["resources"].get(TRAINING_RESOURCE, 0)) for address, worker in workers.items()},
        {address: len(keys) for address, keys in taken.items()},
    )
