"""What all figures share: no background, small margins, no jumping, and numbers readable on any cell."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale, unlabel_rgb

from cnnviz.plots.palette import DARK_TEXT, LIGHT_TEXT, TRANSPARENT


def base_layout(fig: go.Figure, *, height: int, title: str | None = None) -> go.Figure:
    """Give the figure what it needs to look right on a light and on a dark page; returns the same figure."""
    fig.update_layout(
        height=height,
        title={"text": title or "", "x": 0, "font": {"size": 14}},
        margin={"l": 8, "r": 8, "t": 36 if title else 8, "b": 8},
        paper_bgcolor=TRANSPARENT,
        plot_bgcolor=TRANSPARENT,
        uirevision="keep",  # zoom and hidden lines stay when new data comes
    )
    fig.update_xaxes(automargin=True)
    fig.update_yaxes(automargin=True)
    return fig


def text_colors(values: np.ndarray, colorscale: Sequence[str], low: float, high: float) -> np.ndarray:
    """Choose dark or light text for cells coloured by `values` (any shape) on a scale from `low` to `high`.

    Whichever contrasts more, by WCAG 2.2's contrast ratio.
    """
    shares = np.clip((np.asarray(values, float) - low) / (high - low), 0, 1)
    colors = [unlabel_rgb(color) for color in sample_colorscale(list(colorscale), shares.ravel().tolist())]
    luminance = np.array([_luminance(color) for color in colors]).reshape(shares.shape)
    dark_contrast = (luminance + 0.05) / (_luminance(_hex_to_rgb(DARK_TEXT)) + 0.05)
    light_contrast = (_luminance(_hex_to_rgb(LIGHT_TEXT)) + 0.05) / (luminance + 0.05)
    return np.where(dark_contrast >= light_contrast, DARK_TEXT, LIGHT_TEXT)


def add_cell_text(fig: go.Figure, text: np.ndarray, colors: np.ndarray, *, size: int) -> None:
    """Write text (R, C) in the cells of a heatmap, each in its colour (R, C).

    One trace per colour: plotly fades the text of unselected points unless their colour is fixed for the trace.
    """
    for color in (DARK_TEXT, LIGHT_TEXT):
        rows, columns = np.nonzero(colors == color)
        fig.add_scatter(
            x=columns,
            y=rows,
            text=text[rows, columns],
            mode="text",
            textfont={"color": color, "size": size},
            unselected={"textfont": {"color": color}},
            hoverinfo="skip",
            showlegend=False,
        )


def _hex_to_rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(rgb: tuple[float, ...]) -> float:
    """Relative luminance, 0..1, of an sRGB colour of 0..255 (WCAG 2.2)."""
    share = np.asarray(rgb, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
