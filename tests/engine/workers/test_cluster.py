"""The embedded cluster ends with whoever started it, however that ends."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import dask
import psutil
import pytest
from dask.utils import parse_timedelta
from distributed import Nanny

from cnnviz.engine.workers.cluster import EmbeddedCluster, sweep_scratch_folders
from cnnviz.engine.workers.dask_connection import DaskConnection
from cnnviz.engine.workers.worker_connection import WorkerConnection
from tests.helpers import until

pytestmark = pytest.mark.usefixtures("own_cluster")

STARTER = """
import sys
from cnnviz.engine.workers.cluster import EmbeddedCluster
print(EmbeddedCluster().pid, flush=True)
sys.stdin.read()
"""
END_SECONDS = 60  # it takes a second, and on a busy machine longer


def _start(project: Path) -> tuple[subprocess.Popen, list[psutil.Process]]:
    """A process with an embedded cluster, and all processes of that cluster."""
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    return parent, [child, *child.children(recursive=True)]


@pytest.mark.parametrize("kill", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_server(project: Path, kill: signal.Signals) -> None:
    parent, processes = _start(project)
    assert len(processes) >= 2  # the scheduler with its nanny, and the worker
    os.kill(parent.pid, kill)
    parent.wait(timeout=END_SECONDS)
    _, alive = psutil.wait_procs(processes, timeout=END_SECONDS)
    assert not alive
    parent.stdin.close()
    parent.stdout.close()


def test_no_worker_outlives_a_killed_cluster(project: Path) -> None:
    parent, processes = _start(project)
    processes[0].kill()
    _, alive = psutil.wait_procs(processes[1:], timeout=END_SECONDS)
    assert not alive
    parent.kill()
    parent.wait(timeout=END_SECONDS)
    parent.stdin.close()
    parent.stdout.close()


def test_a_lost_worker_is_never_given_up() -> None:
    cluster = EmbeddedCluster()
    connection = DaskConnection(cluster.address, cluster, cluster.certificate)
    try:
        timeout = connection.client.run_on_scheduler(dask.config.get, "distributed.deploy.lost-worker-timeout")
    finally:
        connection.close()
    assert parse_timedelta(timeout) > 24 * 3600  # else two losses, 15 s apart, leave the cluster without a worker


def _close_nanny(dask_worker: Nanny) -> None:
    dask_worker.loop.add_callback(dask_worker.close)


def test_a_cluster_whose_worker_cannot_be_started_again_is_replaced() -> None:
    connection = WorkerConnection()
    connection.start()
    until(lambda: connection.status.state == "ready")
    before, client = connection.call(os.getppid), connection.client()
    client.run(_close_nanny, nanny=True)
    until(lambda: not psutil.pid_exists(before))
    until(lambda: connection.client() is not client)  # a second passes before it is noticed
    assert connection.call(os.getppid) != before
    connection.close()


def test_what_workers_write_for_a_moment_lies_in_the_folder_that_is_swept() -> None:
    cluster = EmbeddedCluster()
    connection = DaskConnection(cluster.address, cluster, cluster.certificate)
    try:
        (folder,) = set(connection.client.run(tempfile.gettempdir).values())
    finally:
        connection.close()
    assert Path(folder).name.startswith("cnnviz-workers-held-")


def test_folders_that_a_killed_cluster_left_are_swept_and_those_in_use_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, others = tmp_path / "cnnviz-workers-held-abc", tmp_path / "something-else"
    old, young = tmp_path / "cnnviz-workers-old", tmp_path / "cnnviz-workers-young"  # of a version without locks
    for folder in (left, others, old, young):
        (folder / "worker").mkdir(parents=True)
    os.utime(old, (0, 0))
    program = (
        "import sys; from cnnviz.engine.workers.cluster import make_scratch_folder; "
        "print(make_scratch_folder()[0], flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    holder = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    used = Path(holder.stdout.readline().strip())
    assert used.is_dir()
    sweep_scratch_folders()
    assert [folder.exists() for folder in (left, old, others, young, used)] == [False, False, True, True, True]
    holder.kill()
    holder.communicate()
    sweep_scratch_folders()
    assert {path.name for path in tmp_path.iterdir()} == {"something-else", "cnnviz-workers-young"}
