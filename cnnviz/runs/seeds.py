"""Which runs are the same training but for the seed: the same layers and settings on the same images."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import UnknownName
from cnnviz.runs.files import EDITED_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark
from cnnviz.runs.scopes import IS_OF_A_FOLD
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import RunRow

MOST_RUNS = 100
"""Seeds of one net that are looked up, the newest first."""


def training_key(store: RunStore, run: Run) -> str:
    """Text that two runs share if they differ in their seed alone; the name of a net is none of its settings.

    What was changed by hand belongs to it. One that was brought along, or whose weights were changed, is like no other.
    """
    net = run.architecture.model_dump(mode="json", exclude={"name"})
    config = run.config.model_dump(mode="json", exclude={"seed"})
    is_single = run.origin or store.has_file(run.id, EDITED_FILE)
    steps = [asdict(step) if isinstance(step, Mark) else step for step in _changes(run)]
    return json.dumps([net, config, steps, run.id if is_single else None], sort_keys=True)


def is_changed_by_hand(store: RunStore, run: Run) -> bool:
    """Whether the settings of a run alone do not say how its net came about: it was steered, or its weights edited."""
    return bool(_changes(run)) or store.has_file(run.id, EDITED_FILE)


def _changes(run: Run) -> tuple[Mark | float, ...]:
    """What was changed while a run was trained; more epochs at a constant rate are as if it had been set to so many."""
    is_constant = run.config.schedule == "constant"
    steps = run.progress.by_hand(run.config.learning_rate)
    return tuple(step for step in steps if not (is_constant and isinstance(step, Mark) and step.kind == "more"))


def is_as_set(run: Run) -> bool:
    """Whether a run is what its settings alone made of a net: ended, brought from nowhere, and never steered.

    One whose loss went beyond all bounds is, too, and one that ended early by its own settings. One that was stopped by
    hand, taken back, or whose rate was changed is not, and one that was trained on is not where its schedule had ended
    before.
    """
    diverged = run.status is Status.FAILED and run.progress.divergence is not None
    has_ended = run.status.has_model and not run.is_stopped_from_outside
    return (has_ended or diverged) and not run.origin and not _changes(run)


def group_by_seed(store: RunStore, runs: Iterable[Run]) -> list[list[Run]]:
    """Put runs together that differ in their seed alone; groups and runs keep their order."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(training_key(store, run), []).append(run)
    return list(groups.values())


def one_of_each_seed(runs: Iterable[Run]) -> list[Run]:
    """Keep the first run of each seed, in the order of the seeds: again with the same one it tells nothing new."""
    found: dict[int, Run] = {}
    for run in runs:
        found.setdefault(run.config.seed, run)
    return [found[seed] for seed in sorted(found)]


def other_seeds(store: RunStore, run: Run, visitor: Visitor) -> list[Run]:
    """All runs, this one with them, that a visitor may see and that differ from it in their seed alone, newest first.

    Those that were steered, stopped or edited by hand are left out, except the one that is asked about. Such a one that
    was steered or edited has no others.
    """
    if run.origin or is_changed_by_hand(store, run):
        return [run]
    wanted, found = training_key(store, run), []
    for run_id in _ids_of_net(store, run, visitor):
        try:
            other = run if run_id == run.id else store.get(run_id)
        except UnknownName:  # deleted meanwhile, or damaged
            continue
        is_meant = run_id == run.id or (is_as_set(other) and not is_changed_by_hand(store, other))
        if is_meant and training_key(store, other) == wanted:
            found.append(other)
    return found


def runs_of_net(store: RunStore, net: Architecture, visitor: Visitor, *, limit: int = 40) -> list[Run]:
    """Give the newest runs of a net that have ended with a result and that a visitor may see, the newest first.

    Of a net that has other layers or another name, none, and none that answers for a part of training images.
    """
    listed = or_(RunRow.owner == visitor.id, RunRow.sharing == Sharing.EVERYBODY)
    ended = RunRow.status.in_((Status.FINISHED, Status.STOPPED))
    kept = RunRow.origin.is_(None), RunRow.deleted.is_(None), ~IS_OF_A_FOLD
    query = select(RunRow.id).where(RunRow.architecture == net.to_json(), ended, *kept)
    query = query if visitor.is_operator else query.where(listed)
    with store.session() as session:
        ids = session.scalars(query.order_by(RunRow.created.desc()).limit(limit)).all()
    runs = []
    for run_id in ids:
        with suppress(UnknownName):  # deleted meanwhile, or damaged
            runs.append(store.get(run_id))
    return [run for run in runs if run.metrics]


def _ids_of_net(store: RunStore, run: Run, visitor: Visitor) -> list[str]:
    """Ids of ended runs of a net that have its text and could have its settings."""
    listed = or_(RunRow.owner == visitor.id, RunRow.sharing == Sharing.EVERYBODY)
    with store.session() as session:
        text = select(RunRow.architecture).where(RunRow.id == run.id).scalar_subquery()
        query = select(RunRow.id, RunRow.config).where(RunRow.architecture == text)
        ended = RunRow.status.in_((Status.FINISHED, Status.STOPPED, Status.FAILED))
        query = query.where(or_(ended, RunRow.id == run.id))
        query = query.where(RunRow.deleted.is_(None))
        query = query if visitor.is_operator else query.where(listed)
        rows = session.execute(query.order_by(RunRow.created.desc())).all()
    wanted = settings_but_seed(run)
    return [run_id for run_id, config in rows if agrees(config, wanted)][:MOST_RUNS]


def settings_but_seed(run: Run) -> dict[str, Any]:
    """All settings of a run but its seed, as `agrees` compares them with those of a row."""
    return run.config.model_dump(mode="json", exclude={"seed"})


def agrees(config: str, wanted: dict[str, Any]) -> bool:
    """Whether no setting of a row is another one; of what an older version did not write, nothing is said."""
    try:
        settings = json.loads(config)
        return all(settings.get(name, value) == value for name, value in wanted.items())
    except (ValueError, AttributeError, RecursionError):  # damaged; the last of brackets in brackets, thousands deep
        return False
