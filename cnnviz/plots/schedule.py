"""The learning rate over a run, planned and as it was."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.layout import base_layout, row_legend
from cnnviz.plots.palette import MUTED, TRAIN

HEIGHT = 200
MAX_POINTS = 500


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
    base_layout(fig, height=HEIGHT)
    fig.update_xaxes(title="epoch", range=[0, epochs], zeroline=False)
    fig.update_yaxes(
        title="learning rate", type="log" if log else "linear", rangemode="tozero", tickformat="~g", zeroline=False
    )
    fig.update_layout(showlegend=bool(used), legend=row_legend())
    return fig


def describe_schedule(rates: np.ndarray, epochs: int) -> str:
    """Say in one sentence what `schedule_curve` shows."""
    run = f"{epochs} epoch{'' if epochs == 1 else 's'}"
    first, highest, last = float(rates[0]), float(np.max(rates)), float(rates[-1])
    if first == highest == last:
        return f"The learning rate is {highest:.3g} in all of the {run}."
    where = (int(np.argmax(rates)) + 1) / len(rates) * epochs
    rise = f" rises to {highest:.3g} at epoch {where:.1f} and" if highest > first else ""
    return f"The learning rate begins at {first:.3g},{rise} ends at {last:.3g} after {run}."
