"""Figures of the Compare page, held against hand-made curves and points."""

import numpy as np
import pytest

from cnnviz.plots.comparison import (
    LABEL_HEIGHT,
    LETTERS,
    MAX_POINTS,
    RUN_COLOURS,
    RUN_DASHES,
    RUN_SYMBOLS,
    Line,
    comparison_curves,
    describe_comparison,
    smoothed,
    spread,
    spread_beside,
)
from cnnviz.plots.comparison_classes import describe_recalls, recall_figure, widest_first
from cnnviz.plots.comparison_costs import Mark, cost_figure, describe_costs
from cnnviz.runs.pareto import COSTS, Point

LINES = [
    Line(0, "small", np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.8, 0.9])),
    Line(1, "large", np.array([1.0, 2.0]), np.array([0.6, 0.9])),
]
# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009)
BLINDNESSES = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "none": np.eye(3).tolist(),
}


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("ground", ["#ffffff", "#12161c"])
def test_the_colours_of_runs_reach_3_to_1_on_either_ground(ground: str) -> None:
    weights = [0.2126, 0.7152, 0.0722]
    back = linear(ground) @ weights
    for colour in RUN_COLOURS:
        light, dark = sorted((back, linear(colour) @ weights), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, colour


@pytest.mark.parametrize("blindness", BLINDNESSES)
def test_the_colours_of_runs_are_told_apart_by_colour_blind_readers(blindness: str) -> None:
    seen = [lab(np.array(BLINDNESSES[blindness]) @ linear(colour)) for colour in RUN_COLOURS]
    apart = [np.linalg.norm(a - b) for place, a in enumerate(seen) for b in seen[:place]]
    assert min(apart) > 20
    assert np.linalg.norm(seen[0] - seen[1]) > 40, "the first two most of all"


def test_each_run_has_a_letter_a_colour_a_dash_and_a_symbol_of_its_own() -> None:
    for own in (LETTERS, RUN_COLOURS, RUN_DASHES, RUN_SYMBOLS):
        assert len(set(own)) == len(own) == 6


def test_smoothing_is_a_moving_average_whose_start_is_not_drawn_to_zero() -> None:
    assert smoothed(np.array([4.0, 4.0, 4.0]), 0.9).tolist() == pytest.approx([4, 4, 4])
    assert smoothed(np.array([1.0, 3.0]), 0.5).tolist() == pytest.approx([1, (0.5 * 1 * 0.5 + 0.5 * 3) / 0.75])
    assert smoothed(np.array([1.0, 3.0]), 0.0).tolist() == [1, 3]


def test_each_line_has_the_numbers_given_its_colour_and_its_name_at_its_end() -> None:
    fig = comparison_curves(LINES, metric="accuracy", x_title="epochs", has_marks=True)
    assert [trace.name for trace in fig.data] == ["<b>A</b> small", "<b>B</b> large"]
    assert list(fig.data[1].y) == [0.6, 0.9]
    assert [trace.line.color for trace in fig.data] == list(RUN_COLOURS[:2])
    assert [(note.x, note.text) for note in fig.layout.annotations] == [
        (3.0, "<b>A</b> small"),
        (2.0, "<b>B</b> large"),
    ]
    assert [note.yshift for note in fig.layout.annotations] == [0, 0], "far from each other"
    same_end = [LINES[0], Line(1, "large", LINES[0].x, LINES[0].y)]
    notes = comparison_curves(same_end, metric="accuracy", x_title="epochs", has_marks=True).layout.annotations
    assert notes[1].yshift - notes[0].yshift == pytest.approx(LABEL_HEIGHT), "one name goes up, one down"
    assert fig.layout.xaxis.title.text == "epochs"
    assert fig.layout.yaxis.hoverformat == "$.2%", "a share is told in per cent, as its axis has it"
    assert comparison_curves(LINES, metric="loss", x_title="epochs", has_marks=True).layout.yaxis.hoverformat == ".4g"


def test_what_was_measured_stands_thinly_behind_what_is_smoothed() -> None:
    fig = comparison_curves(LINES[:1], metric="loss", x_title="steps", smoothing=0.5, has_marks=False)
    behind, line = fig.data
    assert (behind.name, list(behind.y), behind.opacity) == ("measured", [0.5, 0.8, 0.9], 0.3)
    assert list(line.y) == smoothed(LINES[0].y, 0.5).tolist()


def test_on_a_logarithmic_axis_what_is_not_above_zero_has_no_place() -> None:
    line = Line(0, "small", np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.0, 0.01]))
    fig = comparison_curves([line], metric="error", x_title="epochs", log=True, has_marks=True)
    assert (list(fig.data[0].x), list(fig.data[0].y)) == ([1, 3], [0.1, 0.01])
    assert fig.layout.yaxis.type == "log"
    assert fig.layout.annotations[0].y == pytest.approx(-2)
    low, high = fig.layout.yaxis.range
    assert low < -2 < -1 < high


