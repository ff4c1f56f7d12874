"""Compare two nets layer by layer: which layers are the same, changed, added, removed, and what that costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport, Totals, analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import LayerSpec

Pair = tuple[int | None, int | None]
"""Positions before and after; None where a layer has no partner."""

_NOT_SETTINGS = frozenset({"kind", "name", "layers", "branches"})
_EQUAL = 4.0  # more than two changed partners are worth, so that what stayed is found first

Status = Literal["same", "changed", "added", "removed"]

FIGURES = ("input_shape", "output_shape", "params", "macs", "memory_bytes", "receptive_field")
"""What is compared of two reports, besides the settings of their layers."""


@dataclass(frozen=True)
class Change:
    """One setting or figure of a layer, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class DiffRow:
    """One layer of either net, or a pair of them; `changes` are settings first, then `FIGURES`."""

    status: Status
    before: LayerReport | None
    after: LayerReport | None
    changes: tuple[Change, ...] = ()

    def more(self, figure: str) -> int:
        """Return how much more of a figure ("params", "macs") the layer has after; a layer that is not there has 0."""
        before, after = (getattr(report, figure) if report else 0 for report in (self.before, self.after))
        return after - before


@dataclass(frozen=True)
class Delta:
    """How much more (or, below zero, less) a net has than another."""

    params: int
    trainable_params: int
    macs: int
    memory_bytes: int
    weight_bytes: int


@dataclass(frozen=True)
class Diff:
    """All rows from input to output, the totals of both nets, and how their pixels are scaled where that differs."""

    rows: tuple[DiffRow, ...]
    before: Totals
    after: Totals
    scaling: Change | None = None


def diff(a: Architecture, b: Architecture) -> Diff:
    """Compare two nets layer by layer, from `a` to `b`.

    A layer whose own settings stayed is "changed" if its figures did not: more maps come in, say.

    Raises
    ------
    InvalidArchitecture
        One of the nets is impossible.
    """
    before, after = analyze(a), analyze(b)
    old, new = ([node.layer for node in trace(net)[0]] for net in (a, b))
    rows = []
    for i, j in align(old, new):
        if i is not None and j is not None:
            changes = (*_settings(old[i], new[j]), *_figures(before.layers[i], after.layers[j]))
            rows.append(DiffRow("changed" if changes else "same", before.layers[i], after.layers[j], changes))
        elif i is not None:
            rows.append(DiffRow("removed", before.layers[i], None))
        elif j is not None:
            rows.append(DiffRow("added", None, after.layers[j]))
    scaling = Change("scaling", a.scaling, b.scaling) if a.scaling != b.scaling else None
    return Diff(tuple(rows), before.totals, after.totals, scaling)


def delta(analysis_before: Analysis, analysis_after: Analysis) -> Delta:
    """Subtract the totals of one net from those of another."""
    before, after = analysis_before.totals, analysis_after.totals
    return Delta(**{field: getattr(after, field) - getattr(before, field) for field in Delta.__dataclass_fields__})


def _settings(old: LayerSpec, new: LayerSpec) -> Iterable[Change]:
    before = settings(old)
    return (Change(key, before[key], value) for key, value in settings(new).items() if before[key] != value)


def _figures(old: LayerReport, new: LayerReport) -> Iterable[Change]:
    pairs = ((field, getattr(old, field), getattr(new, field)) for field in FIGURES)
    return (Change(field, before, after) for field, before, after in pairs if before != after)


def settings(layer: LayerSpec) -> dict[str, Any]:
    """Return the settings of a layer: all fields but its kind, its name and the layers inside."""
    return {key: value for key, value in layer if key not in _NOT_SETTINGS}


def align(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> list[Pair]:
    """Pair the layers of two lists in order; only layers of the same kind become partners.

    Of all such pairings the one with the most equal settings is taken (longest common subsequence
    with weights); equal layers at both ends are paired first.
    """
    old, new = _keys(before), _keys(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _best(old[start : len(old) - end], new[start : len(new) - end])
    shifted = [(a if a is None else a + start, b if b is None else b + start) for a, b in middle]
    tail = [(len(old) - end + i, len(new) - end + i) for i in range(end)]
    return [*((i, i) for i in range(start)), *shifted, *tail]


_Key = tuple[str, tuple[Any, ...]]


def _keys(layers: Sequence[LayerSpec]) -> list[_Key]:
    return [(layer.kind, tuple(settings(layer).values())) for layer in layers]


def _common(old: Sequence[_Key], new: Sequence[_Key]) -> int:
    pairs = zip(old, new, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))


def _worth(old: _Key, new: _Key) -> float:
    if old[0] != new[0]:
        return 0.0
    if old == new:
        return _EQUAL
    equal = sum(a == b for a, b in zip(old[1], new[1], strict=True))
    return 1.0 + equal / len(old[1])


def _best(old: Sequence[_Key], new: Sequence[_Key]) -> list[Pair]:
    # score[i][j]: the most that old[i:] and new[j:] are worth together
    score = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    worth = [[_worth(a, b) for b in new] for a in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = worth[i][j] + score[i + 1][j + 1] if worth[i][j] else 0.0
            score[i][j] = max(paired, score[i + 1][j], score[i][j + 1])
    return _path(score, worth)


def _path(score: list[list[float]], worth: list[list[float]]) -> list[Pair]:
    pairs: list[Pair] = []
    i = j = 0
    while i < len(worth) and j < len(worth[i]):
        if worth[i][j] and score[i][j] == worth[i][j] + score[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif score[i][j] == score[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    columns = len(score[0]) - 1
    return [*pairs, *((k, None) for k in range(i, len(worth))), *((None, k) for k in range(j, columns))]
