"""Compare two nets layer by layer: which layers are the same, changed, added, removed, and what that costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport, Totals, analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.editing.alignment import align, settings
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import LayerSpec

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
    """All rows from input to output, and the totals of both nets."""

    rows: tuple[DiffRow, ...]
    before: Totals
    after: Totals


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
    return Diff(tuple(rows), before.totals, after.totals)


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
