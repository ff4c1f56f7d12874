"""Runs made by hand in a store, and small trainings without a worker, for the tests of what is taken along."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.reports.notebook.build import run_cells
from cnnviz.runs.files import START_NET, TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig, load_options, make_config
from cnnviz.training.events import DatasetFacts, EpochEnded, Started

CLASSES = ("face", "no face")
TEST = TestPredictions(np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]], np.float32), np.array([0, 1, 1]), CLASSES)
EPOCHS = [
    {"loss": 0.9, "val_loss": 0.8, "accuracy": 0.5, "norms": {"conv_1": {"weights": 2.0, "dead": 0.25}}},
    {"loss": 0.4, "val_loss": 0.7, "accuracy": 0.75, "confusion": [[1, 0], [1, 1]]},
]
POINTS = [{"epoch": 0.5, "loss": 1.0, "learning_rate": 0.001}, {"epoch": 2.0, "loss": 0.4, "learning_rate": 0.001}]


def finished_run(store: RunStore, **config: Any) -> Run:
    """A run of two epochs with answers to three test images."""
    run = store.create(
        get_preset("digits-small").architecture, TrainingConfig(dataset="faces", epochs=2, **config), name="mine"
    )
    for number, (epoch, point) in enumerate(zip(EPOCHS, POINTS, strict=True), 1):
        store.add_points(run.id, number, [point])
        store.add_epoch(run.id, number, epoch, seconds=10.0 * number)
    store.save_file(run.id, TEST_FILE, TEST.to_bytes())
    store.update(
        run.id,
        status=Status.FINISHED,
        metrics={"accuracy": 2 / 3},
        device="CPU, 2 cores",
        seconds=20.0,
        facts=DatasetFacts(CLASSES, (28, 28, 1), 10, 0, 3),
        progress=Progress(epoch=2, batch=1, num_batches=1),
    )
    return store.get(run.id)


def trained(store: RunStore, net: Architecture, *, start: bytes | None = None, **fields: Any) -> Run:
    """A run that was trained in this process, as a worker and the server make it; `start` is what it begins with."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.training.loop.control import Control
    from cnnviz.training.loop.job import TrainingJob
    from cnnviz.training.loop.run import train

    config = make_config(fields)
    run = store.create(net, config)
    if start is not None:
        store.publish(run.id, START_NET, start)
    started: list[Started] = []

    def emit(event: object) -> None:
        if isinstance(event, Started):
            started.append(event)
        if isinstance(event, EpochEnded):
            store.add_epoch(run.id, event.epoch, event.metrics)

    data = load_dataset(config.dataset, **load_options(config, net.input_shape))
    result = train(TrainingJob(run.id, net, config, start=start), data, emit=emit, control=Control())
    store.save_file(run.id, TEST_FILE, result.test.to_bytes())
    num_batches = started[0].num_batches
    store.update(
        run.id,
        status=Status.STOPPED if result.stopped else Status.FINISHED,
        metrics=result.metrics,
        message=result.stopped,
        architecture=started[0].architecture,
        facts=started[0].facts,
        progress=Progress(epoch=store.last_epoch(run.id), batch=num_batches, num_batches=num_batches),
    )
    return store.get(run.id)


def code_of(store: RunStore, run: Run) -> list[str]:
    """The cells of code of a run's notebook."""
    return [cell.source for cell in run_cells(engine_with(store), run) if cell.is_code]


def engine_with(store: RunStore) -> Any:
    """An engine without a worker: what it is asked is answered in this process."""
    return SimpleNamespace(store=store, call=lambda function, *args, timeout: function(*args))  # noqa: ARG005


def executed(cells: list[str]) -> dict[str, Any]:
    """What is there after the cells have run in this process."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    names: dict[str, Any] = {}
    for source in cells:
        exec(compile(source, "a cell of the notebook", "exec"), names)
        plt.close("all")
    return names


def store_in(folder: Path) -> RunStore:
    """A store of its own."""
    return RunStore(folder / "home", f"sqlite:///{folder / 'runs.db'}")
