"""The embedded cluster, both ends: `EmbeddedCluster` on the server's side, and the child process that it starts.

A process of its own (`python -m cnnviz.engine.workers.cluster`), because Streamlit replaces `__main__` while a script
runs and Dask's worker processes import it. It prints the scheduler's address and what proves that one belongs to it,
and ends when its standard input is closed, hence also when the process that started it is killed.

Who reaches a Dask port runs code as its user. So all listen on this machine only, take nobody without the certificate
that is made at each start, and serve no pages; the key is kept in no file.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cnnviz.errors import EngineUnavailable
from cnnviz.settings import read_settings

PROJECT_FOLDER = Path(__file__).parents[3]
TRAINING_RESOURCE = "training"
"""Dask's name for what a worker has as often as it takes trainings at once."""
IS_WARMING = "cnnviz-warming"
"""What a worker tells the scheduler with its heartbeats: whether it still imports Keras."""
THREADS = 4
SCRATCH = "cnnviz-workers-"  # how the folders of workers begin that lie among the system's temporary ones
HELD = f"{SCRATCH}held-"  # of those that their cluster holds by a lock; an older version held none
OLD_SECONDS = 24 * 3600.0
NICENESS = 5  # pages come first, also while something trains on all cores

SETTINGS = {
    # A lost worker is reported at once: the engine knows the last epoch and starts from there.
    "distributed.scheduler.allowed-failures": 0,
    # The nanny starts a lost worker again. Dask would dismiss the nanny where, just so long after the loss of a
    # worker (15 s by default), another loss leaves none for a moment.
    "distributed.deploy.lost-worker-timeout": "365 days",
    "distributed.worker.profile.enabled": False,  # nobody looks at it, and it costs a training some percent
    # By default each process looks at itself fifty times a second, also while nobody uses it.
    "distributed.admin.tick.interval": "1 s",
    "distributed.admin.system-monitor.interval": "10 s",
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,  # of its limit
    # Dask opens its HTTP ports all the same; they know no page.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
MEMORY_SHARE = 0.75  # of the machine, or the container, that a worker may take by default


@dataclass(frozen=True)
class Certificate:
    """Proves to a scheduler that one belongs to it: the authority that signs for all, an own certificate, its key.

    Each is text in PEM, or the path of a file.
    """

    authority: str
    certificate: str
    key: str


class EmbeddedCluster:
    """The child process; `address` is that of its scheduler, which wants the `certificate`; `pid` is its own."""

    def __init__(self) -> None:
        self._child = _launch()
        self.pid = self._child.pid
        assert self._child.stdin is not None  # both are pipes
        assert self._child.stdout is not None
        self._stdin, self._stdout = self._child.stdin, self._child.stdout
        told = self._stdout.readline()
        if not told:
            self._child.wait()
            raise EngineUnavailable(f"The embedded cluster ended at once with exit code {self._child.returncode}.")
        said = json.loads(told)
        self.address: str = said["address"]
        self.certificate = Certificate(**said["certificate"])

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._child.poll() is None

    def close(self) -> None:
        """End the process and its workers."""
        self._stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._stdout.close()


def _launch() -> subprocess.Popen[str]:
    """Start the child in a session of its own: Ctrl-C reaches only the server, which closes it."""
    return subprocess.Popen(
        [sys.executable, "-m", "cnnviz.engine.workers.cluster"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": _python_path()},
    )


def _python_path() -> str:
    """Workers import cnnviz wherever the server was started from."""
    return os.pathsep.join(filter(None, [str(PROJECT_FOLDER), os.environ.get("PYTHONPATH")]))


def main() -> None:
    """Serve until standard input ends: what the child process does."""
    import dask
    from distributed import LocalCluster, Security
    from distributed.system import MEMORY_LIMIT

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    dask.config.set(SETTINGS)
    folder, _held = make_scratch_folder()
    os.environ["TMPDIR"] = str(folder)  # a net that a killed worker leaves half written is swept with it
    security = Security.temporary()
    cluster = LocalCluster(
        n_workers=1,
        threads_per_worker=THREADS,
        host="127.0.0.1",
        security=security,
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        memory_limit=read_settings("max_worker_memory").max_worker_memory or int(MEMORY_SHARE * MEMORY_LIMIT),
        resources={TRAINING_RESOURCE: 1},
        preload=["cnnviz.engine.workers.warm"],
        local_directory=str(folder),
        silence_logs=40,
    )
    assert cluster.loop is not None  # it runs
    cluster.loop.add_callback(_end_without_worker, list(cluster.workers.values()), folder)
    with contextlib.suppress(BrokenPipeError):  # whoever wanted the address may be gone already
        certificate = Certificate(security.tls_ca_file, security.tls_client_cert, security.tls_client_key)
        told = {"address": cluster.scheduler_address, "certificate": asdict(certificate)}
        print(json.dumps(told), flush=True)  # noqa: T201
        sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    _end_at_once(cluster)


def make_scratch_folder() -> tuple[Path, int]:
    """Make the folder of the workers' temporary files, held by this process for as long as it lives.

    Returns the folder and the file descriptor that holds it.
    """
    making = Path(tempfile.mkdtemp(prefix=".cnnviz-"))
    held = _hold(making)
    folder = making.with_name(f"{HELD}{making.name.removeprefix('.cnnviz-')}")
    making.rename(folder)  # only now, because a server that starts at this moment would sweep what nobody holds
    return folder, -1 if held is None else held


def sweep_scratch_folders() -> None:
    """Remove those that a killed cluster has left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        held = _hold(folder)
        if held is not None and (folder.name.startswith(HELD) or time.time() - folder.stat().st_mtime > OLD_SECONDS):
            shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def _hold(folder: Path) -> int | None:
    """Lock a folder of this user; None where another process holds it, or where the system knows no such locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    held = None
    try:
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if held is not None:
            os.close(held)
        return None
    return held


async def _end_without_worker(nannies: list[Any], folder: Path) -> None:
    """End once no nanny is left, as after a worker that died while it started: the server starts another cluster."""
    for nanny in nannies:
        await nanny.finished()
    shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)  # the main thread waits for its standard input


def _end_at_once(cluster: Any) -> None:
    """End the workers without waiting for what they compute: nobody is left who could use it."""
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    cluster.close(timeout=1)


if __name__ == "__main__":
    main()
