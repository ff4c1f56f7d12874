"""Nets that visitors bring along: read, kept as runs of their own, and changed in what their files do not tell."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.datasets.dataset import class_names
from cnnviz.errors import CnnvizError, InvalidInput
from cnnviz.models.net_file import read_manifest
from cnnviz.models.read_model import file_format, read_model, refuse_other_program
from cnnviz.models.refit import refit
from cnnviz.runs.files import REPORT_FILE, TEST_FILE, net_name
from cnnviz.runs.permitted import MAX_NAME, require_changeable, usual_sharing
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import require_room
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts

NO_IMAGES = TrainingConfig(dataset="", epochs=1)
DIGIT_SHAPE = (28, 28, 1)
_reading = threading.Lock()  # a file may take half a gigabyte while it is read: one at a time


@dataclass(frozen=True)
class OwnNet:
    """A net that was brought along.

    Attributes
    ----------
    architecture : Architecture
    net : bytes
        Its file for browsers, with the names of its classes.
    name : str
        Of its run; it is cut where it is too long.
    origin : str
        Kind of the file that it came in: "keras", "h5" or "onnx".
    report : dict
        What was found in the file, as plain data: `read_report` gives it back.
    """

    architecture: Architecture
    net: bytes = field(repr=False)
    name: str
    origin: str
    report: dict[str, Any] = field(default_factory=dict)


def keep_net(store: RunStore, brought: OwnNet, *, by: Visitor) -> Run:
    """Make a run of a net that a visitor has brought along; it belongs to them.

    Returns
    -------
    Run
        Finished, without epochs.

    Raises
    ------
    InvalidModel
        Its owner keeps too much already (`CNNVIZ_MAX_UPLOAD_BYTES`).
    StoreUnavailable
        It cannot be written.
    """
    require_room(store, by, len(brought.net))
    run = store.create(
        brought.architecture,
        NO_IMAGES,
        name=brought.name.strip()[:MAX_NAME],
        owner=by.id,
        sharing=usual_sharing(by.id),
        origin=brought.origin,
    )
    try:
        store.publish(run.id, net_name(), brought.net)
        store.save_file(run.id, REPORT_FILE, json.dumps(brought.report).encode())
        _note_change(store, run.id, brought.architecture, tuple(read_manifest(brought.net)["classes"]))
    except CnnvizError:
        store.delete(run.id)
        raise
    return store.get(run.id)


def read_report(store: RunStore, run_id: str) -> dict[str, Any]:
    """What was found in the file of a net that was brought along; empty where it was not kept."""
    return json.loads(store.load_file(run_id, REPORT_FILE)) if store.has_file(run_id, REPORT_FILE) else {}


def read_own_net(data: bytes, *, file_name: str, json_text: bytes | None = None, classes: Sequence[str] = ()) -> OwnNet:
    """Read a net that was made elsewhere; nothing in its file is executed.

    Parameters
    ----------
    data : bytes
        Of a .keras, .h5 or .onnx file.
    file_name : str
        The net is named by it.
    json_text : bytes, optional
        Our JSON of the net, for a file that holds only weights.
    classes : sequence of str
        Names of its classes, where the file does not tell them.

    Raises
    ------
    InvalidModel
        The file is none of these, is damaged or too large, or nothing of the net can be shown.
    InvalidInput
        There are more or fewer names than the net has classes.
    """
    refuse_other_program(file_name)
    name = PurePath(file_name).stem
    with _reading:
        found = read_model(data, name=name, json_text=json_text)
    names = _fitting_names(found.architecture, classes) if classes else found.classes
    net = refit(found.net, found.architecture, names) if names else found.net
    report = {
        "file": file_name,
        "layers": [asdict(line) for line in found.report],
        "scaling": found.architecture.scaling.model_dump(mode="json"),
        "scaling_reason": found.scaling_reason,
        "followed_to": found.followed_to,
        "note": found.note,
    }
    return OwnNet(found.architecture, net, name, file_format(data), report)


def no_answer(report: Mapping[str, Any]) -> str:
    """Say why a net that was brought along, and that ends with maps, gives no answer."""
    until = report.get("followed_to")
    why = f"{until!r} in its file cannot be followed. Its maps are shown up to there" if until else "it ends with maps"
    return f"This net gives no answer: {why}."


def with_input(brought: OwnNet, *, scaling: InputScaling) -> OwnNet:
    """Scale the pixels of a net in another way; raises InvalidArchitecture where it does not fit its channels."""
    architecture = _with_input(brought.architecture, scaling, brought.architecture.input_shape[:2])
    net = refit(brought.net, architecture, read_manifest(brought.net)["classes"])
    return replace(brought, architecture=architecture, net=net)


def _with_input(architecture: Architecture, scaling: InputScaling, size: tuple[int, int]) -> Architecture:
    shape = (*size, architecture.input_shape[2])
    return Architecture.from_fields(
        {**architecture.model_dump(), "input_shape": shape, "scaling": scaling.model_dump()}
    )


def num_answers(architecture: Architecture) -> int:
    """How many classes a net tells apart: one output is the probability of the second of two. 0: it ends with maps."""
    shape = analyze(architecture).layers[-1].output_shape
    return max(2, shape[0]) if len(shape) == 1 else 0


def input_style(architecture: Architecture) -> Literal["digit", "photo"]:
    """How a picture is brought into the form of a net of which nobody knows what it learned from."""
    return "digit" if architecture.input_shape == DIGIT_SHAPE else "photo"


def split_names(text: str) -> tuple[str, ...]:
    """Names of classes as people type them: one a line, or in one line with commas."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    names = lines[0].split(",") if len(lines) == 1 else lines
    return tuple(name.strip().strip(",").strip() for name in names if name.strip(", "))


