"""All maps of a layer in one figure, on one colour scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import COLOR_BAR_HEIGHT, DIVERGING, MUTED, SEQUENTIAL, base_layout, color_bar, square_cells
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import count_text

MAX_COLUMNS = 8
MAX_CELLS = 250_000  # more than that is over 2 MB on its way to the browser
MAX_UNITS = 2048
MAX_NAMED = 24  # names at the axis of bars
FIGURE_WIDTH = 480  # what the height is reckoned for: half a wide page, or nearly all of a phone
LEAST_WIDTH = 360  # in less than that the labels may touch the maps above
LABEL_PIXELS = 16
EDGE = 6  # pixels above the colour bar and below the maps
HOVER = "map %{customdata[0]}, row %{customdata[1]}, column %{customdata[2]}: %{z:.4g}<extra></extra>"


@dataclass(frozen=True)
class Mosaic:
    """Maps side by side: values (R, C) with NaN between them; of each cell its map, row and column (R, C, 3)."""

    values: np.ndarray
    origins: np.ndarray
    corners: tuple[tuple[int, int], ...]  # (row, column) in the mosaic of each map's first cell


def map_grid(
    values: np.ndarray,
    *,
    signed: bool | None = None,
    max_maps: int = 64,
) -> go.Figure:
    """Draw the maps of one layer.

    Parameters
    ----------
    values : ndarray (H, W, C), float
    signed : bool, optional
        True: colours centred on zero. None: so if any value is negative.
    max_maps : int
        Only the first so many are drawn.

    Returns
    -------
    go.Figure
        One heatmap, at most 8 maps in a row, rows equally full; hovering tells map, row and column (from 0) and the
        value. Very large maps show every n-th pixel.
    """
    values = np.asarray(values, np.float32)[:, :, :max_maps]
    values = np.where(np.isfinite(values), values, np.nan)
    step = _step(values.shape)
    shown = values[::step, ::step]  # (h, w, C)
    mosaic = lay_out(shown, columns=num_columns(shown.shape[2]), step=step)
    low, high, colorscale = color_range(shown, signed=signed)
    fig = go.Figure(
        go.Heatmap(
            z=mosaic.values,
            zmin=low,
            zmax=high,
            colorscale=colorscale,
            customdata=mosaic.origins,
            hovertemplate=HOVER,
            hoverongaps=False,
            colorbar=color_bar("value"),
        )
    )
    label_maps(fig, mosaic.corners)
    return mosaic_layout(fig, mosaic.values.shape)


def vector_bars(values: np.ndarray, names: Sequence[str] = ()) -> go.Figure:
    """Draw the values (units,) of a layer without maps as bars; only the first 2,048 of more.

    `names` are those of the units, as the classes of the layer that answers; without them they are counted from 1.
    """
    shown = np.asarray(values, float)[:MAX_UNITS]
    low, high, colorscale = color_range(shown)
    numbers = np.arange(1, len(shown) + 1)
    has_names = len(names) == len(values)
    labels = [as_plotly(name) for name in short_labels(names)] if has_names else [f"unit {i}" for i in numbers]
    fig = go.Figure(
        go.Bar(
            x=numbers,
            y=shown,
            marker={
                "color": shown,
                "colorscale": colorscale,
                "cmin": low,
                "cmax": high,
                "line": {"color": MUTED, "width": 0.5},
            },
            customdata=labels[: len(shown)],
            hovertemplate="%{customdata}: %{y:.4g}<extra></extra>",
        )
    )
    base_layout(fig, height=220)
    left_out = len(values) > MAX_UNITS
    fig.update_xaxes(title=f"unit (the first {MAX_UNITS:,} of {len(values):,})" if left_out else "unit")
    if has_names:
        kept = numbers[:: -(-len(numbers) // MAX_NAMED)]  # of many classes some names, as an axis has some numbers
        fig.update_xaxes(title="class", tickvals=kept, ticktext=[labels[i - 1] for i in kept])
    fig.update_yaxes(title="value", zeroline=True, zerolinecolor=MUTED)
    fig.update_layout(bargap=0.05)
    return fig


def describe_maps(values: np.ndarray, *, max_maps: int = 64) -> str:
    """Return a sentence that says what `map_grid` (H, W, C) or `vector_bars` (units,) shows."""
    values = np.asarray(values)
    finite = values[np.isfinite(values)]
    extent = f"values from {finite.min():.3g} to {finite.max():.3g}" if finite.size else "no finite value"
    if values.ndim == 1:
        return f"{count_text(len(values), 'unit')}, {extent}{_silence(values[None], 'zero')}."
    height, width, count = values.shape
    cut = f" (the first {max_maps} are shown)" if count > max_maps else ""
    silence = _silence(values.reshape(-1, count), "zero everywhere")
    return f"{count_text(count, 'map')} of {height} by {width} pixels{cut}, {extent}{silence}."


def color_range(values: np.ndarray, *, signed: bool | None = None) -> tuple[float, float, list[str]]:
    """Choose the ends of the colour scale and the scale: centred on zero for signed values, from 0 for others."""
    finite = values[np.isfinite(values)]
    limit = float(np.abs(finite).max()) if finite.size else 0.0
    limit = limit or 1.0
    if signed is None:
        signed = bool((finite < 0).any())
    return (-limit, limit, DIVERGING) if signed else (0.0, limit, SEQUENTIAL)


def lay_out(maps: np.ndarray, *, columns: int, step: int = 1) -> Mosaic:
    """Put maps (H, W, C) side by side, `columns` in a row, NaN between; `step` scales the origins back."""
    height, width, count = maps.shape
    gap_y, gap_x = _gaps(height, width, columns)
    rows = -(-count // columns)
    values = np.full((rows * (height + gap_y), columns * (width + gap_x) - gap_x), np.nan, np.float32)
    small = max(count, height * step, width * step) <= 255
    origins = np.zeros((*values.shape, 3), np.uint8 if small else np.uint16)  # half the bytes for the browser
    corners = []
    pixel_rows, pixel_columns = np.indices((height, width)) * step + 1  # as people count
    for number in range(count):
        top, left = number // columns * (height + gap_y) + gap_y, number % columns * (width + gap_x)
        place = np.s_[top : top + height, left : left + width]
        values[place] = maps[:, :, number]
        origins[place] = np.stack([np.full((height, width), number + 1), pixel_rows, pixel_columns], axis=-1)
        corners.append((top, left))
    return Mosaic(values, origins, tuple(corners))


def num_columns(count: int) -> int:
    """Choose at most MAX_COLUMNS so that the rows are equally full: 5 and 5 rather than 8 and 2."""
    rows = -(-count // MAX_COLUMNS)
    return -(-count // rows)


def _gaps(height: int, width: int, columns: int) -> tuple[int, int]:
    """Space above each map, for its label, and beside it, in cells."""
    gap_x = max(1, round(0.05 * max(width, height)))
    pixels_per_cell = LEAST_WIDTH / (columns * (width + gap_x))
    return max(1, math.ceil(LABEL_PIXELS / pixels_per_cell)), gap_x


def _step(shape: tuple[int, ...]) -> int:
    return max(1, int(np.ceil(np.sqrt(np.prod(shape) / MAX_CELLS))))


def label_maps(fig: go.Figure, corners: Sequence[tuple[int, int]]) -> None:
    """Write the number of each map, from 1, above it."""
    shared = {"showarrow": False, "xanchor": "left", "yanchor": "bottom", "font": {"size": 9, "color": MUTED}}
    fig.update_layout(
        annotations=[
            {"text": str(number), "x": left - 0.5, "y": top - 0.5, "borderpad": 0, **shared}
            for number, (top, left) in enumerate(corners, start=1)
        ]
    )


def mosaic_layout(
    fig: go.Figure, shape: tuple[int, int], *, above: int = COLOR_BAR_HEIGHT, width: int = FIGURE_WIDTH
) -> go.Figure:
    """Give a mosaic of (rows, columns) cells its size, with so many pixels above it; returns the same figure."""
    rows, columns = shape
    height = int(np.clip(width * rows / columns, 90, 900)) + above + 2 * EDGE
    base_layout(fig, height=height)
    fig.update_layout(margin={"t": EDGE, "b": EDGE})  # the buttons fit beside the colour bar
    fig.update_xaxes(visible=False)
    fig.update_yaxes(visible=False)
    return square_cells(fig, rows=rows, columns=columns)


def _silence(columns: np.ndarray, words: str) -> str:
    """Say how many columns of (N, C) are zero throughout, if any are."""
    silent = int((columns == 0).all(axis=0).sum())
    return f", {silent} of them {words}" if silent else ""