def test_a_long_line_is_thinned_out_and_one_without_points_is_left_out() -> None:
    x = np.arange(20_000.0)
    fig = comparison_curves(
        [Line(0, "long", x, x + 1), Line(1, "none", x[:0], x[:0])], metric="loss", x_title="steps", has_marks=False
    )
    assert len(fig.data) == 1
    assert len(fig.data[0].y) == MAX_POINTS
    assert fig.data[0].y[-1] == 20_000
    assert len(comparison_curves([], metric="loss", x_title="steps", has_marks=False).data) == 0


def test_the_curves_in_words_say_where_each_run_ends_and_its_best() -> None:
    dip = Line(0, "small", np.array([1.0, 2.0]), np.array([0.9, 0.85]))
    said = describe_comparison([dip, LINES[1]], metric="accuracy", x_title="epochs")
    assert said == (
        "The accuracy of 2 runs by epochs: A small ends at 85.0\u202f%, best 90.0\u202f%; "
        "B large ends at 90.0\u202f%, best 90.0\u202f%."
    )
    losses = describe_comparison([Line(2, "x", dip.x, dip.y)], metric="loss", x_title="epochs")
    assert "C x ends at 0.8500, best 0.8500" in losses


def test_names_far_from_each_other_along_the_axis_stay_where_they_are() -> None:
    assert spread_beside([0.0, 9.0, 9.5], [50.0, 50.0, 50.0], 10, near=1) == [50, 45, 55]


def test_names_are_moved_apart_as_little_as_need_be_and_keep_their_order() -> None:
    assert spread([0.0, 100.0], 17) == [0, 100]
    assert spread([50.0, 50.0], 10) == [45, 55]
    assert spread([50.0, 44.0, 100.0], 10) == [52, 42, 100]
    found = spread([3.0, 1.0, 2.0, 2.5], 10)
    assert sorted(range(4), key=found.__getitem__) == [1, 2, 3, 0]
    assert np.diff(sorted(found)) == pytest.approx([10, 10, 10])


def test_costs_are_points_with_their_front_and_others_are_pale() -> None:
    marks = [Mark(0, "small", Point(100, 0.9)), Mark(1, "large", Point(10_000, 0.95), is_comparable=False)]
    cost = COSTS["Parameters"]
    fig = cost_figure(marks, [("old <b>", Point(500, 0.8))], [Point(100, 0.9)], cost=cost, log=True)
    front, pale, first, second = fig.data
    assert (list(front.x), list(front.y), front.line.shape) == ([100], [0.9], "hv")
    assert (list(pale.x), list(pale.y)) == ([500], [0.8])
    assert pale.customdata[0][0] == "old &lt;b&gt;"
    assert (list(first.x), first.marker.symbol) == ([100], "circle")
    assert second.marker.symbol == "diamond-open", "it was tested on other images"
    assert fig.layout.xaxis.type == "log"
    assert fig.layout.xaxis.range[0] < 2 < 4 < fig.layout.xaxis.range[1]
    assert describe_costs(marks, cost=cost) == (
        "Test accuracy against parameters: A small 90.0\u202f%, 100 parameters; B large 95.0\u202f%, 10,000 parameters."
    )
    assert len(cost_figure([], [], [], cost=cost, log=False).data) == 2


RECALLS = np.array([[0.5, 0.9, np.nan, 0.7], [0.6, 0.6, np.nan, 0.7]])


def test_classes_stand_in_the_order_of_how_much_the_runs_differ_in_them() -> None:
    assert widest_first(RECALLS).tolist() == [1, 0, 3], "the third has no images"
    fig = recall_figure(RECALLS, ["cat", "dog", "hen", "cow"], [(0, "small"), (2, "other")])
    apart, first, second = fig.data
    assert list(apart.x) == [0.6, 0.9, None, 0.5, 0.6, None, 0.7, 0.7, None]
    assert (list(first.y), list(first.x)) == (["dog", "cat", "cow"], [0.9, 0.5, 0.7])
    assert second.marker.color == RUN_COLOURS[2]
    said = describe_recalls(RECALLS, ["cat", "dog", "hen", "cow"], [(0, "small"), (2, "other")])
    assert said.startswith(
        "Recall of the classes, those that differ most first. dog: A 90.0\u202f%, C 60.0\u202f%; cat"
    )
