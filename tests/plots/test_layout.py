import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

import cnnviz
from cnnviz.plots.comparison import RUN_COLOURS
from cnnviz.plots.style import (
    DARK_TEXT,
    DIVERGING,
    LIGHT_TEXT,
    LOCALE,
    SEQUENTIAL,
    add_cell_text,
    base_layout,
    line_colors,
    percent_format,
    text_colors,
)


def test_a_figure_has_the_background_of_the_page_and_keeps_its_zoom():
    fig = base_layout(go.Figure(), height=200)
    assert fig.layout.paper_bgcolor is fig.layout.plot_bgcolor is None  # Streamlit fills in the theme's
    assert (fig.layout.height, fig.layout.title.text, fig.layout.uirevision) == (200, "", "keep")
    assert fig.layout.margin.t >= 30


def test_per_cent_has_its_narrow_space_on_all_axes_and_in_what_is_said_of_a_point():
    """Each format in per cent comes from `percent_format`; d3's own would set the sign close to the number."""
    assert [percent_format(), percent_format(1), percent_format(None)] == ["$.0%", "$.1%", "$~%"]
    assert LOCALE["locales"][LOCALE["locale"]] == {"format": {"currency": ["", "\u202f%"]}}
    own = re.compile(r"(?<!\$)\.\d%|(?<!\$)~%")
    sources = (Path(cnnviz.__file__).parent / "plots").rglob("*.py")
    assert {path.name: found for path in sources if (found := own.findall(path.read_text("utf-8")))} == {}


def test_text_is_light_on_the_dark_ends_and_dark_in_the_light_middle():
    assert text_colors(np.array([[-3.0, 0.0, 3.0]]), DIVERGING, -3, 3).tolist() == [[LIGHT_TEXT, DARK_TEXT, LIGHT_TEXT]]
    assert text_colors(np.array([0.0, 9.0]), SEQUENTIAL, 0, 9).tolist() == [LIGHT_TEXT, DARK_TEXT]
    assert text_colors(np.array([-5.0, 50.0]), SEQUENTIAL, 0, 9).tolist() == [LIGHT_TEXT, DARK_TEXT]


def rgb(color):
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])


def luminance(color):
    share = np.asarray(color, float) / 255
    return np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("scale", [DIVERGING, SEQUENTIAL], ids=["diverging", "sequential"])
def test_text_on_any_colour_of_a_scale_reaches_the_contrast_of_4_5(scale):
    steps = np.linspace(0, 1, 101)
    cells = [unlabel_rgb(color) for color in sample_colorscale(list(scale), steps.tolist())]
    for cell, text in zip(cells, text_colors(steps, scale, 0, 1), strict=True):
        light, dark = sorted([luminance(cell), luminance(rgb(text))], reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 4.5, (cell, text)


@pytest.mark.parametrize("ground", ["#ffffff", "#12161c"])
def test_lines_of_any_magnitude_reach_the_contrast_of_3_on_the_ground_of_either_theme(ground):
    colors = [unlabel_rgb(color) for color in line_colors(np.linspace(0, 1, 101))]
    for color in (*colors, *map(rgb, RUN_COLOURS)):
        light, dark = sorted([luminance(color), luminance(rgb(ground))], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, color


def test_lines_of_the_least_and_the_most_are_told_apart_by_their_hue():
    (red, green, blue), (yellow_red, yellow_green, yellow_blue) = map(unlabel_rgb, line_colors([0.0, 1.0]))
    assert blue > red > green, "violet"
    assert yellow_red > yellow_green > 3 * yellow_blue, "olive"


def test_every_cell_gets_its_text_once_in_its_row_and_column():
    fig = go.Figure()
    text = np.array([["a", "b", "c"], ["d", "e", "f"]])
    colors = np.array([[DARK_TEXT, LIGHT_TEXT, DARK_TEXT], [LIGHT_TEXT] * 3])
    add_cell_text(fig, text, colors)
    found = [(*place, t.text[place], t.textfont.color) for t in fig.data for place in np.ndindex(2, 3) if t.text[place]]
    assert sorted(found) == [(r, c, text[r, c], colors[r, c]) for r in range(2) for c in range(3)]
    assert all(trace.showscale is False and trace.hoverinfo == "skip" for trace in fig.data)
