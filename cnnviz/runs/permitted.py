"""The doors to a run: one for whoever looks at it, one for whoever changes it, and a copy for whoever may only look."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, literal, select, update

from cnnviz.access.permission import Ownership, Sharing, may_see, require_change, sharing_named
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError, InvalidConfig, TrainingBusy, UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE, EDITED_FILE, START_NET, edited_after, kept_epochs
from cnnviz.runs.folders import unknown_run
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.summary import recount_epochs
from cnnviz.runs.tables import EpochRow, PointsRow, RunRow
from cnnviz.text.markup import as_name
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

IMAGES_OF_OWNER = (
    "This run was trained on images of its owner's own, which only they can train on. "
    "Train its net on images that you choose on this page."
)
NOT_TRAINED_HERE = (
    "This net was not trained here, so there is no training to go on with. "
    "Fine-tune it, or open it on the Architecture page to train the same layers from scratch."
)
BUSY = (
    "One training at a time for each visitor: yours, {name}, is still running, so that others get their turn. "
    "Stop or pause it first, or wait until it has ended."
)
MAX_NAME = 80
EDITED, TUNED = " (edited)", " (fine-tuned)"


def visible_run(store: RunStore, run_id: str, visitor: Visitor) -> Run:
    """Give a run to a visitor who names it.

    Raises
    ------
    UnknownName
        There is none, or the visitor may not see it: the sentence is the same, and tells nothing about it.
    """
    require_visible(store, run_id, visitor)
    return store.get(run_id)


def require_visible(store: RunStore, run_id: str, visitor: Visitor, *, also_deleted: bool = False) -> Ownership:
    """Say to whom a run belongs that a visitor may see, also one that cannot be read; raises as `visible_run`."""
    if not run_id.isalnum():  # from a link, anything may come: Postgres takes no NUL
        raise UnknownName(unknown_run(run_id))
    with store.session() as session:  # only these columns: the rest of an entry may be damaged
        columns = select(RunRow.owner, RunRow.sharing, RunRow.deleted)
        row = session.execute(columns.where(RunRow.id == run_id)).first()
    is_gone = row is None or (row.deleted is not None and not also_deleted)
    ownership = None if row is None or is_gone else Ownership(row.owner, sharing_named(row.sharing))
    if ownership is None or not may_see(visitor, ownership):
        raise UnknownName(unknown_run(run_id))
    return ownership


def require_changeable(store: RunStore, run_id: str, visitor: Visitor, *, also_deleted: bool = False) -> Ownership:
    """Say to whom a run belongs that a visitor is about to change; `also_deleted`, to bring it back.

    Raises
    ------
    UnknownName
        As for `visible_run`.
    NotAllowed
        The visitor may only look at it.
    """
    ownership = require_visible(store, run_id, visitor, also_deleted=also_deleted)
    require_change(visitor, ownership)
    return ownership


def require_trainable(store: RunStore, run_id: str, visitor: Visitor) -> Ownership:
    """As `require_changeable`, for a training to go on; raises InvalidConfig for a net that was brought along."""
    ownership = require_changeable(store, run_id, visitor)
    _refuse_brought_along(store.get(run_id))
    return ownership


def _refuse_brought_along(run: Run) -> None:
    if run.origin:
        raise InvalidConfig(NOT_TRAINED_HERE)


def usual_sharing(owner: str) -> Sharing:
    """Who may look at a new run: what the operator trains is for everybody, what a visitor trains for nobody else."""
    return Sharing.EVERYBODY if owner == OPERATOR_ID else Sharing.PRIVATE


def require_kept(store: RunStore, run_id: str, epoch: int) -> None:
    """Raise InvalidConfig unless a run can go on from the end of an epoch; 0 is the start."""
    kept = [0, *kept_epochs(store, run_id)]
    if epoch not in kept:
        raise InvalidConfig(f"Epoch {epoch} is not kept. Use one of {', '.join(map(str, kept))}. Received: {epoch}")


def create_run(
    store: RunStore,
    architecture: Architecture,
    config: TrainingConfig,
    name: str,
    *,
    prediction: Prediction | None,
    owner: str,
    start: bytes = b"",
) -> Run:
    """Make a run that is queued, named by its net unless it is given a name, with the net that it begins with if any.

    Raises InvalidConfig if the settings say that it begins with a net, and there is none.
    """
    if config.fine_tuning is not None and not start:
        raise InvalidConfig("The net that this training begins with is missing. Choose it again. Received: no net.")
    sharing = usual_sharing(owner)
    run = store.create(architecture, config, name=name, prediction=prediction, owner=owner, sharing=sharing)
    try:
        if start:
            store.publish(run.id, START_NET, start)
    except CnnvizError:
        store.delete(run.id)
        raise
    return run


def copy_run(
    store: RunStore,
    run: Run,
    epoch: int,
    owner: str,
    *,
    config: TrainingConfig | None = None,
    prediction: Prediction | None = None,
) -> Run:
    """Make a run of another owner as this one was at the end of an epoch: settings, curves, kept epochs.

    `config` are other settings, for more epochs, and `prediction` is how long all of them take.

    Raises InvalidConfig if the weights of that epoch are not kept, and for a net that was brought along.
    """
    _refuse_brought_along(run)
    require_kept(store, run.id, epoch)
    copy = store.create(
        run.architecture,
        config or run.config,
        name=run.name,
        prediction=prediction if config else run.prediction,
        owner=owner,
        sharing=usual_sharing(owner),
    )
    try:
        _copy_curves(store, run.id, copy.id, until=epoch)
        store.copy_file(run.id, START_NET, copy.id)
        for kept in range(1, epoch + 1):
            store.copy_file(run.id, CHECKPOINT_FILE.format(kept), copy.id)
        if 0 < edited_after(store, run.id) <= epoch:
            store.copy_file(run.id, EDITED_FILE, copy.id)
        marks = (*run.progress.marks_until(epoch), *([Mark("more", epoch)] if config else []))
        progress = Progress(learning_rate=run.progress.learning_rate, marks=marks)
        store.update(copy.id, facts=run.facts, progress=progress)
    except CnnvizError:
        store.delete(copy.id)
        raise
    return copy


def edited_name(run: Run) -> str:
    """Name of a run with the net of this one, changed by hand."""
    return f"{run.name[: MAX_NAME - len(EDITED)]}{EDITED}"


def tuned_name(name: str) -> str:
    """Name of a run that begins with the net of that name."""
    return f"{name.removesuffix(TUNED)[: MAX_NAME - len(TUNED)]}{TUNED}"


def copy_edited(store: RunStore, run: Run, checkpoint: bytes, owner: str) -> Run:
    """Make a run of another owner that ends with a checkpoint of this one's net in which weights were changed.

    It has nothing left to learn, so that a training of it only evaluates the net.
    Raises InvalidConfig if the run has recorded no epoch.
    """
    last = store.last_epoch(run.id)
    if not last:
        raise InvalidConfig("This run was stopped before its first epoch had ended. Train it on first, then change it.")
    copy = store.create(
        run.architecture,
        run.config.model_copy(update={"epochs": last, "early_stopping": None}),
        name=edited_name(run),
        owner=owner,
        sharing=usual_sharing(owner),
    )
    try:
        _copy_curves(store, run.id, copy.id, until=last)
        store.copy_file(run.id, START_NET, copy.id)
        store.save_file(copy.id, CHECKPOINT_FILE.format(last), checkpoint)
        store.save_file(copy.id, EDITED_FILE, str(last).encode())
        store.update(copy.id, facts=run.facts)
    except CnnvizError:
        store.delete(copy.id)
        raise
    return copy


def active_runs(store: RunStore, owner: str) -> dict[str, str]:
    """Ids and names of an owner's runs to which something still happens, the oldest first."""
    is_active = RunRow.status.in_([status for status in Status if status.is_active])
    recent = datetime.now(UTC) - INTERRUPTED_AFTER
    columns = select(RunRow.id, RunRow.name, RunRow.heartbeat).where(RunRow.owner == owner, is_active)
    with store.session() as session:
        rows = session.execute(columns.order_by(RunRow.created)).all()
    return {row.id: row.name for row in rows if row.heartbeat > recent or row.id in store.followed}


