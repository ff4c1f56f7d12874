"""Lists of runs, a page at a time: searched, filtered and sorted by the database, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError
from sqlalchemy import ColumnElement, SQLColumnExpression, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cnnviz.access.visitor import Visitor
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.runs.folders import damaged_name
from cnnviz.runs.labels import tag_list, tagged
from cnnviz.runs.records import Run, Status
from cnnviz.runs.scopes import Scope, in_scope
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import RunRow

_HAS_LOST_RESULTS = and_(
    RunRow.status == Status.FINISHED,
    func.coalesce(RunRow.origin, "") == "",
    func.coalesce(cast(RunRow.metrics, Text), "").not_like('{%"accuracy"%}'),
)
"""As `Run.has_lost_results`, for the database: what is torn off does not end with the bracket that it began with."""

SORTED_BY: dict[str, SQLColumnExpression[Any]] = {
    "created": RunRow.created,
    "name": RunRow.name,
    "dataset": RunRow.dataset,
    "accuracy": case((_HAS_LOST_RESULTS, None), else_=RunRow.accuracy).label("accuracy"),
    "best": RunRow.best,
    "last": RunRow.last,
    "params": RunRow.params,
    "macs": RunRow.macs,
    "seed": RunRow.seed,
    "optimizer": RunRow.optimizer,
    "epochs": RunRow.epochs_done,
    "seconds": RunRow.seconds,
    "predicted": RunRow.expected_seconds,
    "device": RunRow.device,
    "bytes": RunRow.num_bytes,
}
"""What a list can be sorted by -> column, in which nothing stands for what is not known."""
WORDS = ("created", "name", "dataset", "optimizer", "device")
"""Those of them that have no mean."""


@dataclass(frozen=True)
class ListQuery:
    """Which runs a list holds, and in which order.

    Attributes
    ----------
    scope : Scope
    search : str
        Words that all must stand in name, note, tags, device, optimizer, id, or name of the images.
    dataset, optimizer, tag, settings : str, optional
        Only runs of these images, with this optimizer, with this tag, or of this group (`grouping.RunGroup.key`).
    starred : bool
        Only those with a star.
    sort : str
        A key of `SORTED_BY`.
    descending : bool
        Runs of which the number is not known come last in either direction.
    """

    scope: Scope = Scope.ALL
    search: str = ""
    dataset: str | None = None
    optimizer: str | None = None
    tag: str | None = None
    settings: str | None = None
    starred: bool = False
    sort: str = "created"
    descending: bool = True


class Numbers(BaseModel):
    """What stands in lists beside the run itself; None where it is not known."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    settings_key: str | None
    params: int | None
    macs: int | None
    epochs_done: int | None
    best: FiniteFloat | None
    last: FiniteFloat | None
    accuracy: FiniteFloat | None
    num_bytes: int | None
    note: str
    tags: str
    star: bool
    archived: bool
    deleted: datetime | None


@dataclass(frozen=True)
class ListedRun:
    """A run with the numbers of its row in a list, and its tags; one whose results are lost has no accuracy."""

    run: Run
    numbers: Numbers
    tags: tuple[str, ...] = ()


def count_runs(store: RunStore, visitor: Visitor, query: ListQuery) -> int:
    """Count the runs of a list."""
    with store.session() as session:
        return session.scalar(select(func.count()).select_from(RunRow).where(condition(visitor, query))) or 0


def list_runs(
    store: RunStore, visitor: Visitor, query: ListQuery, *, limit: int = 50, offset: int = 0
) -> list[ListedRun]:
    """Read a part of a list.

    Parameters
    ----------
    store : RunStore
    visitor : Visitor
        Who looks: what is not shared with them does not stand in it.
    query : ListQuery
    limit, offset : int
        How many at most, and how many are left out before them.

    Returns
    -------
    list of ListedRun
        One whose entry is damaged is left out, and the log names it.
    """
    return find_listed(store, list_ids(store, visitor, query, limit=limit, offset=offset))


def list_ids(store: RunStore, visitor: Visitor, query: ListQuery, *, limit: int = 50, offset: int = 0) -> list[str]:
    """Read which runs a part of a list holds, as `list_runs`, those too whose entry is damaged."""
    column = SORTED_BY[query.sort]
    order = column.desc() if query.descending else column.asc()
    ids = (
        select(RunRow.id)  # not the whole rows: the database would sort them with their nets
        .where(condition(visitor, query))
        .order_by(order.nulls_last(), RunRow.created.desc(), RunRow.id)
        .limit(limit)
        .offset(offset)
    )
    with store.session() as session:
        return list(session.scalars(ids).all())


