"""Kernels and maps beside each other, on one colour scale, each under its name."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.maps import HOVER, color_range, lay_out, mosaic_layout
from cnnviz.plots.style import color_bar
from cnnviz.text.markup import as_plotly

THIN = 6  # pixels of the one colour bar
WIDTH = 400  # pixels of a row, on a wide page and a phone
ROOM = 34  # pixels above the row, of the colour bar with its numbers


def named_row(pictures: np.ndarray, names: Sequence[str], *, signed: bool | None = None) -> go.Figure:
    """Draw kernels or maps in one row.

    Parameters
    ----------
    pictures : ndarray (N, H, W), float
    names : sequence of N str
        What stands above each.
    signed : bool, optional
        True: colours centred on zero. None: so if any value is negative.

    Returns
    -------
    go.Figure
        One heatmap with one thin colour bar; hovering tells picture, row and column, all from 1, and the value.
    """
    values = np.moveaxis(np.asarray(pictures, np.float32), 0, -1)  # (H, W, N)
    mosaic = lay_out(values, columns=values.shape[2])
    low, high, colorscale = color_range(values, signed=signed)
    fig = go.Figure(
        go.Heatmap(
            z=mosaic.values,
            zmin=low,
            zmax=high,
            colorscale=colorscale,
            customdata=mosaic.origins,
            hovertemplate=HOVER.replace("map", "number"),
            hoverongaps=False,
            colorbar={**color_bar(""), "thickness": THIN, "nticks": 3, "len": 0.4},
        )
    )
    shared = {"showarrow": False, "xanchor": "left", "yanchor": "bottom", "borderpad": 0, "font": {"size": 12}}
    fig.update_layout(
        annotations=[
            {"text": as_plotly(name), "x": left - 0.5, "y": top - 0.5, **shared}
            for name, (top, left) in zip(names, mosaic.corners, strict=True)
        ]
    )
    return mosaic_layout(fig, mosaic.values.shape, above=ROOM, width=WIDTH)


def describe_maps_of(pictures: np.ndarray, names: Sequence[str]) -> str:
    """Return a sentence that says what `named_row` shows of maps (N, H, W)."""
    said = [
        f"{name}, from {one.min():.3g} to {one.max():.3g}, {one.mean():.3g} on average"
        for name, one in zip(names, np.asarray(pictures, float), strict=True)
    ]
    return f"Maps of {pictures.shape[1]} by {pictures.shape[2]} values: {'; '.join(said)}."


def describe_kernels_of(pictures: np.ndarray, names: Sequence[str]) -> str:
    """Return a sentence that says what `named_row` shows of kernels (N, h, w), row by row."""
    said = [
        f"{name}: {'; '.join(', '.join(f'{value:.2g}' for value in row) for row in one)}"
        for name, one in zip(names, np.asarray(pictures, float), strict=True)
    ]
    return f"Kernels of {pictures.shape[1]} by {pictures.shape[2]} weights, row by row. {'. '.join(said)}."