def require_turn(store: RunStore, owner: str, run_id: str = "") -> None:
    """Let each owner train one run at a time; `run_id` is the one that is about to go on.

    Raises
    ------
    TrainingBusy
        Another one of theirs is still at work.
    """
    for busy, name in active_runs(store, owner).items():
        if busy != run_id:
            raise TrainingBusy(BUSY.format(name=as_name(name)), run_id=busy, name=name)


def set_label(store: RunStore, run_id: str, **changes: Any) -> None:
    """Change what people say of a run (name, sharing, note ...), which is no sign of life of its training."""
    with store.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(**changes))
    store.changes.tell(run_id)


def _copy_curves(store: RunStore, run_id: str, target_id: str, *, until: int) -> None:
    """Give another run what this one has recorded up to the end of an epoch."""
    with store.session() as session:
        for table, names, order in (
            (EpochRow, ("metrics", "seconds"), EpochRow.epoch),
            (PointsRow, ("points",), PointsRow.id),
        ):
            columns = [getattr(table, name) for name in ("epoch", *names)]
            kept = select(literal(target_id), *columns).where(table.run_id == run_id, table.epoch <= until)
            session.execute(insert(table).from_select(["run_id", "epoch", *names], kept.order_by(order)))
        recount_epochs(session, target_id)