def change_own(
    store: RunStore,
    run_id: str,
    *,
    classes: Sequence[str],
    scaling: InputScaling,
    size: tuple[int, int],
    by: Visitor,
) -> Run:
    """Change what the file of a net did not tell; what was evaluated of it before is forgotten.

    Parameters
    ----------
    store : RunStore
    run_id : str
    classes : sequence of str
        A name for each class.
    scaling : InputScaling
        How its pixels are scaled.
    size : (height, width)
        Of the pictures that it takes.
    by : Visitor
        Owner of the run, or the operator.

    Raises
    ------
    InvalidInput
        There are more or fewer names than classes.
    InvalidModel
        The net cannot take pictures of that size, or scaled like that.
    UnknownName, NotAllowed
        There is no such run for this visitor, or they may only look at it.
    """
    require_changeable(store, run_id, by)
    run = store.get(run_id)
    architecture = _with_input(run.architecture, scaling, size)
    names = _fitting_names(architecture, classes)
    if architecture == run.architecture and names == run.facts.classes:
        return run
    published = store.published(run.id, net_name())
    if published is not None:
        store.publish(run.id, net_name(), refit(store.load_published(published), architecture, names))
    _note_change(store, run.id, architecture, names)
    return store.get(run.id)


def _fitting_names(architecture: Architecture, classes: Sequence[str]) -> tuple[str, ...]:
    number = num_answers(architecture)
    if len(classes) != number:
        raise InvalidInput(
            f"There must be a name for each of the {number:,} classes of the net, one a line. "
            f"Received: {len(classes):,} names."
        )
    return class_names(classes)


def _note_change(store: RunStore, run_id: str, architecture: Architecture, classes: tuple[str, ...]) -> None:
    """Write what a net is now; what it has answered as it was before is forgotten."""
    store.delete_file(run_id, TEST_FILE)
    store.update(
        run_id,
        status=Status.FINISHED,
        architecture=architecture.to_json(),
        config=NO_IMAGES.model_dump_json(),
        facts=DatasetFacts(classes, architecture.input_shape, input_style=input_style(architecture)),
        metrics={"params": analyze(architecture).totals.params},
        progress=Progress(started=time.time()),
    )
