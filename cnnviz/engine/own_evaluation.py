"""A net that was brought along answers the test images of a data set, as the end of a training does."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnviz.access.visitor import Visitor
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.class_match import match_classes, match_note
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.permitted import require_changeable
from cnnviz.runs.records import Run
from cnnviz.runs.run_progress import Progress
from cnnviz.training.config import TrainingConfig, load_options


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
        The images have more or fewer classes than the net, or it was changed while it answered.
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
    now = store.get(run_id)
    if (now.architecture, now.facts.classes) != (run.architecture, run.facts.classes):
        raise InvalidInput("The net was changed while it answered, so its answers are not kept. Evaluate it again.")
    match = match_classes(run.facts.classes, test.classes)
    in_order = TestPredictions(np.ascontiguousarray(test.probabilities[:, match.places]), test.labels, test.classes)
    classes = run.facts.classes if match.by_name or not _are_numbers(run.facts.classes) else test.classes
    said = match_note(match, run.facts.classes, test.classes)
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
