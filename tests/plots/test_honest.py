import math

import pytest

from cnnviz.evaluation.honest import compare
from cnnviz.plots.honest import describe_honest, honest_figure
from tests.evaluation.test_honest import group

A = group("conv", [0.97, 0.96, 0.98])
B = group("dense <b>", [0.93, math.nan, 0.95, 0.94], first=10)
FOUND = compare(A, B, same_images=True)


def test_each_seed_is_a_dot_and_each_run_that_diverged_a_cross() -> None:
    fig = honest_figure([A, B], [FOUND], metric="test accuracy")
    dots = [trace for trace in fig.data if trace.mode == "markers" and trace.marker.size == 9]
    assert [list(trace.x) for trace in dots[:2]] == [pytest.approx([97, 96, 98]), pytest.approx([93, 95, 94])]
    assert list(dots[0].customdata) == [0, 1, 2]
    (cross,) = [trace for trace in dots if trace.marker.symbol == "x"]
    assert list(cross.customdata) == [11]
    assert cross.x[0] < 93


def test_dots_and_means_have_the_colours_of_their_nets() -> None:
    fig = honest_figure([A, B], [], metric="m", colours={"conv": "#0072B2", "dense <b>": "#D55E00"})
    dots = [trace.marker.color for trace in fig.data if trace.marker.size == 9 and trace.marker.symbol != "x"]
    means = [trace.marker.color for trace in fig.data if trace.marker.symbol == "line-ns-open"]
    assert dots == means == ["#0072B2", "#D55E00"]


def test_the_advantage_is_drawn_with_its_interval_around_zero() -> None:
    fig = honest_figure([A, B], [FOUND], metric="test accuracy")
    bar, mark = fig.data[-2:]
    assert list(bar.x) == pytest.approx([100 * bound for bound in FOUND.interval])
    assert list(mark.x) == [pytest.approx(3)]
    assert fig.layout.xaxis2.zeroline
    assert fig.layout.xaxis2.range[0] < 0 < fig.layout.xaxis2.range[1]
    assert "how much better than dense" in fig.layout.xaxis2.title.text


def test_a_mark_is_hollow_where_zero_is_in_its_interval() -> None:
    alike = compare(A, group("b", [0.96, 0.97, 0.981], first=5), same_images=True)
    colors = [honest_figure([A], [found], metric="m").data[-1].marker.color for found in (FOUND, alike)]
    assert colors[0] != "white"
    assert colors[1] == "white"


def test_names_are_shown_letter_by_letter() -> None:
    fig = honest_figure([A, B], [], metric="m")
    assert [note.text for note in fig.layout.annotations] == ["conv", "dense &lt;b&gt;"]


def test_all_of_a_long_name_can_be_read_in_lines_that_a_phone_has_room_for() -> None:
    name = "A · a name that somebody made as long as a run may be called, learning rate 0.0003, batch size 128"
    first = honest_figure([A, B], [], metric="m")
    fig = honest_figure([A, B], [], metric="m", labels={"conv": name})
    lines = fig.layout.annotations[0].text.split("<br>")
    assert " ".join(lines) == name
    assert max(map(len, lines)) <= 44
    assert fig.layout.height - first.layout.height == pytest.approx(17 * (len(lines) - 1)), "what it needs, it gets"
    assert fig.layout.annotations[0].y == pytest.approx(17 * 2 / 44), "below its further lines"
    assert fig.layout.annotations[1].y - fig.layout.annotations[0].y == 1


def test_a_name_without_end_loses_its_middle_and_is_whole_on_hovering() -> None:
    name = f"A · {'x' * 300} end"
    (note,) = honest_figure([A], [], metric="m", labels={"conv": name}).layout.annotations
    assert note.text.startswith("A · ")
    assert note.text.endswith("end")
    assert len(note.text.replace("<br>", "")) <= 132
    assert note.hovertext == name


def test_equal_seeds_do_not_hide_each_other() -> None:
    fig = honest_figure([group("a", [0.9, 0.9, 0.9])], [], metric="m")
    (dots,) = [trace for trace in fig.data if trace.marker.size == 9]
    assert len(set(dots.y)) == 3


def test_a_loss_is_drawn_in_its_own_unit_and_a_single_run_without_interval() -> None:
    a, b = group("a", [0.2]), group("b", [0.3], first=4)
    found = compare(a, b, same_images=True, lower_is_better=True, is_share=False)
    fig = honest_figure([a, b], [found], metric="mean squared error", is_share=False)
    assert fig.layout.xaxis.title.text == "mean squared error"
    assert not [trace for trace in fig.data if trace.mode == "lines"]


def test_the_alternative_says_means_spread_and_verdict() -> None:
    assert describe_honest([A, B], [FOUND]) == (
        "Each seed a dot. conv: 97.00 ± 1.00\u202f% over 3 seeds; dense <b>: 94.00 ± 1.00\u202f% over 3 seeds. "
        "conv is better."
    )


def test_of_two_seeds_no_interval_squeezes_the_dots() -> None:
    two = group("a", [0.9, 0.95])
    low, high = two.mean_interval
    assert high - low > 0.6, "by Student's t with one degree of freedom: twelve times as wide as the two are apart"
    fig = honest_figure([two, A], [], metric="test accuracy")
    (bar,) = [trace for trace in fig.data if trace.mode == "lines"]
    assert list(bar.x) == pytest.approx([94.52, 99.48], abs=0.01), "that of the three seeds"
    assert "too wide to say anything, so none is drawn" in describe_honest([two, A], [])
