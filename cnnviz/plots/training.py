"""A training beside its curves: the norms of weights and gradients of each layer, and the learning rate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.plots.style import MUTED, QUALITATIVE, TOP_MARGIN, TRAIN, base_layout, row_legend
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import count_text

NORMS_HEIGHT = 350
SCHEDULE_HEIGHT = 200
MAX_POINTS = 500  # of a schedule
SIDES = ("weights", "gradients")

Rows = Sequence[Mapping[str, Any]]


def norms_figure(epochs: Rows) -> go.Figure:
    """Draw the norms in `epochs` (rows with "epoch" and "norms": {layer: {"weights", "gradients"}}), a line a layer."""
    fig = make_subplots(rows=1, cols=2, subplot_titles=("weights (norm)", "gradients (norm)"))
    for number, layer in enumerate(_layers(epochs)):
        color = QUALITATIVE[number % len(QUALITATIVE)]
        for column, side in enumerate(SIDES, 1):
            known = [(row["epoch"], row["norms"].get(layer, {}).get(side)) for row in epochs if "norms" in row]
            fig.add_scatter(
                x=[epoch for epoch, value in known if value is not None],
                y=[value for _, value in known if value is not None],
                name=as_plotly(layer),
                legendgroup=layer,
                showlegend=column == 1,
                mode="lines+markers",
                line={"color": color},
                hovertemplate=f"{as_plotly(layer)}, epoch %{{x}}: %{{y:.3g}}<extra></extra>",
                row=1,
                col=column,
            )
    base_layout(fig, height=NORMS_HEIGHT)
    fig.update_layout(margin={"t": 2 * TOP_MARGIN})  # the buttons stand above the titles, not on them
    fig.update_xaxes(title="epoch", dtick=1 if len(epochs) < 12 else None, zeroline=False)
    fig.update_yaxes(type="log", col=2)
    return fig


def describe_norms(epochs: Rows) -> str:
    """Return a sentence that says what `norms_figure` shows."""
    layers = _layers(epochs)
    if not layers:
        return "Norms of weights and gradients: no epoch has ended yet."
    last = epochs[-1]["norms"]
    parts = [f"{layer} weights {last[layer]['weights']:.3g}" for layer in layers if "weights" in last.get(layer, {})]
    return f"Norms of weights and gradients over {len(epochs)} epochs; last: {', '.join(parts)}."


def _layers(epochs: Rows) -> list[str]:
    """Layers with weights, in the order of the net."""
    newest: Mapping[str, Mapping[str, float]] = next((row["norms"] for row in reversed(epochs) if row.get("norms")), {})
    return [layer for layer, values in newest.items() if "weights" in values]


def schedule_curve(
    rates: np.ndarray, epochs: int, *, points: Sequence[Mapping[str, float]] = (), log: bool = False
) -> go.Figure:
    """Draw the learning rate over epochs.

    Parameters
    ----------
    rates : ndarray (S,)
        Planned, batch by batch (`training.schedule.learning_rates`).
    epochs : int
        Length of the run; the S batches are spread over it.
    points : rows with "epoch" (position in epochs) and "learning_rate", optional
        As it was; rows without a learning rate are passed over.
    log : bool
        Logarithmic axis.

    Returns
    -------
    go.Figure
        Traces "planned" and "used".
    """
    kept = np.unique(np.linspace(0, len(rates) - 1, min(len(rates), MAX_POINTS)).round().astype(int))
    used = [(row["epoch"], row["learning_rate"]) for row in points if row.get("learning_rate") is not None]
    fig = go.Figure()
    hover = "epoch %{x:.2f}: %{y:.3g}"
    fig.add_scatter(
        x=kept * epochs / max(len(rates) - 1, 1),
        y=np.asarray(rates)[kept],
        name="planned",
        mode="lines",
        line={"color": MUTED, "width": 2, "dash": "dot"},
        hovertemplate=f"planned, {hover}<extra></extra>",
    )
    fig.add_scatter(
        x=[epoch for epoch, _ in used],
        y=[rate for _, rate in used],
        name="used",
        mode="lines",
        line={"color": TRAIN, "width": 2.5},
        hovertemplate=f"used, {hover}<extra></extra>",
    )
    base_layout(fig, height=SCHEDULE_HEIGHT)
    fig.update_xaxes(title="epoch", range=[0, epochs], zeroline=False)
    fig.update_yaxes(
        title="learning rate", type="log" if log else "linear", rangemode="tozero", tickformat="~g", zeroline=False
    )
    fig.update_layout(showlegend=bool(used), legend=row_legend())
    return fig


def describe_schedule(rates: np.ndarray, epochs: int) -> str:
    """Return a sentence that says what `schedule_curve` shows."""
    run = count_text(epochs, "epoch")
    first, highest, last = float(rates[0]), float(np.max(rates)), float(rates[-1])
    if first == highest == last:
        return f"The learning rate is {highest:.3g} in all of the {run}."
    where = (int(np.argmax(rates)) + 1) / len(rates) * epochs
    rise = f" rises to {highest:.3g} at epoch {where:.1f} and" if highest > first else ""
    return f"The learning rate begins at {first:.3g},{rise} ends at {last:.3g} after {run}."