def find_listed(store: RunStore, run_ids: Iterable[str]) -> list[ListedRun]:
    """Read rows of runs that the caller may see, in the order of their ids; those gone or damaged are left out."""
    wanted = list(run_ids)
    with store.session() as session:
        rows = session.scalars(select(RunRow).where(RunRow.id.in_(wanted))).all()
    found = read_rows(store, rows)
    return [found[run_id] for run_id in wanted if run_id in found]


def read_rows(store: RunStore, rows: Iterable[RunRow]) -> dict[str, ListedRun]:
    """Read rows of the table as lists show them, by their ids; those that are damaged are left out."""
    runs = [(row, run) for row in rows if (run := store.read_row(row)) is not None]
    return {row.id: listed for row, run in runs if (listed := _listed(store, row, run)) is not None}


def damaged_names(store: RunStore, run_ids: Sequence[str]) -> list[str]:
    """Name damaged runs that the caller may see: each by its name, as far as that can be read, with its id."""
    with store.session() as session:
        named = dict(session.execute(select(RunRow.id, RunRow.name).where(RunRow.id.in_(run_ids))).all())
    return [damaged_name(run_id, named.get(run_id)) for run_id in run_ids]


def deleted_among(store: RunStore, run_ids: Sequence[str]) -> list[str]:
    """Say which of these runs were deleted and can still be brought back, the damaged ones too, in their order."""
    with store.session() as session:
        kept = select(RunRow.id).where(RunRow.id.in_(run_ids), RunRow.deleted.is_not(None))
        deleted = set(session.scalars(kept))
    return [run_id for run_id in run_ids if run_id in deleted]


def choices(store: RunStore, visitor: Visitor, scope: Scope) -> dict[str, list[str]]:
    """Say what a list can be filtered by: the images ("dataset"), optimizers and tags that occur in a scope."""
    columns = select(RunRow.dataset, RunRow.optimizer, RunRow.tags)
    with store.session() as session:
        found = session.execute(columns.where(in_scope(scope, visitor)).distinct()).all()  # one look at the table
    return {
        "dataset": sorted({row.dataset for row in found if row.dataset}),
        "optimizer": sorted({row.optimizer for row in found if row.optimizer}),
        "tag": sorted({tag for row in found for tag in tag_list(row.tags)}),
    }


def condition(visitor: Visitor, query: ListQuery) -> ColumnElement[bool]:
    """Tell the database which runs stand in a list."""
    conditions = [in_scope(query.scope, visitor), *(_word(visitor, word) for word in query.search.split())]
    named = {
        RunRow.dataset: query.dataset,
        RunRow.optimizer: query.optimizer,
        RunRow.settings_key: query.settings,
    }
    conditions += [column == value for column, value in named.items() if value]
    conditions += [tagged(query.tag)] if query.tag else []
    conditions += [RunRow.star.is_(True)] if query.starred else []
    return and_(*conditions)


def _listed(store: RunStore, row: RunRow, run: Run) -> ListedRun | None:
    try:
        numbers = Numbers.model_validate(row)
    except ValidationError as error:
        store.note_damage(row, error)
        return None
    if run.has_lost_results:  # the column repeats what its page says cannot be read
        numbers = numbers.model_copy(update={"accuracy": None})
    return ListedRun(run, numbers, tuple(tag_list(row.tags)))


def _word(visitor: Visitor, word: str) -> ColumnElement[bool]:
    """Whether a word stands somewhere in a run; where somebody else's images lie is no part of it."""
    texts: Sequence[InstrumentedAttribute[str]] = (RunRow.name, RunRow.note, RunRow.tags, RunRow.device, RunRow.id)
    titled = [name for name, info in DATASETS.items() if word.lower() in f"{name} {info.title}".lower()]
    return or_(
        *(column.icontains(word, autoescape=True) for column in texts),
        RunRow.optimizer.icontains(word, autoescape=True),
        RunRow.dataset.in_(titled),
        and_(RunRow.owner == visitor.id, RunRow.dataset.icontains(word, autoescape=True)),
    )
