"""A disk that is full in the middle of a training, for real: the process may write no file any more, then again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource")
pytestmark = pytest.mark.usefixtures("scheduler")

PROGRAM = """
import json, resource, signal, sys, time
from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings import event_loop
from cnnviz.engine.engine import Engine
from cnnviz.errors import StoreUnavailable
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.training.config import TrainingConfig

comes_back = sys.argv[1] == "True"
event_loop.KEEP_TRYING_SECONDS = 600 if comes_back else 1
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def until(condition):
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < 150, "waited too long"
        time.sleep(0.05)

def allow(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

engine = Engine(RunStore()).start()
run_id = engine.train(get_preset("digits-small").architecture, TrainingConfig(epochs=15, limit=500), by=OPERATOR).id
engine.command(run_id, "pause", by=OPERATOR)  # else all of it could be written before the disk is full
for epoch in (1, 2):
    until(lambda: engine.store.get(run_id).progress.paused)
    engine.command(run_id, "epoch", by=OPERATOR)
    until(lambda: engine.store.last_epoch(run_id) == epoch)
until(lambda: engine.store.get(run_id).progress.paused)
allow(0)
engine.command(run_id, "resume", by=OPERATOR)
until(lambda: engine.trouble(run_id))
told = {"trouble": engine.trouble(run_id)}
if comes_back:
    time.sleep(INTERRUPTED_AFTER.total_seconds() + 1)
    told["meanwhile"] = engine.store.get(run_id).status
    until(lambda: not any(engine.connection.client().processing().values()))  # the worker has ended it
else:
    try:
        engine.wait(run_id)
    except StoreUnavailable as error:
        told["error"] = str(error)
    told["after"] = engine.trouble(run_id)
    until(lambda: not engine.store.get(run_id).status.is_active)
    told["given up"] = engine.store.get(run_id).status
allow(resource.RLIM_INFINITY)
if not comes_back:
    engine.resume(run_id, by=OPERATOR)
run = engine.wait(run_id)
curves = engine.store.curves(run_id)
told |= {
    "status": run.status,
    "accuracy": run.metrics["accuracy"],
    "epochs": [row["epoch"] for row in curves.epochs],
    "points": [point["epoch"] for point in curves.points],
    "model": len(engine.store.load_file(run_id, "model.keras")),
    "left": engine.trouble(run_id),
}
engine.close()
print(json.dumps(told))
"""


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_full_disk_is_said_and_the_training_is_not_lost(project: Path, tmp_path: Path, comes_back: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(comes_back)],
        cwd=project,
        env={**os.environ, "CNNVIZ_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert "The training goes on meanwhile" in told["trouble"]
    assert str(tmp_path) in told["trouble"]
    assert "Free some space" in told["trouble"]
    assert f"The run store in {tmp_path} cannot be used" in done.stderr  # the log
    assert "Traceback" not in done.stderr
    if comes_back:
        assert told["meanwhile"] == "running"
    else:
        assert told["error"] == told["after"]
        assert "is lost" in told["error"]
        assert told["given up"] == "interrupted"
    assert told["status"] == "finished"
    assert told["accuracy"] > 0.5
    assert told["epochs"] == list(range(1, 16))
    assert told["points"] == sorted(set(told["points"]))
    assert told["points"][-1] == 15
    assert told["model"] > 10_000
    assert told["left"] == ""
