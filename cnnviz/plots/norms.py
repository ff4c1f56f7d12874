"""How large the weights and gradients of each layer are, epoch by epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.plots.layout import TOP_MARGIN, base_layout
from cnnviz.plots.palette import QUALITATIVE

HEIGHT = 350
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
                name=layer,
                legendgroup=layer,
                showlegend=column == 1,
                mode="lines+markers",
                line={"color": color},
                hovertemplate=f"{layer}, epoch %{{x}}: %{{y:.3g}}<extra></extra>",
                row=1,
                col=column,
            )
    base_layout(fig, height=HEIGHT)
    fig.update_layout(margin={"t": 2 * TOP_MARGIN})  # the buttons stand above the titles, not on them
    fig.update_xaxes(title="epoch", dtick=1 if len(epochs) < 12 else None, zeroline=False)
    fig.update_yaxes(type="log", col=2)
    return fig


def describe_norms(epochs: Rows) -> str:
    """Say in one sentence what `norms_figure` shows."""
    layers = _layers(epochs)
    if not layers:
        return "Norms of weights and gradients: no epoch has ended yet."
    last = epochs[-1]["norms"]
    parts = [f"{layer} weights {last[layer]['weights']:.3g}" for layer in layers if "weights" in last.get(layer, {})]
    return f"Norms of weights and gradients over {len(epochs)} epochs; last: {', '.join(parts)}."


def _layers(epochs: Rows) -> list[str]:
    """Layers with weights, in the order of the net."""
    newest = next((row["norms"] for row in reversed(epochs) if row.get("norms")), {})
    return [layer for layer, values in newest.items() if "weights" in values]
