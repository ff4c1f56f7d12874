import numpy as np
import pytest

from cnnviz.plots.confusion import confusion_figure, describe_confusion, row_percent
from cnnviz.plots.style import DARK_TEXT, MISTAKES, MUTED, RIGHT, text_colors

MATRIX = np.array([[40, 0, 10], [1, 999, 0], [0, 0, 0]])
CLASSES = ["ant", "bee", "a class with a very long name"]


def cells_of(fig):
    return next(trace for trace in fig.data if trace.name == "cells")


def texts_of(fig):
    layers = [trace for trace in fig.data[2:] if trace.type == "heatmap"]
    return {
        place: (t.text[place], t.textfont.color) for t in layers for place in np.ndindex(t.z.shape) if t.text[place]
    }


def test_counts_are_coloured_and_written_in_their_cells():
    fig = confusion_figure(MATRIX, CLASSES, normalize=False)
    nan = np.nan
    mistakes, right = fig.data[:2]
    assert np.array_equal(mistakes.z, [[nan, 0, 10], [1, nan, 0], [0, 0, nan]], equal_nan=True)
    assert np.array_equal(right.z, [[40, nan, nan], [nan, 999, nan], [nan, nan, 0]], equal_nan=True)
    assert (mistakes.zmin, mistakes.zmax) == (0, 99.9)
    assert (right.zmin, right.zmax) == (0, 999)
    assert {place: text for place, (text, _) in texts_of(fig).items()} == {
        (0, 0): "40", (0, 2): "10", (1, 0): "1", (1, 1): "999",
    }  # fmt: skip


def test_where_mistakes_are_frequent_the_most_frequent_has_the_full_colour():
    assert confusion_figure(np.array([[5, 45], [2, 48]]), ["a", "b"], normalize=False).data[0].zmax == 45


def test_the_one_colour_of_numbers_is_right_on_every_colour_of_a_cell():
    for scale in (MISTAKES, RIGHT):
        assert set(text_colors(np.linspace(0, 1, 50), scale, 0, 1)) == {DARK_TEXT}


def test_per_cents_are_of_the_true_class():
    fig = confusion_figure(MATRIX, CLASSES, normalize=True)
    both = np.where(np.eye(3, dtype=bool), fig.data[1].z, fig.data[0].z)
    assert np.allclose(both, [[80, 0, 20], [0.1, 99.9, 0], [np.nan] * 3], equal_nan=True)
    assert (fig.data[0].zmax, fig.data[1].zmax) == (20, 100)
    texts = texts_of(fig)
    assert [texts[cell][0] for cell in [(0, 0), (1, 0), (1, 1), (2, 2)]] == ["80", "<1", "100", "–"]
    assert texts[2, 2][1] == MUTED
    assert fig.data[0].colorbar.title.text == "mistakes, % of true class"


@pytest.mark.parametrize("normalize", [True, False])
def test_every_cell_can_be_clicked_and_says_what_it_is(normalize):
    cells = cells_of(confusion_figure(MATRIX, CLASSES, normalize=normalize))
    assert [(y, x) for y, x in zip(cells.y, cells.x, strict=True)] == [(r, c) for r in range(3) for c in range(3)]
    assert list(cells.customdata[2]) == [0, 2, 10, 20.0]
    assert cells.hovertext[2] == "true ant, predicted a class with a very long name: 10 images (20.0\u202f%)"
    assert cells.hovertext[3] == "true bee, predicted ant: 1 image (0.1\u202f%)"


def test_a_click_anywhere_in_a_cell_goes_to_its_point_and_to_nothing_else():
    fig = confusion_figure(MATRIX, CLASSES, normalize=False)
    assert (fig.layout.hoverdistance, fig.layout.clickmode, fig.layout.dragmode) == (-1, "event+select", False)
    assert all(trace.hoverinfo == "skip" for trace in fig.data if trace.name != "cells")


def test_cells_are_square_with_the_first_class_on_top():
    fig = confusion_figure(MATRIX, CLASSES, normalize=False)
    assert tuple(fig.layout.yaxis.range) == (2.5, -0.5)
    assert tuple(fig.layout.xaxis.range) == (-0.5, 2.5)
    assert fig.layout.yaxis.scaleanchor == "x"
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("predicted class", "true class")
    assert fig.layout.xaxis.ticktext == ("ant", "bee", "a class w…ong name")


def test_only_the_selected_cell_is_framed_and_the_frame_fits_its_cell():
    cells = cells_of(confusion_figure(MATRIX, CLASSES, normalize=False))
    assert (cells.marker.opacity, cells.unselected.marker.opacity, cells.selected.marker.opacity) == (0, 0, 1)
    assert cells.marker.symbol == "square-open"
    assert 100 < cells.marker.size < 450 / 3


def test_a_matrix_without_images_is_drawn_too():
    fig = confusion_figure(np.zeros((2, 2), int), ["a", "b"], normalize=True)
    assert np.isnan(fig.data[0].z).all()
    assert np.isnan(row_percent(np.zeros((2, 2), int))).all()


@pytest.mark.parametrize("number", [30, 100, 200])
def test_of_many_classes_not_all_are_named_and_cells_have_no_numbers(number):
    fig = confusion_figure(np.eye(number, dtype=int), [f"kind {n}" for n in range(number)], normalize=False)
    assert 10 <= len(fig.layout.xaxis.ticktext) == len(fig.layout.yaxis.ticktext) <= 25
    assert fig.layout.xaxis.tickangle == -90
    assert len(fig.data) == 3
    assert cells_of(fig).hovertext[1] == "true kind 0, predicted kind 1: 0 images (0.0\u202f%)"


def test_the_matrix_is_told_in_a_sentence():
    assert describe_confusion(MATRIX, CLASSES) == (
        "Confusion matrix of 3 classes: 1,039 of 1,050 images (99.0\u202f%) are right; the most frequent mistake is "
        "ant taken for a class with a very long name (10 images)."
    )
    assert describe_confusion(np.diag([2, 1]), ["a", "b"]) == (
        "Confusion matrix of 2 classes: 3 of 3 images (100.0\u202f%) are right."
    )
    one = describe_confusion(np.diag([1, 0]), ["a", "b"])
    assert one == "Confusion matrix of 2 classes: 1 of 1 image (100.0\u202f%) is right."
    assert describe_confusion(np.zeros((2, 2), int), ["a", "b"]) == "Confusion matrix of 2 classes without images."
