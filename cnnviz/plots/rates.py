"""ROC and precision-recall curves: the chosen class as a strong line among those of the others."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.evaluation.curves import ClassCurves, Curve
from cnnviz.plots.style import ACCENT, END_MARGIN, MUTED, TRAIN, base_layout, percent_format
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import percent_text

HEIGHT = 340
MAX_OTHERS = 30  # lines beside the chosen one
TICKS = [0, 0.5, 1]

Point = tuple[float, float]


def roc_figure(curves: Sequence[ClassCurves], chosen: ClassCurves, point: Point | None = None) -> go.Figure:
    """Draw the ROC curve of a class, those of others as thin lines, and a point (false, true positive rate) on it."""
    fig = _figure([(one.name, one.roc) for one in curves if one is not chosen], chosen.name, chosen.roc, point)
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dot", "width": 1.5}, hoverinfo="skip"
    )
    fig.update_xaxes(title="false positive rate")
    return fig.update_yaxes(title="true positive rate")


def precision_recall_figure(
    curves: Sequence[ClassCurves], chosen: ClassCurves, point: Point | None = None
) -> go.Figure:
    """Draw the precision over the recall of a class, as `roc_figure`; the point is (recall, precision)."""
    others = [(one.name, one.precision_recall) for one in curves if one is not chosen]
    fig = _figure(others, chosen.name, chosen.precision_recall, point)
    fig.update_xaxes(title="recall")
    return fig.update_yaxes(title="precision")


def accuracy_figure(thresholds: np.ndarray, accuracies: np.ndarray, threshold: float, accuracy: float) -> go.Figure:
    """Draw the accuracy (T,) over the threshold (T,), both 0..1, and the point of the chosen one."""
    fig = _figure([], "accuracy", Curve(thresholds, accuracies, thresholds, 0.0), (threshold, accuracy))
    fig.update_xaxes(title="threshold", tickformat=".1f")
    return fig.update_yaxes(title="accuracy")


def describe_rates(chosen: ClassCurves) -> str:
    """Return a sentence that says what both figures show."""
    return (
        f"ROC and precision-recall curve of {chosen.name} against the rest: area below the ROC curve "
        f"{chosen.roc.area:.3f}, average precision {chosen.precision_recall.area:.3f}."
    )


def describe_accuracies(thresholds: np.ndarray, accuracies: np.ndarray) -> str:
    """Return a sentence that says what `accuracy_figure` shows."""
    best = int(accuracies.argmax())
    return (
        f"Accuracy over the threshold: at most {percent_text(float(accuracies[best]), digits=1)}, at a threshold of "
        f"{thresholds[best]:.2f}."
    )


def _figure(others: Sequence[tuple[str, Curve]], name: str, curve: Curve, point: Point | None) -> go.Figure:
    fig = go.Figure()
    for other, line in others[:MAX_OTHERS]:
        _add_line(fig, other, line, {"color": MUTED, "width": 1}, opacity=0.4)
    _add_line(fig, name, curve, {"color": TRAIN, "width": 3})
    if point is not None:
        marker = {"color": ACCENT, "size": 12, "line": {"width": 2, "color": "white"}}
        fig.add_scatter(x=[point[0]], y=[point[1]], mode="markers", marker=marker, hoverinfo="skip")
    base_layout(fig, height=HEIGHT)
    fig.update_layout(showlegend=False, margin_r=END_MARGIN)
    shared = {"range": [-0.02, 1.02], "tickformat": percent_format(), "tickvals": TICKS, "zeroline": False}
    fig.update_xaxes(**shared)
    return fig.update_yaxes(**shared)


def _add_line(fig: go.Figure, name: str, curve: Curve, line: dict[str, object], opacity: float = 1) -> None:
    label = as_plotly(name)
    share = percent_format(1)
    hover = f"{label}: %{{x:{share}}}, %{{y:{share}}}<extra></extra>"
    shown = {"x": curve.x, "y": curve.y, "name": label, "hovertemplate": hover}
    fig.add_scatter(**shown, mode="lines", line=line, opacity=opacity)
