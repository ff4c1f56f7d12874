"""Which workers have room for a training.

Dask alone would hand a training to a worker at once, also to a busy one beside an idle one, and never move it:
https://github.com/dask/distributed/issues/1851. So a training waits here until a worker is free, and is bound to it.
"""

from dataclasses import dataclass, field
from typing import Any

RESOURCE = "training"
KEY_PREFIX = "train-"


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


def read_capacity(client: Any) -> Capacity:
    """Ask the scheduler; trainings of other servers on it count as well.

    Two servers that ask in the same moment may choose the same worker: then one training waits for the other.
    """
    # Not `scheduler_info()`: its answer may be overwritten by the client's own, which names no workers.
    workers = client.sync(client.scheduler.identity, n_workers=-1)["workers"]
    keys = client.processing()
    return Capacity(
        {address: int(worker["resources"].get(RESOURCE, 0)) for address, worker in workers.items()},
        {address: sum(str(key).startswith(KEY_PREFIX) for key in held) for address, held in keys.items()},
    )
