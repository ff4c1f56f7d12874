"""The embedded cluster: `python -m cnnviz.engine.cluster`.

A process of its own, because Streamlit replaces `__main__` while a script runs and Dask's worker
processes import it. It prints the scheduler's address and ends when its standard input is closed,
hence also when the process that started it is killed.
"""

import os
import sys

import dask
from distributed import LocalCluster

THREADS = 4
CLOSE_SECONDS = 2

SETTINGS = {
    # A lost worker is reported at once: the engine knows the last epoch and starts from there.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
}


def main() -> None:
    """Serve until standard input ends."""
    dask.config.set(SETTINGS)
    cluster = LocalCluster(
        n_workers=1,
        threads_per_worker=THREADS,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=0,
        resources={"training": 1},
        preload=["cnnviz.engine.warm"],
        silence_logs=40,
    )
    print(cluster.scheduler_address, flush=True)  # noqa: T201
    sys.stdin.read()
    cluster.close(timeout=CLOSE_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()
