"""Lists in which runs that differ in nothing but their seed are one row, with mean and spread."""

import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from cnnviz.access.visitor import Visitor
from cnnviz.runs.listing import SORTED_BY, WORDS, ListedRun, ListQuery, condition, find_listed
from cnnviz.runs.store import RunStore
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
    with store.session() as session:
        counted = select(func.count(RunRow.settings_key.distinct())).where(condition(visitor, query))
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
    listed, key = condition(visitor, query), RunRow.settings_key
    column = SORTED_BY[query.sort]
    value = func.max(column) if query.sort in WORDS else func.avg(column)
    order = value.desc() if query.descending else value.asc()
    with store.session() as session:
        rows = session.execute(
            select(key, func.count())
            .where(listed, key.is_not(None))
            .group_by(key)
            .order_by(order.nulls_last(), key)
            .limit(limit)
            .offset(offset)
        ).all()
        keys = [row[0] for row in rows]
        numbers = session.execute(
            select(key, RunRow.id, RunRow.accuracy, RunRow.seconds)
            .where(listed, key.in_(keys))
            .order_by(RunRow.created.desc())
        ).all()
    members, accuracies, seconds = (defaultdict[str | None, list[Any]](list) for _ in range(3))
    for group, run_id, accuracy, took in numbers:
        members[group].append(run_id)
        accuracies[group] += [accuracy] if isinstance(accuracy, float) else []
        seconds[group] += [took] if isinstance(took, float) and took else []
    newest = {one.numbers.settings_key: one for one in find_listed(store, [ids[0] for ids in members.values()])}
    for group in members.keys() - newest.keys():  # damaged: an older one speaks for them
        if readable := find_listed(store, members[group]):
            newest[group] = readable[0]
    return [
        RunGroup(
            str(group),
            newest[group],
            count,
            tuple(reversed(accuracies[group])),
            statistics.fmean(seconds[group]) if seconds[group] else None,
        )
        for group, count in rows
        if group in newest
    ]
