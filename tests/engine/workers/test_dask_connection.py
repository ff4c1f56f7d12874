"""A lost connection holds nobody up."""

import asyncio
import os
import time
from functools import partial
from pathlib import Path

import pytest
from distributed import CancelledError

from cnnviz.engine.engine import Engine
from cnnviz.engine.workers import dask_connection
from cnnviz.engine.workers.cluster import IS_WARMING
from cnnviz.engine.workers.dask_connection import PatientClient
from cnnviz.engine.workers.worker_connection import READY_SECONDS, EngineStatus, WorkerConnection, cancel_task
from cnnviz.errors import EngineUnavailable
from tests.helpers import SECONDS, until


@pytest.fixture
def client(engine: Engine) -> PatientClient:
    known = engine.connection.client()
    return PatientClient(known.scheduler.address, set_as_default=False, security=known.security)


def test_a_question_that_nobody_answers_comes_to_an_end(client: PatientClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_connection, "ANSWER_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        client.sync(asyncio.sleep, 3600)
    monkeypatch.undo()
    assert set(client.run(os.getpid)), "the next one is answered"
    client.close()


def test_a_closed_connection_is_said_at_once_and_its_tasks_can_be_cancelled(client: PatientClient) -> None:
    task = client.submit(os.getpid, pure=False)
    assert task.result(timeout=SECONDS) != os.getpid()
    client.close()
    cancel_task(task)
    with pytest.raises(OSError, match="closed"):
        client.run(os.getpid)


def test_a_question_that_meets_a_lost_connection_waits_for_the_next_one(engine: Engine) -> None:
    until(lambda: engine.status().state == "ready")
    lost = engine.connection.client()
    lost.close()  # nobody has noticed it yet
    assert engine.call(os.getpid, timeout=SECONDS) != os.getpid()
    assert engine.connection.client() is not lost


class Watched(WorkerConnection):
    """Notes every status that it has had: one that is soon over may be past before somebody looks."""

    def __init__(self) -> None:
        self.had: list[EngineStatus] = []
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "_status":
            self.had.append(value)


def test_a_connection_that_is_lost_while_its_worker_warms_is_made_anew_and_nobody_is_told_an_inner_name(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    until(lambda: engine.status().state == "ready")
    monkeypatch.setattr(dask_connection.tasks, "probe", partial(_wait_for, str(tmp_path / "warm")))
    connection = Watched()
    connection.start()
    try:
        until(lambda: connection.status.state == "warming")
        lost = connection.client()
        monkeypatch.undo()
        lost.close()
        (tmp_path / "warm").touch()
        until(lambda: connection.status.state == "ready")
        had = tuple(connection.had)
        assert connection.client() is not lost
    finally:
        connection.close()
    assert [status.state for status in had] == ["starting", "warming", "starting", "warming", "ready"]
    assert {status.message for status in had} == {""}


def test_what_nobody_has_foreseen_of_a_connection_is_said_in_a_sentence(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise KeyError("tcp://127.0.0.1:1")

    until(lambda: engine.status().state == "ready")
    monkeypatch.setattr(dask_connection, "probe_worker", fail)
    connection = WorkerConnection()
    connection.start()
    try:
        until(lambda: connection.status.state == "lost")
        with pytest.raises(EngineUnavailable, match=r"^The connection to the workers failed\. It is tried again"):
            connection.client()
    finally:
        connection.close()


def test_a_task_that_is_cancelled_ends_for_those_who_wait_for_it(client: PatientClient) -> None:
    blocked = client.submit(asyncio.sleep, 3600, pure=False)
    cancel_task(blocked)
    with pytest.raises(CancelledError):
        blocked.result(timeout=SECONDS)
    client.close()


def test_a_command_that_comes_while_the_connection_is_lost_is_refused_in_a_sentence(
    client: PatientClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(client.nthreads)  # a worker may just be started again
    connection, worker = WorkerConnection(), next(iter(client.nthreads()))
    monkeypatch.setattr(connection, "client", lambda _: client)  # it is not noticed yet that it has closed
    assert connection.run_on(worker, os.getpid) != os.getpid()
    client.close()
    with pytest.raises(EngineUnavailable, match="was just lost"):
        connection.run_on(worker, os.getpid)
    connection.send(os.getpid, worker=worker)  # nobody waits for what comes of it


def test_what_is_sent_to_a_worker_that_says_nothing_holds_nobody_up_and_arrives(
    client: PatientClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    until(client.nthreads)  # a worker may just be started again
    connection, worker = WorkerConnection(), next(iter(client.nthreads()))
    monkeypatch.setattr(connection, "client", lambda _: client)
    connection.send(_wait_for, str(tmp_path / "go"), worker=worker)  # in its event loop, as an import may take it
    connection.send(_write, str(tmp_path / "one"), worker=worker)
    connection.send(_write, str(tmp_path / "all"))
    connection.send(_write, str(tmp_path / "none"), worker="tcp://127.0.0.1:1")
    (tmp_path / "go").touch()  # who waited for the worker would not come here
    until(lambda: (tmp_path / "one").exists() and (tmp_path / "all").exists())
    assert not (tmp_path / "none").exists()
    client.close()


def test_nobody_waits_for_a_connection_that_is_not_there_to_send_something() -> None:
    connection, began = WorkerConnection(), time.monotonic()
    connection.send(os.getpid)
    with pytest.raises(EngineUnavailable):
        connection.client(0)
    assert time.monotonic() - began < READY_SECONDS / 2


def test_the_scheduler_is_told_of_each_worker_whether_it_still_warms(client: PatientClient) -> None:
    until(client.nthreads)  # a worker may just be started again
    known = client.sync(client.scheduler.identity, n_workers=-1)["workers"].values()
    assert {type(worker["metrics"][IS_WARMING]) for worker in known} == {bool}
    client.close()


def _wait_for(path: str) -> None:
    end = time.monotonic() + SECONDS
    while not Path(path).exists() and time.monotonic() < end:
        time.sleep(0.01)


def _write(path: str) -> None:
    Path(path).touch()
