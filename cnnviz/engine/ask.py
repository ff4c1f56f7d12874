"""The one way to ask a worker about a net or a data set."""

import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.engine.engine import Engine
from cnnviz.engine.remote.questions import (
    DatasetReference,
    ModelReference,
    ModelWanted,
    NetSource,
    Reference,
    answer,
    check_question,
)
from cnnviz.errors import UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE, MODEL_FILE, net_name, net_version
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.loop.job import TrainingJob


@dataclass(frozen=True)
class RunModel:
    """The net of a run: as it ended, or as it was at the end of an epoch that is kept."""

    run_id: str
    epoch: int | None = None


@dataclass(frozen=True)
class NetFile:
    """A net that is in no run: its spec, and its file for browsers."""

    architecture: Architecture
    net: bytes = field(repr=False)


@dataclass(frozen=True)
class Images:
    """A data set by its name or path, read with the options of `datasets.registry.load_dataset`."""

    dataset: str
    options: dict[str, Any] = field(default_factory=dict)


Subject = RunModel | NetFile | Images | None


def ask(engine: Engine, subject: Subject, question: str, **parameters: Any) -> Any:
    """Ask a worker.

    Parameters
    ----------
    engine : Engine
    subject : RunModel, NetFile, Images or None
        What the question is about; None for one about nothing but its parameters.
    question : str
        A name in `remote.questions.QUESTIONS`.
    **parameters
        Those that the table lists with it, all of them.

    Returns
    -------
    Whatever the question's function returns.

    Raises
    ------
    UnknownName
        There is no such question or run, or the run has left no net (of that epoch).
    InvalidInput
        The parameters or the subject are not those of the question.
    EngineUnavailable
        No worker answers in time.
    """
    reference, load_source = _reference(engine.store, subject)
    wanted = check_question(question, reference, parameters)
    try:
        return engine.call(answer, question, reference, parameters, timeout=wanted.seconds)
    except ModelWanted as missing:
        whole = ModelReference(missing.key, load_source())
        return engine.call(answer, question, whole, parameters, timeout=wanted.seconds)


def _reference(store: RunStore, subject: Subject) -> tuple[Reference, Any]:
    """How a question names its subject, and what gives the source of a model that the worker does not hold."""
    match subject:
        case RunModel(run_id, epoch):
            run = store.get(run_id)
            key = f"{run_id}@{epoch or 'end'}@{net_version(store, run, epoch)}"
            whole = partial(_brought_along, store, run) if run.origin else partial(store.load_file, run_id, MODEL_FILE)
            return ModelReference(key), whole if epoch is None else partial(_at_epoch, store, run_id, epoch)
        case NetFile(architecture, net):
            key = hashlib.sha256(architecture.to_json().encode() + net).hexdigest()
            return ModelReference(key), lambda: NetSource(architecture, net)
        case Images(dataset, options):
            return DatasetReference(dataset, options), None
    return None, None


def _brought_along(store: RunStore, run: Run) -> NetSource:
    published = store.published(run.id, net_name())
    if published is None:
        raise UnknownName(f"The net of run {run.id!r} is gone. Bring its file again.")
    return NetSource(run.architecture, store.load_published(published))


def _at_epoch(store: RunStore, run_id: str, epoch: int) -> TrainingJob:
    run = store.get(run_id)
    checkpoint = store.load_file(run_id, CHECKPOINT_FILE.format(epoch))
    return TrainingJob(run_id, run.architecture, run.config, epoch, checkpoint)
