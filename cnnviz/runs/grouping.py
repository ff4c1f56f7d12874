"""Lists in which runs that differ in nothing but their seed are one row, with mean and spread."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from cnnviz.access.visitor import Visitor
from cnnviz.runs.listing import SORTED_BY, WORDS, ListedRun, ListQuery, condition, read_rows
from cnnviz.runs.records import Run
from cnnviz.runs.seeds import is_as_set, is_changed_by_hand, one_of_each_seed
from cnnviz.runs.store import RunStore
from cnnviz.runs.summary import UNREADABLE
from cnnviz.runs.tables import RunRow


@dataclass(frozen=True)
class RunGroup:
    """Runs that differ in nothing but their seed.

    Attributes
    ----------
    key : str
        `ListQuery.settings` of a list of them.
    newest : ListedRun
        One of them, for what they have in common.
    count : int
        All of them whose entry can be read.
    accuracies : tuple of float
        Of those that count, as far as they have answered their test images, 0 to 1; in the order in which they were
        made. Of several, the newest of each seed that has ended and that nobody has stopped or changed.
    num_repeated : int
        Those that would count, if a newer one did not have their seed.
    num_changed : int
        Those that were left out, because what was done to them makes another training of theirs.
    seconds : float or None
        Mean of those that count and took any.
    """

    key: str
    newest: ListedRun
    count: int
    accuracies: tuple[float, ...] = field(default=())
    seconds: float | None = None
    num_changed: int = 0
    num_repeated: int = 0

    @property
    def mean(self) -> float | None:
        """Mean accuracy; None where none is known."""
        return statistics.fmean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """Standard deviation of the accuracy, of a sample (n - 1); None of fewer than two."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else None


def count_groups(store: RunStore, visitor: Visitor, query: ListQuery) -> int:
    """Count the groups of a list, see `list_groups`."""
    key = RunRow.settings_key
    with store.session() as session:
        counted = select(func.count(key.distinct())).where(condition(visitor, query), key != UNREADABLE)
        return session.scalar(counted) or 0


def list_groups(
    store: RunStore, visitor: Visitor, query: ListQuery, *, limit: int = 50, offset: int = 0
) -> tuple[list[RunGroup], list[str]]:
    """Read a part of a list in which runs that differ only in their seed are one row.

    Returns
    -------
    groups : list of RunGroup
        In the order of the mean of what the list is sorted by; of what is no number, of the largest. That order is the
        database's, which knows of no damage and of nothing that was done by hand.
    damaged : list of str
        Ids of those of their runs whose entry cannot be read, and which neither count nor enter a mean; of a group in
        which there are no others, too.
    """
    is_listed, key = condition(visitor, query), RunRow.settings_key
    column = SORTED_BY[query.sort]
    value = func.max(column) if query.sort in WORDS else func.avg(column)
    order = value.desc() if query.descending else value.asc()
    groups = select(key).where(is_listed, key != UNREADABLE).group_by(key)
    with store.session() as session:
        keys = session.scalars(groups.order_by(order.nulls_last(), key).limit(limit).offset(offset)).all()
        members = select(RunRow).where(is_listed, key.in_(keys)).order_by(RunRow.created)
        rows = session.scalars(members).all()
    runs = read_rows(store, rows)
    found = {one: [runs[row.id] for row in rows if row.settings_key == one and row.id in runs] for one in keys}
    return [_group(store, of_it) for of_it in found.values() if of_it], [row.id for row in rows if row.id not in runs]


def list_ungrouped(store: RunStore, visitor: Visitor, query: ListQuery) -> list[str]:
    """Ids of the runs of a list that are in no group: it was noticed as they were written that they are damaged."""
    is_in_none = RunRow.settings_key == UNREADABLE
    with store.session() as session:
        ids = select(RunRow.id).where(condition(visitor, query), is_in_none).order_by(RunRow.created.desc())
        return list(session.scalars(ids))


def _group(store: RunStore, runs: Sequence[ListedRun]) -> RunGroup:
    """Group runs in the order in which they were made."""
    newest = runs[-1]
    fit = [one.run for one in reversed(runs) if len(runs) == 1 or _is_a_seed(store, one.run)]
    chosen = {run.id for run in one_of_each_seed(fit)}  # the newest first, as a comparison chooses
    counted = [one for one in runs if one.run.id in chosen]
    seconds = [one.run.seconds for one in counted if one.run.seconds]
    return RunGroup(
        key=str(newest.numbers.settings_key),
        newest=newest,
        count=len(runs),
        accuracies=tuple(one.numbers.accuracy for one in counted if one.numbers.accuracy is not None),
        seconds=statistics.fmean(seconds) if seconds else None,
        num_changed=sum(_is_another_training(store, one.run) for one in runs) if len(runs) > 1 else 0,
        num_repeated=len(fit) - len(counted),
    )


def _is_a_seed(store: RunStore, run: Run) -> bool:
    """Whether it has ended as its settings made it, or was brought along."""
    return (bool(run.origin) or is_as_set(run)) and not is_changed_by_hand(store, run)


def _is_another_training(store: RunStore, run: Run) -> bool:
    return run.is_stopped_from_outside or is_changed_by_hand(store, run)
