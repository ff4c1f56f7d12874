"""The embedded cluster: `python -m cnnviz.engine.workers.cluster`.

A process of its own, because Streamlit replaces `__main__` while a script runs and Dask's worker
processes import it. It prints the scheduler's address and ends when its standard input is closed,
hence also when the process that started it is killed.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile

import dask
from distributed import LocalCluster

THREADS = 4
NICENESS = 5  # pages come first, also while something trains on all cores

SETTINGS = {
    # A lost worker is reported at once: the engine knows the last epoch and starts from there.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.profile.enabled": False,  # nobody looks at it, and it costs a training some percent
    # By default each process looks at itself fifty times a second, also while nobody uses it.
    "distributed.admin.tick.interval": "1 s",
    "distributed.admin.system-monitor.interval": "10 s",
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
}


def main() -> None:
    """Serve until standard input ends."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    dask.config.set(SETTINGS)
    folder = tempfile.mkdtemp(prefix="cnnviz-workers-")
    cluster = LocalCluster(
        n_workers=1,
        threads_per_worker=THREADS,
        host="127.0.0.1",
        dashboard_address=":0",
        memory_limit=0,
        resources={"training": 1},
        preload=["cnnviz.engine.workers.warm"],
        local_directory=folder,
        silence_logs=40,
    )
    with contextlib.suppress(BrokenPipeError):  # whoever wanted the address may be gone already
        print(cluster.scheduler_address, flush=True)  # noqa: T201
        sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    _end_at_once(cluster)


def _end_at_once(cluster: LocalCluster) -> None:
    """End the workers without waiting for what they compute: nobody is left who could use it."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    cluster.close(timeout=1)


if __name__ == "__main__":
    main()
