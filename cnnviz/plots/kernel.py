"""A kernel as a grid of coloured numbers."""

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import DIVERGING, add_cell_text, base_layout, color_bar, square_cells, text_colors

HEIGHT = 320


def kernel_heatmap(matrix: np.ndarray) -> go.Figure:
    """Draw a kernel (H, W), signed, with its numbers; the first row is on top, zero is white."""
    matrix = np.asarray(matrix, float)
    limit = float(np.abs(matrix).max()) or 1.0
    fig = go.Figure(
        go.Heatmap(
            z=matrix,
            zmin=-limit,
            zmax=limit,
            colorscale=DIVERGING,
            xgap=2,
            ygap=2,
            colorbar=color_bar("weight"),
            customdata=np.moveaxis(np.indices(matrix.shape) + 1, 0, -1),
            hovertemplate="row %{customdata[0]}, column %{customdata[1]}: %{z:.4g}<extra></extra>",
        )
    )
    text = np.vectorize(lambda value: f"{value:.3g}", otypes=[str])(matrix)
    add_cell_text(fig, text, text_colors(matrix, DIVERGING, -limit, limit))
    base_layout(fig, height=HEIGHT)
    fig.update_xaxes(visible=False, fixedrange=True)
    fig.update_yaxes(visible=False, fixedrange=True)
    return square_cells(fig, rows=matrix.shape[0], columns=matrix.shape[1])


def describe_kernel(matrix: np.ndarray) -> str:
    """Return a sentence that says what `kernel_heatmap` shows."""
    matrix = np.asarray(matrix, float)
    rows = "; ".join(", ".join(f"{value:.3g}" for value in row) for row in matrix)
    height, width = matrix.shape
    return f"A kernel of {height} by {width} numbers, row by row: {rows}; their sum is {matrix.sum():.3g}."
