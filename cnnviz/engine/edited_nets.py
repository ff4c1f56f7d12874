"""Nets that were changed by hand in a browser, kept as runs of their own."""

from typing import Any

from cnnviz.access.visitor import Visitor
from cnnviz.engine.ask import RunModel, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.engine import Engine
from cnnviz.engine.own_nets import OwnNet, keep_net, read_report
from cnnviz.models.net_edits import Change, edited, weight_changes
from cnnviz.models.net_file import read_manifest, read_variables, repack_net
from cnnviz.runs.permitted import edited_name, visible_run
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
        Queued; named "... (edited)". One of a net that was brought along is finished, and not evaluated.

    Raises
    ------
    InvalidInput
        An edit names nothing of the net, or cannot be kept as weights.
    UnknownName, NotAllowed, InvalidConfig
        As `Engine.train_copy`.
    InvalidModel
        As `own_nets.keep_net`.
    EngineUnavailable
        No worker answers in time.
    """
    run = visible_run(engine.store, run_id, by)
    net = engine.store.load_published(net_of_run(engine, run, epoch))
    changes = weight_changes(read_manifest(net), edits)
    if run.origin:
        return _keep_edited(engine, run, net, changes, by)
    parts = {"architecture": run.architecture, "config": run.config, "changes": changes}
    return engine.evaluate_edited(run.id, ask(engine, RunModel(run.id, epoch), "edited_checkpoint", **parts), by=by)


def _keep_edited(engine: Engine, run: Run, net: bytes, changes: list[Change], by: Visitor) -> Run:
    """No worker is asked: it has no checkpoints, its file for browsers is all there is of it."""
    changed = repack_net(net, edited(read_variables(net), changes))
    report = read_report(engine.store, run.id)
    return keep_net(engine.store, OwnNet(run.architecture, changed, edited_name(run), run.origin, report), by=by)
