"""The learning rate of a training as it is planned."""

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import TRAIN, base_layout
from cnnviz.text.units import count_text

SCHEDULE_HEIGHT = 200
MAX_POINTS = 500  # of a schedule


def schedule_curve(rates: np.ndarray, epochs: int) -> go.Figure:
    """Draw the learning rate over epochs.

    Parameters
    ----------
    rates : ndarray (S,)
        Planned, batch by batch (`training.schedule.learning_rates`).
    epochs : int
        Length of the run; the S batches are spread over it.

    Returns
    -------
    go.Figure
        Trace "planned".
    """
    kept = np.unique(np.linspace(0, len(rates) - 1, min(len(rates), MAX_POINTS)).round().astype(int))
    fig = go.Figure()
    fig.add_scatter(
        x=kept * epochs / max(len(rates) - 1, 1),
        y=np.asarray(rates)[kept],
        name="planned",
        mode="lines",
        line={"color": TRAIN, "width": 2.5},
        hovertemplate="epoch %{x:.2f}: %{y:.3g}<extra></extra>",
    )
    base_layout(fig, height=SCHEDULE_HEIGHT)
    fig.update_xaxes(title="epoch", range=[0, epochs], zeroline=False)
    fig.update_yaxes(title="learning rate", rangemode="tozero", tickformat="~g", zeroline=False)
    fig.update_layout(showlegend=False)
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
