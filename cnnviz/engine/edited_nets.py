"""Nets that were changed by hand in a browser, kept as runs of their own."""

from typing import Any

from cnnviz.access.visitor import Visitor
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.models.net_edits import weight_changes
from cnnviz.models.net_file import read_manifest
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run


def save_edited(engine: Engine, run_id: str, epoch: int | None, edits: Any, *, by: Visitor) -> Run:
    """Make a run of the visitor's own of a net that they have changed, and evaluate it as after a training.

    Parameters
    ----------
    engine : Engine
    run_id : str
        One that the visitor can see.
    epoch : int, optional
        The kept epoch whose net was changed; the net as the run ended, if none is given.
    edits : list of dict
        As the browser lists them, see `models.net_edits.weight_changes`.
    by : Visitor

    Returns
    -------
    Run
        Queued; named "... (edited)".

    Raises
    ------
    InvalidInput
        An edit names nothing of the net, or cannot be kept as weights.
    UnknownName, NotAllowed, InvalidConfig
        As `Engine.train_copy`.
    EngineUnavailable
        No worker answers in time.
    """
    run = visible_run(engine.store, run_id, by)
    manifest = read_manifest(engine.store.load_published(net_of_run(engine, run, epoch)))
    changes = weight_changes(manifest, edits)
    parts = {"architecture": run.architecture, "config": run.config, "changes": changes}
    return engine.evaluate_edited(run.id, ask(engine, RunModel(run.id, epoch), "edited_checkpoint", **parts), by=by)
