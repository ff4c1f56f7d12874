"""What lists of runs are sorted and filtered by, as columns of the table of runs: written whenever a run is changed.

Ten thousand nets and settings would else be read for a page of fifty.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import Session

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError
from cnnviz.runs.records import Status, read_epoch
from cnnviz.runs.tables import EpochRow, RunRow

METRIC = "val_accuracy"
"""Of an epoch: the best and the last value of it stand in the lists."""
UNREADABLE = ""
"""The `settings_key` of a run whose net or settings cannot be read."""

Columns = dict[str, Any]


def settings_columns(architecture: str, config: str) -> Columns:
    """Say what a net and the settings of its training (both as JSON) mean for lists.

    Returns
    -------
    dict
        "dataset", "seed", "optimizer", "params", "macs" (None each where it cannot be told), and "settings_key": the
        same for runs that differ in nothing but their seed.
    """
    columns: Columns = dict.fromkeys(("dataset", "seed", "optimizer", "params", "macs"))
    columns["settings_key"] = UNREADABLE
    with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        settings = json.loads(config)
        seed = settings.pop("seed", 0)
        columns |= {
            "dataset": str(settings["dataset"]),
            "seed": int(seed),
            "optimizer": str(settings["optimizer"])[:16],
        }
        text = json.dumps([json.loads(architecture), settings], sort_keys=True)
        columns["settings_key"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    with suppress(CnnvizError, ValueError, TypeError, RecursionError):
        totals = analyze(Architecture.from_json(architecture)).totals
        columns |= {"params": totals.params, "macs": totals.macs}
    return columns


def result_columns(status: str, metrics: Any) -> Columns:
    """Say what status and final metrics of a run mean for lists: "accuracy" on the test images, and "has_net"."""
    found = metrics if isinstance(metrics, Mapping) else {}
    ended = status in [known for known in Status if known.has_model]
    return {"accuracy": _number(found.get("accuracy")), "has_net": ended and bool(found)}


def changed_columns(session: Session, run_id: str, changes: Columns) -> Columns:
    """Say what changes of a run mean for lists; what does not change and is needed for it is read."""
    columns: Columns = {}
    if {"architecture", "config"} & changes.keys():
        columns |= settings_columns(**_with_present(session, run_id, changes, "architecture", "config"))
    if {"status", "metrics"} & changes.keys():
        columns |= result_columns(**_with_present(session, run_id, changes, "status", "metrics"))
    if "prediction" in changes:
        columns["expected_seconds"] = expected_seconds(changes["prediction"])
    return columns


def expected_seconds(prediction: Any) -> float | None:
    """Give the likeliest of the seconds that were predicted (least, likeliest, most), if any were."""
    return _number(prediction[1]) if isinstance(prediction, list | tuple) and len(prediction) > 1 else None


def epoch_columns(epoch: int, metrics: Mapping[str, Any]) -> Columns:
    """Say what an epoch that was just recorded means for lists; `best` is reckoned by the database."""
    value = _number(metrics.get(METRIC))
    if value is None:
        return {"epochs_done": epoch}
    best: ColumnElement[float | None] = case((RunRow.best >= value, RunRow.best), else_=value)
    return {"epochs_done": epoch, "last": value, "best": best}


def recount_epochs(session: Session, run_id: str) -> None:
    """Reckon anew what the recorded epochs of a run mean for lists: some were taken back, or copied."""
    rows = session.execute(
        select(EpochRow.epoch, EpochRow.metrics).where(EpochRow.run_id == run_id).order_by(EpochRow.epoch)
    )
    kept = [(epoch, _number(read_epoch(metrics).get(METRIC))) for epoch, metrics in rows]
    values = [value for _, value in kept if value is not None]
    columns = {
        "epochs_done": kept[-1][0] if kept else None,
        "last": values[-1] if values else None,
        "best": max(values, default=None),
    }
    session.execute(update(RunRow).where(RunRow.id == run_id).values(**columns))


def fill_missing(session: Session, num_bytes: Callable[[str], int]) -> None:
    """Fill the columns of runs that an older version has made; it takes a moment for thousands, once.

    Parameters
    ----------
    session : Session
    num_bytes : callable
        How much room the files of a run take, by its id.
    """
    columns = (RunRow.id, RunRow.architecture, RunRow.config, RunRow.status, RunRow.metrics, RunRow.prediction)
    for run in session.execute(select(*columns).where(RunRow.settings_key.is_(None))).all():
        found = {
            **settings_columns(run.architecture, run.config),
            **result_columns(run.status, run.metrics),
            "expected_seconds": expected_seconds(run.prediction),
        }
        with suppress(CnnvizError, OSError):
            found["num_bytes"] = num_bytes(run.id)
        session.execute(update(RunRow).where(RunRow.id == run.id).values(**found))
        recount_epochs(session, run.id)


def _with_present(session: Session, run_id: str, changes: Columns, *names: str) -> Columns:
    missing = [name for name in names if name not in changes]
    if not missing:
        return {name: changes[name] for name in names}
    row = session.execute(select(*(getattr(RunRow, name) for name in missing)).where(RunRow.id == run_id)).first()
    present = dict(zip(missing, row, strict=True)) if row else dict.fromkeys(missing)
    return {name: changes.get(name, present.get(name)) for name in names}


def _number(value: Any) -> float | None:
    """A finite number, which every database can sort by."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None
