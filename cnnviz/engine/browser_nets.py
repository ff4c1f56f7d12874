"""The nets of runs as browsers fetch them: made where they are missing, and their addresses."""

import io

import numpy as np

from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidModel
from cnnviz.models.net_file import refuse_lacking, repack_net
from cnnviz.runs.files import CHECKPOINT_FILE, MODEL_FILE, dataset_facts, kept_epochs, net_name
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore


def net_of_run(engine: Engine, run: Run, epoch: int | None = None) -> str:
    """Name the file of a run's net, and make it if need be.

    Parameters
    ----------
    engine : Engine
    run : Run
    epoch : int, optional
        One whose weights are kept; the net as the run ended, if none is given.

    Returns
    -------
    str
        The name of the published file, see `RunFolders.publish`.

    Raises
    ------
    NotInBrowser
        The browser cannot compute this net.
    UnknownName
        The run has left no net (of that epoch).
    EngineUnavailable
        A worker has to make it, and none answers in time.
    """
    refuse_lacking(run.architecture)
    store, name = engine.store, net_name(epoch)
    source = MODEL_FILE if epoch is None else CHECKPOINT_FILE.format(epoch)
    published = store.published(run.id, name, newer_than=source)
    if published is not None:
        return published
    net = None if epoch is None else _from_another(store, run, epoch)
    if net is None:
        classes = dataset_facts(store, run).classes
        net = ask(engine, RunModel(run.id, epoch), "net_file", architecture=run.architecture, classes=classes)
    return store.publish(run.id, name, net)


def _from_another(store: RunStore, run: Run, epoch: int) -> bytes | None:
    """The net of an epoch, made of another net of the run and a checkpoint without asking a worker; None: no other."""
    names = (net_name(other) for other in (None, *kept_epochs(store, run.id)))
    other = next(filter(None, (store.published(run.id, name) for name in names)), None)
    if other is None:
        return None
    checkpoint = store.load_file(run.id, CHECKPOINT_FILE.format(epoch))
    with np.load(io.BytesIO(checkpoint), allow_pickle=False) as arrays:
        variables = [arrays[name] for name in arrays.files]
    try:
        return repack_net(store.load_published(other), variables)
    except InvalidModel:  # it was written by another version
        return None
