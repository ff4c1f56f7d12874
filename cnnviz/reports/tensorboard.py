"""A run as TensorBoard shows it: a zip to unpack, and to open by `tensorboard --logdir FOLDER`.

Names and folders are those of Keras's own callback (`keras.callbacks.TensorBoard`): what was measured in training lies
in `train`, the rest in `validation`, so that both are drawn into one figure.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import numpy as np

from cnnviz.engine.ask import ask
from cnnviz.engine.engine import Engine
from cnnviz.evaluation.confusion import row_percent
from cnnviz.runs.records import Curves, Run
from cnnviz.text.markup import as_plain_markdown

EVENT_FILE = "events.out.tfevents.{:.0f}.cnnviz"
CELL = 16  # pixels of the side of a cell of the matrix
VALIDATION = "val_"

Scalar = tuple[str, int, float, float]


def event_files(engine: Engine, run: Run) -> bytes:
    """Give a zip with the event files of a run, a folder of its name with `train` and `validation`.

    Raises EngineUnavailable where no worker answers: TensorFlow itself writes them.
    """
    curves = engine.store.curves(run.id)
    ends = engine.store.epoch_ends(run.id)
    began = run.created.replace(tzinfo=UTC).timestamp() if run.created.tzinfo is None else run.created.timestamp()
    times = [began + (ends[place] if place < len(ends) else place + 1.0) for place in range(len(curves.epochs))]
    logs: dict[str, dict[str, Any]] = {
        "train": {
            "scalars": [*_of_epochs(curves, times, is_validation=False), *_of_batches(curves, began, times)],
            "texts": [("settings", _settings(run)), ("net", _as_code(run.architecture.to_json()))],
        },
        "validation": {
            "scalars": list(_of_epochs(curves, times, is_validation=True)),
            "images": list(_matrices(curves, times)),
        },
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, log in logs.items():
            content = ask(engine, None, "event_file", **{"texts": [], "images": [], **log})
            archive.writestr(f"{run.id}/{part}/{EVENT_FILE.format(began)}", content)
    return file.getvalue()


def _of_epochs(curves: Curves, times: list[float], *, is_validation: bool) -> Iterator[Scalar]:
    """Numbers of each epoch, at its step from 0 on as Keras counts them; norms by layer are those of training."""
    for place, (epoch, seconds) in enumerate(zip(curves.epochs, times, strict=True)):
        for name, value in epoch.items():
            if isinstance(value, int | float) and name != "epoch" and name.startswith(VALIDATION) == is_validation:
                yield f"epoch_{name.removeprefix(VALIDATION)}", place, seconds, float(value)
        for layer, norms in {} if is_validation else epoch.get("norms", {}).items():
            yield from ((f"{name}/{layer}", place, seconds, float(value)) for name, value in norms.items())


def _of_batches(curves: Curves, began: float, times: list[float]) -> Iterator[Scalar]:
    """Numbers of batches, at the batch that they are of: points know it as the part of the epoch that is done."""
    ends = [began, *times]
    for number, point in enumerate(curves.points):
        at = min(point["epoch"], len(ends) - 1.0)
        seconds = float(np.interp(at, range(len(ends)), ends))
        for name, value in point.items():
            if name != "epoch":
                yield f"batch_{name}", number, seconds, float(value)


def _matrices(curves: Curves, times: list[float]) -> Iterator[tuple[str, int, float, np.ndarray]]:
    """The confusion matrix of the validation after each epoch: rows are true classes, white is all images of one."""
    for place, (epoch, seconds) in enumerate(zip(curves.epochs, times, strict=True)):
        if counts := epoch.get("confusion"):
            shares = np.nan_to_num(row_percent(np.array(counts))) / 100
            pixels = np.rint(255 * shares).astype(np.uint8)
            yield "confusion_matrix", place, seconds, np.kron(pixels, np.ones((CELL, CELL), np.uint8))[..., None]


def _settings(run: Run) -> str:
    """Settings and results as a table of Markdown, which the tab Text draws."""
    rows = {"name": run.name, "device": run.device, "seconds": run.seconds, **run.metrics, **run.config.model_dump()}
    lines = [f"| {as_plain_markdown(name)} | {_cell(value)} |" for name, value in rows.items()]
    return "\n".join(["| setting | value |", "|---|---|", *lines])


def _cell(value: object) -> str:
    return as_plain_markdown(value).replace("|", "&#124;")


def _as_code(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
