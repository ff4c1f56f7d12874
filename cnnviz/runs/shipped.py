"""The Home page's net, trained beforehand and shipped: what a finished training of `recipes.STARTER` left.

`assets/nets/home` holds the net as Keras and as the browser reads it (with what is familiar to it), its answers to the
test images, and its record: settings, metrics and curves. `python -m cnnviz home-net` makes these files again.
"""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.runs.files import MODEL_FILE, TEST_FILE, net_name
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts, from_stored
from cnnviz.training.recipes import STARTER_NAME

HOME_NET = Path(__file__).parents[2] / "assets" / "nets" / "home"
NET_FILE = "home.net"
RECORD_FILE = "record.json"

Record = dict[str, Any]


@cache
def read_record(folder: Path = HOME_NET) -> Record:
    """Read the record: "architecture", "config", "metrics", "device", "seconds", "facts", "progress", "epochs"."""
    return json.loads((folder / RECORD_FILE).read_text("utf-8"))


def write_shipped(store: RunStore, run: Run, files: dict[str, bytes], folder: Path = HOME_NET) -> None:
    """Write a finished run as it is shipped.

    Parameters
    ----------
    store : RunStore
        Where the run is.
    run : Run
        A finished training of STARTER.
    files : dict
        File name -> content: MODEL_FILE (without the state of the optimizer, which is twice the size of the net),
        NET_FILE, TEST_FILE.
    folder : Path
    """
    curves = store.curves(run.id)
    epochs = [{**row, "seconds": store.seconds_until(run.id, row["epoch"])} for row in curves.epochs]
    record = {
        "architecture": json.loads(run.architecture.to_json()),
        "config": run.config.model_dump(mode="json"),
        "metrics": run.metrics,
        "device": run.device,
        "seconds": run.seconds,
        "facts": asdict(run.facts),
        "progress": asdict(run.progress),
        "epochs": epochs,
        "points": curves.points,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD_FILE).write_text(json.dumps(record, separators=(",", ":")), "utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)


def ensure_installed(store: RunStore) -> Run:
    """Give the run of the shipped net; it is entered into a store that has none, or has another version's."""
    record = read_record()
    run = store.find(STARTER_NAME)
    is_shipped = (
        run is not None and run.status is Status.FINISHED and run.progress.started == record["progress"]["started"]
    )
    if run is None or not is_shipped:
        return _install(store, record)
    published = store.published(run.id, net_name())
    has_net = published is not None and store.load_published(published) == (HOME_NET / NET_FILE).read_bytes()
    if not has_net or not store.has_file(run.id, MODEL_FILE):
        _copy_files(store, run.id)
    return run


def _install(store: RunStore, record: Record) -> Run:
    """Enter the net as a finished run of the operator's; it counts as finished last, when all of it is there."""
    architecture = Architecture.from_json(json.dumps(record["architecture"]))
    run = store.create(architecture, TrainingConfig(**record["config"]), name=STARTER_NAME)
    for row in record["epochs"]:
        epoch = row["epoch"]
        points = [point for point in record["points"] if epoch - 1 < point["epoch"] <= epoch]
        store.add_points(run.id, epoch, points)
        metrics = {name: value for name, value in row.items() if name not in ("epoch", "seconds")}
        store.add_epoch(run.id, epoch, metrics, seconds=row["seconds"])
    _copy_files(store, run.id)
    store.update(
        run.id,
        status=Status.FINISHED,
        progress=from_stored(Progress, record["progress"]),
        facts=from_stored(DatasetFacts, record["facts"]),
        **{name: record[name] for name in ("metrics", "device", "seconds")},
    )
    return store.get(run.id)


def _copy_files(store: RunStore, run_id: str) -> None:
    for name in (MODEL_FILE, TEST_FILE):
        store.save_file(run_id, name, (HOME_NET / name).read_bytes())
    store.publish(run_id, net_name(), (HOME_NET / NET_FILE).read_bytes())
