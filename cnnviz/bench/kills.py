"""Twenty workers and twenty servers are killed (SIGKILL) while they train: what is lost of the trainings."""

import os
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.harness import PROJECT, Server, fresh_engine
from cnnviz.engine.engine import Engine
from cnnviz.engine.trainings.dispatcher import MAX_RESTARTS
from cnnviz.errors import EngineUnavailable
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig

KILLS = 20
EPOCHS = 3 * KILLS
PATIENCE = 300.0  # seconds until a training has gone on
END_SECONDS = 30.0  # until the workers of a killed server have noticed
NET = get_preset("digits-small").architecture
SERVER = f"""
import threading, time
from contextlib import asynccontextmanager
import streamlit as st
from cnnviz.access.visitor import OPERATOR
from cnnviz.runs.records import Status
from cnnviz.ui.app import services, sessions

def go_on():
    while True:
        for run in services.store().recent(OPERATOR):
            if run.status is Status.INTERRUPTED:
                services.engine().resume(run.id, by=OPERATOR)
        time.sleep(0.2)

@asynccontextmanager
async def lifespan(app):
    async with sessions.lifespan(app):
        threading.Thread(target=go_on, daemon=True).start()
        yield

app = st.App({str(PROJECT / "cnnviz" / "ui" / "main.py")!r}, lifespan=lifespan)
"""  # the app, with somebody who presses Resume as soon as that is offered


def measure() -> dict[str, Any]:
    """Kill workers of an engine, then servers that train.

    Returns
    -------
    dict
        "workers" and "servers", each with: "killed", "epochs_lost" that were recorded and had to be done again,
        "broken" (trainings with a hole or a repetition in their curves, or without a net), "left_over" (processes that
        outlived their server), "seconds_to_go_on" (the longest wait for the next epoch); "goal", "text".
    """
    workers, servers = _kill_workers(), _kill_servers()
    figures = {"workers": workers, "servers": servers}
    words = "; ".join(
        f"{one['killed']} {name} killed: {one['epochs_lost']} kept epochs lost, {one['broken']} curves broken, "
        f"{one['left_over']} processes left over, next epoch after {one['seconds_to_go_on']:.0f} s at most"
        for name, one in figures.items()
    )
    return {**figures, "goal": "nothing lost", "text": words}


def _kill_workers() -> dict[str, Any]:
    waits, lost, broken, killed = [], 0, 0, 0
    with fresh_engine() as engine:
        while killed < KILLS:
            run_id = engine.train(NET, TrainingConfig(epochs=EPOCHS), by=OPERATOR).id
            _wait_for_epoch(engine.store, run_id, after=0)
            for _ in range(min(MAX_RESTARTS, KILLS - killed)):  # a run is given up when its worker dies too often
                done = engine.store.last_epoch(run_id)
                os.kill(_worker_pid(engine), signal.SIGKILL)
                killed += 1
                waits.append(_wait_for_epoch(engine.store, run_id, after=done))
                lost += max(0, done - engine.store.get(run_id).progress.epochs_done)
            engine.command(run_id, "stop", by=OPERATOR)
            run = engine.wait(run_id)
            broken += run.status is not Status.STOPPED or not run.metrics or not _is_continuous(engine.store, run_id)
    return _figures(killed, lost, broken, 0, waits)


def _kill_servers() -> dict[str, Any]:
    waits, lost, left_over = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "server.py"
        script.write_text(SERVER)
        store = RunStore(Path(folder))
        run_id = store.create(NET, TrainingConfig(epochs=EPOCHS)).id
        store.update(run_id, status=Status.INTERRUPTED)
        for _ in range(KILLS):
            done, started = store.last_epoch(run_id), time.monotonic()
            server = Server(Path(folder), script=script).wait_until_up()
            _wait_for_epoch(store, run_id, after=done)
            waits.append(time.monotonic() - started)
            lost += max(0, done - store.get(run_id).progress.epochs_done)
            left_over += _kill(server)
        with_end = Server(Path(folder), script=script).wait_until_up()
        _until(lambda: store.get(run_id).metrics)
        with_end.close()
        is_whole = _is_continuous(store, run_id) and store.last_epoch(run_id) == EPOCHS
    return _figures(KILLS, lost, int(not is_whole), left_over, waits)


def _kill(server: Server) -> int:
    """Kill a server; returns how many of its processes are left."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.process.kill()
    server.close()
    return len(psutil.wait_procs(children, timeout=END_SECONDS)[1])


def _worker_pid(engine: Engine) -> int:
    """The process of the worker; the engine may just be connecting."""
    while True:
        with suppress(EngineUnavailable):
            return engine.call(os.getpid)


def _went_on(store: RunStore, run_id: str) -> int:
    """The last epoch that the present attempt has recorded; 0 before its first."""
    run = store.get(run_id)
    last = store.last_epoch(run_id)
    return last if run.status is Status.RUNNING and run.progress.epoch > run.progress.epochs_done else 0


def _is_continuous(store: RunStore, run_id: str) -> bool:
    """Whether each epoch and each batch is recorded once, in order."""
    curves = store.curves(run_id)
    epochs, places = [row["epoch"] for row in curves.epochs], [point["epoch"] for point in curves.points]
    return epochs == list(range(1, len(epochs) + 1)) and places == sorted(set(places))


def _wait_for_epoch(store: RunStore, run_id: str, *, after: int) -> float:
    return _until(lambda: _went_on(store, run_id) > after)


def _until(condition: Callable[[], object]) -> float:
    """Seconds until a condition holds; raises EngineUnavailable after PATIENCE."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > PATIENCE:
            raise EngineUnavailable(f"A training did not go on within {PATIENCE:g} s after a kill.")
        time.sleep(0.05)
    return time.monotonic() - started


def _figures(killed: int, lost: int, broken: int, left_over: int, waits: list[float]) -> dict[str, Any]:
    return {
        "killed": killed,
        "epochs_lost": lost,
        "broken": broken,
        "left_over": left_over,
        "seconds_to_go_on": round(max(waits), 1),
    }
