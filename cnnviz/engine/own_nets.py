"""Nets that visitors bring along: kept as runs of their own, changed in what their files do not tell, evaluated."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError
from cnnviz.evaluation.class_match import match_classes
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.files import REPORT_FILE, TEST_FILE, net_name
from cnnviz.runs.permitted import MAX_NAME, require_changeable, usual_sharing
from cnnviz.runs.records import Progress, Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import require_room
from cnnviz.training.config import TrainingConfig, load_options
from cnnviz.training.events import DatasetFacts

NO_IMAGES = TrainingConfig(dataset="", epochs=1)
DIGIT_SHAPE = (28, 28, 1)
BY_ORDER = "The classes of the net have other names than those of the images, so they were matched in order: {pairs}."
SHOWN_PAIRS = 4


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


def num_answers(architecture: Architecture) -> int:
    """How many classes a net tells apart: one output is the probability of the second of two. 0: it ends with maps."""
    shape = analyze(architecture).layers[-1].output_shape
    return max(2, shape[0]) if len(shape) == 1 else 0


def evaluate_own(engine: Engine, run_id: str, config: TrainingConfig, *, by: Visitor) -> Run:
    """Let a net that was brought along answer the test images of a data set, as a training's end does.

    Parameters
    ----------
    engine : Engine
    run_id : str
    config : TrainingConfig
        Its `dataset` and `images` count.
    by : Visitor
        Owner of the run, or the operator.

    Returns
    -------
    Run
        With metrics, and `config` as its settings. A net whose classes had numbers takes the names of the images'.

    Raises
    ------
    InvalidInput
        The images have more or fewer classes than the net.
    UnknownName, NotAllowed
        There is no such run or data set for this visitor, or they may only look at it.
    EngineUnavailable
        No worker answers in time.
    """
    store = engine.store
    require_changeable(store, run_id, by)
    require_usable(config.dataset, by, store.home)
    run = store.get(run_id)
    dataset = DATASETS[config.dataset].tested_on if config.dataset in DATASETS else config.dataset
    options = load_options(config, run.architecture.input_shape)
    match_classes(run.facts.classes, describe(dataset, **options).classes)  # before the images are loaded
    test, info, notes = ask(engine, RunModel(run.id), "test_set_answers", tested_on=dataset, options=options)
    match = match_classes(run.facts.classes, test.classes)
    in_order = TestPredictions(np.ascontiguousarray(test.probabilities[:, match.places]), test.labels, test.classes)
    classes = run.facts.classes if match.by_name or not _are_numbers(run.facts.classes) else test.classes
    said = () if match.by_name else (_by_order(run.facts.classes, test.classes),)
    facts = replace(
        run.facts, classes=classes, num_test=len(test.labels), input_style=info.input_style, notes=(*said, *notes)
    )
    num_params = analyze(run.architecture).totals.params
    one_output = analyze(run.architecture).layers[-1].output_shape == (1,)
    store.save_file(run.id, TEST_FILE, in_order.to_bytes())
    store.update(
        run.id,
        config=config.model_copy(update={"epochs": 1}).model_dump_json(),
        facts=facts,
        metrics=final_metrics(in_order, num_params, one_output=one_output),
        progress=Progress(started=time.time()),
    )
    return store.get(run.id)


def _are_numbers(classes: Sequence[str]) -> bool:
    """Whether the net's file gave its classes no names."""
    return list(classes) == [str(place) for place in range(len(classes))]


def _by_order(of_net: Sequence[str], of_data: Sequence[str]) -> str:
    pairs = [f"{net} is {data}" for net, data in zip(of_net, of_data, strict=True)]
    more = ["..."] if len(pairs) > SHOWN_PAIRS else []
    return BY_ORDER.format(pairs=", ".join([*pairs[:SHOWN_PAIRS], *more]))


def _note_change(store: RunStore, run_id: str, architecture: Architecture, classes: tuple[str, ...]) -> None:
    """Write what a net is now; what it has answered as it was before is forgotten."""
    shape = architecture.input_shape
    store.delete_file(run_id, TEST_FILE)
    store.update(
        run_id,
        status=Status.FINISHED,
        architecture=architecture.to_json(),
        config=NO_IMAGES.model_dump_json(),
        facts=DatasetFacts(classes, shape, input_style="digit" if shape == DIGIT_SHAPE else "photo"),
        metrics={"params": analyze(architecture).totals.params},
        progress=Progress(started=time.time()),
    )
