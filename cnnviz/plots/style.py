"""The colours of every figure, named once, and the layout that all figures share.

The same colour means the same thing on every page. All are told apart by colour-blind readers: Okabe and Ito's set for
kinds, ColorBrewer's RdBu for signed values, viridis for magnitudes. None depends on the theme: figures have no
background of their own. Margins are small, nothing jumps, numbers can be read.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import label_rgb, sample_colorscale, sequential, unlabel_rgb

from cnnviz.text.units import PERCENT

DIVERGING: list[str] = ["rgb(178,24,43)", "rgb(247,247,247)", "rgb(33,102,172)"]
"""Signed values, centred on zero: red is negative, white is zero, blue is positive; as in shared/colours.js."""

SEQUENTIAL: list[str] = list(sequential.Viridis)
"""Magnitudes: dark is nothing, yellow is much."""

LINE_LUMINANCE = (0.13, 0.29)
"""Of a thin line that is to be seen on white and on near black: a contrast of 3 to 1 against both (WCAG 2.2)."""

TRAIN = "#5B6B7F"
"""What is learned from, and bars that only count: a slate, because blue means convolution or positive."""

TRAIN_NOISE = "#A9B4C2"
"""Single batches, behind the line of TRAIN."""

VALIDATION = "#E69F00"
TRAIN_DASH = "solid"
VALIDATION_DASH = "dot"
ACCENT = "#D55E00"
"""The one thing chosen or guessed."""

MUTED = "#8A8A8A"
"""Lines and labels that recede; readable on white and on near black."""

DARK_TEXT = "#000000"  # black and white: on any colour one of them reaches a contrast of 4.5
LIGHT_TEXT = "#FFFFFF"
TRANSPARENT = "rgba(0,0,0,0)"

LOCALE: dict[str, Any] = {"locale": "en-US", "locales": {"en-US": {"format": {"currency": ["", PERCENT]}}}}
"""Settings of plotly for whoever shows a figure: what `percent_format` needs.

d3-format sets a "%" of its own close to the number, and plotly lets one choose no other. But the signs around an amount
of money it lets one choose, and they take that one's place: "$.0%" is 100 times the number with them.
"""

Figure = go.Figure
"""The type of all figures, for those who show them and need nothing else of plotly."""

COLOR_BAR_HEIGHT = 60  # pixels, with its title and numbers
END_MARGIN = 22  # pixels right of an axis whose last label is "100 %": half of it stands there
TOP_MARGIN = 36  # pixels: a title, a legend, or the buttons that appear on hovering and would else cover the data


def base_layout(fig: go.Figure, *, height: int) -> go.Figure:
    """Set height and margins so that the figure suits light and dark pages; returns the same figure."""
    fig.update_layout(
        height=height,
        title={"text": ""},
        margin={"l": 8, "r": 8, "t": TOP_MARGIN, "b": 8},
        modebar_bgcolor=TRANSPARENT,  # on a touch screen it is always there
        dragmode=False,  # a finger on a figure scrolls the page; a button above the figure lets one zoom
        uirevision="keep",  # zoom and hidden lines stay when new data comes
    )
    fig.update_xaxes(automargin=True)
    fig.update_yaxes(automargin=True)
    return fig


def percent_format(digits: int | None = 0) -> str:
    """Return d3's format of a share of 0..1 in per cent, as `text.units.percent_text` writes it, where `LOCALE` holds.

    With `digits` None it has as many decimals as it needs.
    """
    return "$~%" if digits is None else f"$.{digits}%"


def share_ticks() -> dict[str, Any]:
    """Settings of an axis or colour bar of shares: ticks in per cent, with as many decimals as tell them apart.

    Also after zooming: plotly chooses by how far its ticks are apart.
    """
    stops = ([0.01, None], 0), ([0.001, 0.0099], 1), ([None, 0.00099], 2)
    by_distance = [{"dtickrange": at, "value": percent_format(digits)} for at, digits in stops]
    return {"tickformat": percent_format(), "tickformatstops": by_distance}


def row_legend() -> dict[str, Any]:
    """Settings of a legend of two in a row above the plot; base_layout's margin is enough for it."""
    return {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}


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


def line_colors(shares: Sequence[float]) -> list[str]:
    """Colours of lines for magnitudes of 0..1: those of `SEQUENTIAL`, none too dark or too light for either theme."""
    return [_in_sight(unlabel_rgb(color)) for color in sample_colorscale(SEQUENTIAL, list(shares))]


def _in_sight(rgb: tuple[float, ...]) -> str:
    """Mix a colour with as little white or black as brings it to `LINE_LUMINANCE`."""
    least, most = LINE_LUMINANCE
    end = 255 if _luminance(rgb) < least else 0
    for share in np.linspace(0, 1, 101):
        mixed = tuple(level + (end - level) * share for level in rgb)
        if least <= _luminance(mixed) <= most:
            break
    return label_rgb(tuple(round(level) for level in mixed))


def square_cells(fig: go.Figure, *, rows: int, columns: int) -> go.Figure:
    """Make the cells of a heatmap square, the first row on top, in the upper left corner; returns the same figure."""
    shared = {"constrain": "domain", "showgrid": False, "zeroline": False}
    fig.update_xaxes(range=[-0.5, columns - 0.5], constraintoward="left", **shared)
    fig.update_yaxes(range=[rows - 0.5, -0.5], scaleanchor="x", constraintoward="top", **shared)
    return fig


def color_bar(title: str) -> dict[str, Any]:
    """Settings of a colour bar above the figure: beside it, it would take a third of a phone's width."""
    return {
        "title": {"text": title, "side": "top"},
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "ypad": 4,  # by default the bar pushes the figure away from itself twice
        "len": 0.6,
        "nticks": 5,
        "tickangle": 0,
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
    }


def add_cell_text(fig: go.Figure, text: np.ndarray, colors: np.ndarray) -> None:
    """Write text (R, C) in the cells of a heatmap, each in its colour (R, C).

    A transparent heatmap for each colour, because plotly fits the text of a heatmap to the cells it has on the page.
    """
    usual = (DARK_TEXT, LIGHT_TEXT)
    for color in (*usual, *sorted(set(np.asarray(colors).ravel().tolist()) - set(usual))):
        fig.add_heatmap(
            z=np.where(colors == color, 0.0, np.nan),
            text=np.where(colors == color, text, ""),
            texttemplate="%{text}",
            textfont={"color": color},
            colorscale=[[0, TRANSPARENT], [1, TRANSPARENT]],
            showscale=False,
            hoverinfo="skip",
        )


def _hex_to_rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(rgb: tuple[float, ...]) -> float:
    """Relative luminance, 0..1, of an sRGB colour of 0..255 (WCAG 2.2)."""
    share = np.asarray(rgb, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
