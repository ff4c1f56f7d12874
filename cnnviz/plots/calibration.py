"""The reliability diagram: how often a net is right, by how sure it is."""

import numpy as np
import plotly.graph_objects as go

from cnnviz.evaluation.calibration import Reliability, error_text
from cnnviz.plots.style import ACCENT, END_MARGIN, MUTED, TRAIN, base_layout, percent_format
from cnnviz.text.units import count_text, percent_text

HEIGHT = 300
TICKS = [0, 0.25, 0.5, 0.75, 1]
RANGE = [-0.02, 1.02]  # a label at the very end of an axis would be left out


def reliability_figure(found: Reliability) -> go.Figure:
    """Draw a bar for each bin that has images, as high as the share that is right; its mean confidence is a mark.

    On the dotted line a net is right as often as it is sure. A mark above its bar: it was too sure.
    """
    has_images = found.counts > 0
    middles = (found.edges[:-1] + found.edges[1:]) / 2
    width = float(found.edges[1] - found.edges[0])
    share, count = percent_format(1), "%{customdata[0]:,}"
    fig = go.Figure()
    fig.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dot", "width": 1.5}, hoverinfo="skip"
    )
    fig.add_bar(
        x=middles[has_images],
        y=found.accuracy[has_images],
        width=0.92 * width,
        marker={"color": TRAIN},
        customdata=np.stack([found.counts, found.confidence], axis=1)[has_images].tolist(),
        hovertemplate=f"right %{{y:{share}}}, sure %{{customdata[1]:{share}}}, images {count}<extra></extra>",
    )
    fig.add_scatter(
        x=middles[has_images],
        y=found.confidence[has_images],
        mode="markers",
        marker={"color": ACCENT, "symbol": "line-ew-open", "size": 14, "line": {"width": 3}},
        hoverinfo="skip",
    )
    base_layout(fig, height=HEIGHT)
    fig.update_layout(showlegend=False, margin_r=END_MARGIN)
    ticks = {"tickformat": percent_format(), "zeroline": False}
    fig.update_xaxes(title="how sure the net is", range=RANGE, tickvals=TICKS, **ticks)
    fig.update_yaxes(title="how often it is right", range=[0, 1.02], **ticks)
    return fig


def describe_reliability(found: Reliability) -> str:
    """Return a sentence that says what `reliability_figure` shows."""
    if not found.counts.any():
        return "Reliability diagram without images."
    most = int(found.counts.argmax())
    bins = f"{percent_text(found.edges[most])} to {percent_text(found.edges[most + 1])}"
    return (
        f"Reliability diagram of {count_text(int(found.counts.sum()), 'image')}: of the "
        f"{found.counts[most]:,} answers that were {bins} sure, "
        f"{percent_text(float(found.accuracy[most]), digits=1)} are right; expected calibration error "
        f"{error_text(found.error)}."
    )
