"""Lists in which runs that differ in nothing but their seed are one row, with mean and spread."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from cnnviz.access.visitor import Visitor
from cnnviz.runs.listing import SORTED_BY, WORDS, ListedRun, ListQuery, condition, find_listed
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
        All of them.
    accuracies : tuple of float
        Of those that have answered their test images, 0 to 1.
    seconds : float or None
        Mean of those that took any.
    """

    key: str
    newest: ListedRun
    count: int
    accuracies: tuple[float, ...] = field(default=())
    seconds: float | None = None

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
) -> list[RunGroup]:
    """Read a part of a list in which runs that differ only in their seed are one row.

    Returns
    -------
    list of RunGroup
        In the order of the mean of what the list is sorted by; of what is no number, of the largest.
    """
    is_listed, key = condition(visitor, query), RunRow.settings_key
    column = SORTED_BY[query.sort]
    value = func.max(column) if query.sort in WORDS else func.avg(column)
    order = value.desc() if query.descending else value.asc()
    groups = select(key, func.count()).where(is_listed, key != UNREADABLE).group_by(key)
    with store.session() as session:
        counts = session.execute(groups.order_by(order.nulls_last(), key).limit(limit).offset(offset)).all()
        members: defaultdict[str, list[Any]] = defaultdict(list)
        numbers = select(key, RunRow.id, RunRow.accuracy, RunRow.seconds).order_by(RunRow.created)
        for group, *member in session.execute(numbers.where(is_listed, key.in_([row[0] for row in counts]))):
            members[str(group)].append(member)
    newest = _newest(store, {group: [run_id for run_id, *_ in rows] for group, rows in members.items()})
    return [_group(newest[key], count, members[key]) for key, count in counts if key in newest]


def _newest(store: RunStore, members: Mapping[str, Sequence[str]]) -> dict[str, ListedRun]:
    """The newest run of each group that can be read, of ids in the order in which they were made."""
    found = {str(one.numbers.settings_key): one for one in find_listed(store, [ids[-1] for ids in members.values()])}
    for group in members.keys() - found.keys():  # damaged: an older one speaks for them
        if readable := find_listed(store, members[group]):
            found[group] = readable[-1]
    return found


def _group(newest: ListedRun, count: int, members: Sequence[tuple[str, Any, Any]]) -> RunGroup:
    accuracies = tuple(value for _, value, _ in members if isinstance(value, float))
    seconds = [value for _, _, value in members if isinstance(value, float) and value]
    mean = statistics.fmean(seconds) if seconds else None
    return RunGroup(str(newest.numbers.settings_key), newest, count, accuracies, mean)
