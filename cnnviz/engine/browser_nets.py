"""The nets of runs as browsers fetch them: made where they are missing, and their addresses."""

import io
from pathlib import Path

import numpy as np

from cnnviz.caching import KeyedLocks
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError, EngineUnavailable, InvalidModel, NotInBrowser, UnknownName
from cnnviz.evaluation.accuracy import is_better_than_guessing
from cnnviz.evaluation.familiarity import Familiarity, last_maps
from cnnviz.models.net_file import (
    FAMILIARITY,
    num_variables,
    read_manifest,
    refuse_lacking,
    repack_net,
    with_familiarity,
)
from cnnviz.runs.files import (
    CHECKPOINT_FILE,
    MEASURED_FILE,
    MODEL_FILE,
    dataset_facts,
    familiarity_of,
    kept_epochs,
    net_name,
)
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore

_making: KeyedLocks[tuple[Path, str, int | None]] = KeyedLocks()
MIN_IMAGES = 1000  # of a training: a net that has seen fewer finds most digits unlike them


def net_of_run(engine: Engine, run: Run, epoch: int | None = None) -> str:
    """Name the file of a run's net, and make it if need be.

    What is familiar to the net of the end is measured the first time, where digits are what it learned from.

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
    with _making.held((store.home, run.id, epoch)):  # where a class opens one link, the worker is asked once
        as_of, published = store.changed_at(run.id, source), store.published(run.id, name, newer_than=source)
        if published is None:
            published = store.publish(run.id, name, _make_net(engine, run, epoch), as_of=as_of)
        return _as_measured(store, run, published) if epoch is not None else _measured(engine, run, published)


def familiarity_of_run(engine: Engine, run: Run) -> Familiarity | None:
    """What is familiar to the net of a run, measured if need be; None where that is not known."""
    try:
        net_of_run(engine, run)
    except NotInBrowser:
        return None
    return familiarity_of(engine.store, run)


def _make_net(engine: Engine, run: Run, epoch: int | None) -> bytes:
    net = None if epoch is None else _from_another(engine.store, run, epoch)
    if net is None:
        classes = dataset_facts(engine.store, run).classes
        net = ask(engine, RunModel(run.id, epoch), "net_file", architecture=run.architecture, classes=classes)
    return net


def _measured(engine: Engine, run: Run, published: str) -> str:
    """The published net with what is familiar to it; as it is where that cannot be known, or no worker answers now."""
    store, layer = engine.store, last_maps(run.architecture)
    if not is_better_than_guessing(run.metrics):
        return published  # to a net that tells nothing apart, everything is unlike what it learned from
    is_digits = run.facts.input_style == "digit" and not run.origin and run.facts.num_train >= MIN_IMAGES
    if not is_digits or layer is None or run.status is not Status.FINISHED:
        return published
    if published in _measurement(store, run):
        return _as_measured(store, run, published)
    before, as_of = published, store.changed_at(run.id, net_name())
    net = store.load_published(published)
    if FAMILIARITY not in read_manifest(net):
        try:
            entry = ask(engine, RunModel(run.id), "familiarity", layer=layer, trained_on=run.config.dataset)
        except EngineUnavailable:
            return published  # and is asked again
        except CnnvizError:
            entry = None  # the images are gone, or too few
        if entry is not None:
            published = store.publish(run.id, net_name(), with_familiarity(net, entry), as_of=as_of)
    store.save_file(run.id, MEASURED_FILE, f"{before}\n{published}".encode())
    return published


def _measurement(store: RunStore, run: Run) -> list[str]:
    """The net of the end before and after it was measured; nothing if it was not yet."""
    return store.load_file(run.id, MEASURED_FILE).decode().split() if store.has_file(run.id, MEASURED_FILE) else []


def _as_measured(store: RunStore, run: Run, published: str) -> str:
    """The net of the end with what is familiar to it, also where the net of an epoch is the same one."""
    before_and_after = _measurement(store, run)
    return before_and_after[-1] if published in before_and_after else published


def _from_another(store: RunStore, run: Run, epoch: int) -> bytes | None:
    """The net of an epoch, made of another net of the run and a checkpoint without asking a worker; None: no other."""
    names = (net_name(other) for other in (None, *kept_epochs(store, run.id)))
    other = next(filter(None, (store.published(run.id, name) for name in names)), None)
    if other is None:
        return None
    checkpoint = store.load_file(run.id, CHECKPOINT_FILE.format(epoch))
    try:
        net = store.load_published(other)
        with np.load(io.BytesIO(checkpoint), allow_pickle=False) as arrays:
            variables = [arrays[name] for name in arrays.files[: num_variables(net)]]  # not those of the optimizer
        return repack_net(net, variables)
    except (InvalidModel, UnknownName):  # it was written by another version, or another one has just taken its place
        return None
