"""Trainings on a scheduler and two workers that were started by hand, with the README's commands."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import ENDLESS, SECONDS
from tests.helpers import until as _until

pytestmark = pytest.mark.worker

NET = get_preset("digits-small").architecture
SLOW = TrainingConfig(epochs=40, limit=500, batch_size=4)
"""Of trainings none of which ends while something else is asked, and their workers are looked for."""
LONG = TrainingConfig(epochs=100, limit=500, batch_size=16)
"""Of one whose first epochs end soon, and that then goes on for long enough to look for its worker."""
ADDRESS = "tls://HOST:8786"


class Cluster(NamedTuple):
    """Address of a scheduler, and the folder of the certificate that it wants."""

    address: str
    folder: Path


def _commands(project: Path, folder: Path) -> list[list[str]]:
    """The README's lines for certificate, scheduler and worker, with the certificate in a folder.

    Without `PYTHONPATH=.`, which is set below.
    """
    section = (project / "README.md").read_text().split("### Training on other machines")[1].replace("\\\n", "")
    options = re.search(r'^    TLS="(.+)"$', section, re.MULTILINE)[1]
    lines = re.findall(r"^    (?:PYTHONPATH=\. )?((?:openssl|dask) .+)$", section, re.MULTILINE)
    words = [shlex.split(line.replace("$TLS", options)) for line in lines]
    assert [line[:2] for line in words] == [["openssl", "req"], ["dask", "scheduler"], ["dask", "worker"]]
    return [[str(folder / word) if word.endswith(".pem") else word for word in line] for line in words]


@pytest.fixture(scope="module")
def cluster(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    make_certificate, scheduler_command, worker_command = _commands(project, folder)
    subprocess.run(make_certificate, check=True, capture_output=True, timeout=SECONDS)
    processes = []

    def start(command: list[str], log: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": "."}
        with log.open("w") as file:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", *command], cwd=project, stdout=file, stderr=file, env=environment
                )
            )

    # The README's ports may be taken here, and the machines are one.
    free = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"]
    start([*scheduler_command, *free], folder / "scheduler.log")
    _until(lambda: re.search(r"Scheduler at:\s+(tls://\S+)", (folder / "scheduler.log").read_text()))
    address = re.search(r"Scheduler at:\s+(tls://\S+)", (folder / "scheduler.log").read_text())[1]
    assert ADDRESS in worker_command
    here = [address if part == ADDRESS else part for part in worker_command]
    for number in (1, 2):
        start([*here, "--local-directory", str(folder)], folder / f"worker{number}.log")
    yield Cluster(address, folder)
    for process in processes[::-1]:
        process.terminate()
        process.wait(timeout=SECONDS)


@pytest.fixture(scope="module")
def far_engine(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that uses the external cluster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNVIZ_SCHEDULER", cluster.address)
        for name, file in (("CA", "cert.pem"), ("CERT", "cert.pem"), ("KEY", "key.pem")):
            patch.setenv(f"CNNVIZ_TLS_{name}", str(cluster.folder / file))
        engine = Engine(RunStore(tmp_path_factory.mktemp("home"))).start()
        _until(lambda: len(_workers(engine)) == 2 and engine.status().state == "ready")
        yield engine
        engine.close()


def _workers(engine: Engine) -> dict[str, int]:
    """Process ids by address."""
    return engine.connection.client().run(os.getpid)


def _worker_of(engine: Engine, run_id: str) -> str:
    """Address of the worker that trains a run, once the scheduler has given it to one."""
    found: list[str] = []

    def is_given() -> bool:
        processing = engine.connection.client().processing()
        found[:] = [address for address, keys in processing.items() if any(run_id in str(key) for key in keys)]
        return bool(found)

    _until(is_given)
    return found[0]


def _check_continuous(engine: Engine, run_id: str) -> None:
    """Nothing is there twice and nothing is missing."""
    curves = engine.store.curves(run_id)
    assert [row["epoch"] for row in curves.epochs] == list(range(1, engine.store.get(run_id).config.epochs + 1))
    positions = [point["epoch"] for point in curves.points]
    assert positions == sorted(set(positions))
    losses = [row["loss"] for row in curves.epochs]
    assert max(losses[6:]) < losses[0] / 2  # it went on from where it was, not from new weights


def test_two_trainings_run_at_once_and_one_that_loses_its_worker_goes_on_on_the_other(far_engine: Engine) -> None:
    engine = far_engine
    # Each worker imports TensorFlow first: else one of them ends its training while the other still does so.
    short = [engine.train(NET, TrainingConfig(epochs=1, limit=200), by=OPERATOR).id for _ in range(2)]
    done, _ = (engine.wait(run_id) for run_id in short)
    runs = [engine.train(NET, SLOW.model_copy(update={"seed": seed}), by=OPERATOR).id for seed in range(2)]
    _until(lambda: engine.status().num_running == 2)
    used = [_worker_of(engine, run_id) for run_id in runs]
    assert len(set(used)) == 2, "neither waits behind the other while a worker is idle"
    _until(lambda: all(engine.store.last_epoch(run_id) >= 3 for run_id in runs))
    maps = ask(engine, RunModel(done.id), "feature_maps", image=np.zeros((28, 28, 1), np.uint8))
    assert maps.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert engine.status().num_running == 2, "the question waited for no training"
    os.kill(_workers(engine)[used[0]], signal.SIGKILL)
    told: list[set[str]] = [set(), set()]
    for run_id, messages in zip(runs, told, strict=True):
        ended = engine.wait(run_id, on_change=lambda run, messages=messages: messages.add(run.message))
        assert ended.status is Status.FINISHED
        _check_continuous(engine, run_id)
    lost = [[message for message in messages if "The worker was lost" in message] for messages in told]
    assert [len(messages) for messages in lost] == [1, 0], "one began again, once"


def test_a_third_training_waits_and_takes_the_worker_that_is_free_first(far_engine: Engine) -> None:
    engine = far_engine
    _until(lambda: len(_workers(engine)) == 2)  # the nanny has started another one
    long = engine.train(NET, ENDLESS, by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(long) >= 1)
    short, third = (engine.train(NET, TrainingConfig(epochs=2, limit=200), by=OPERATOR).id for _ in range(2))
    for run_id in (short, third):
        _until(lambda run_id=run_id: not engine.is_following(run_id))
        assert engine.store.get(run_id).status is Status.FINISHED
    assert engine.store.get(long).status is Status.RUNNING
    engine.command(long, "stop", by=OPERATOR)
    assert engine.wait(long).status is Status.STOPPED


def test_a_training_whose_worker_leaves_in_peace_goes_on_too(far_engine: Engine) -> None:
    """A worker that is told to end (a machine that is shut down) is no failure in Dask's count."""
    engine = far_engine
    _until(lambda: len(_workers(engine)) == 2)
    run_id = engine.train(NET, LONG, by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(run_id) >= 3)
    worker = psutil.Process(_workers(engine)[_worker_of(engine, run_id)])
    nanny = worker.parent() if "worker" in " ".join(worker.parent().cmdline()) else worker.parent().parent()
    nanny.terminate()
    assert engine.wait(run_id).status is Status.FINISHED
    _check_continuous(engine, run_id)


def test_a_connection_that_is_lost_leaves_no_second_training_behind(far_engine: Engine) -> None:
    """One worker is left from the test before: it must end the old training before it can begin the new one."""
    engine = far_engine
    run_id = engine.train(NET, LONG, by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(run_id) >= 3)
    engine.connection.client().close()  # the worker does not notice and trains on
    assert engine.wait(run_id).status is Status.FINISHED
    _check_continuous(engine, run_id)
    client = engine.connection.client()
    _until(lambda: not any(client.run(_has_control, run_id).values()))


def _has_control(run_id: str) -> bool:
    from cnnviz.training.loop.control import known_controls

    return bool(known_controls(run_id))
