import numpy as np
import pytest

from cnnviz.datasets.statistics.image_sizes import ShapeCount, Shapes
from cnnviz.datasets.statistics.overview import ClassCount
from cnnviz.plots.bars import (
    FELL,
    GREW,
    MAX_CLASSES,
    MAX_SHAPES,
    answer_changes,
    balance_bars,
    describe_balance,
    describe_bars,
    describe_changes,
    describe_shapes,
    shape_bars,
    top_k_bars,
)
from cnnviz.plots.style import TRAIN

PROBABILITIES = np.array([0.05, 0.6, 0.001, 0.3, 0.049], np.float32)
CLASSES = ["ant", "bee", "cat", "dog", "eel"]
UNEVEN = [ClassCount("cat", 300, 0.75), ClassCount("dog", 100, 0.25)]


def test_the_most_probable_classes_stand_on_top_in_per_cent():
    fig = top_k_bars(PROBABILITIES, CLASSES, k=3)
    bars = fig.data[0]
    assert bars.orientation == "h"
    assert list(bars.y) == ["bee", "dog", "ant"]
    assert list(bars.x) == pytest.approx([60, 30, 5])
    assert list(bars.text) == ["60.0\u202f%", "30.0\u202f%", "5.0\u202f%"]
    assert bars.marker.color[0] == TRAIN != bars.marker.color[1]
    assert fig.layout.yaxis.autorange == "reversed"


def test_the_margin_leaves_room_for_the_label_of_a_full_bar():
    fig = top_k_bars(np.array([1.0, 0.0]), ["a", "b"])
    assert fig.layout.xaxis.range == (0, 100)
    assert fig.layout.margin.r >= 50
    assert max(fig.layout.xaxis.tickvals) == 100
    assert fig.data[0].cliponaxis is False
    assert fig.data[0].textposition == "outside"


def test_fewer_classes_than_asked_for_give_fewer_bars():
    fig = top_k_bars(np.array([0.25, 0.75]), ["no", "yes"], k=5)
    assert list(fig.data[0].y) == ["yes", "no"]
    assert fig.layout.height < top_k_bars(PROBABILITIES, CLASSES).layout.height


def test_digits_as_class_names_stay_names():
    fig = top_k_bars(np.array([0.1, 0.9]), [0, 1])
    assert list(fig.data[0].y) == ["1", "0"]
    assert fig.layout.yaxis.type == "category"


def test_the_bars_are_told_in_a_sentence():
    assert (
        describe_bars(PROBABILITIES, CLASSES, k=2) == "The 2 most probable classes: bee 60.0\u202f%, dog 30.0\u202f%."
    )


def test_a_bar_stands_for_each_class_and_a_line_for_evenness() -> None:
    fig = balance_bars(UNEVEN)
    assert list(fig.data[0].x) == [300, 100]
    assert list(fig.data[0].y) == ["cat", "dog"]
    assert list(fig.data[0].customdata) == [75, 25]
    assert fig.layout.shapes[0].x0 == 200


def test_of_many_classes_the_most_frequent_are_drawn() -> None:
    many = [ClassCount(f"class {i}", i, 0.0) for i in range(100)]
    bars = balance_bars(many).data[0]
    assert len(bars.x) == MAX_CLASSES
    assert (bars.textposition, bars.textangle) == ("auto", 0), "in the bar, never turned: beside it is the dotted line"
    assert bars.x[0] == 99


def test_the_balance_is_said_in_words() -> None:
    lonely = [ClassCount("a", 9, 0.9), ClassCount("b", 1, 0.1)]
    said = describe_balance(lonely)
    assert said.endswith("1 of b. No net can tell a class by one image: give it more, or leave it out.")
    assert describe_balance(UNEVEN) == (
        "400 images of 2 classes, unevenly: 300 of cat, only 100 of dog. Class weights let them count alike."
    )
    assert (
        describe_balance([ClassCount("a", 15, 0.5), ClassCount("b", 15, 0.5)]) == "30 images of 2 classes, 15 of each."
    )
    assert describe_balance([ClassCount("a", 1, 1.0)]) == "1 image of 1 class, 1 of each."
    even = [ClassCount("a", 1000, 0.5), ClassCount("b", 1100, 0.5)]
    assert describe_balance(even) == "2,100 images of 2 classes, about equally many of each (1,000 to 1,100)."


def test_rare_sizes_are_put_together() -> None:
    counts = tuple(ShapeCount(100 + i, 50, 40 - i) for i in range(20))
    bars = shape_bars(Shapes(counts, 0)).data[0]
    assert bars.y[0] == "100 × 50"
    assert bars.y[-1] == "other sizes"
    assert len(bars.x) == MAX_SHAPES + 1
    assert sum(bars.x) == sum(shape.count for shape in counts)


def test_sizes_are_said_in_words() -> None:
    counts = (ShapeCount(375, 500, 30), ShapeCount(20, 30, 1))
    assert describe_shapes(Shapes(counts, 2)) == (
        "2 sizes; the most common is 375 × 500 (height × width) with 30 of 31 pictures. A quarter of that is 94 × 125. "
        "The size of 2 files cannot be read."
    )
    assert describe_shapes(Shapes(counts[:1], 0)) == "All 30 pictures are 375 × 500 (height × width)."
    assert describe_shapes(Shapes(counts[1:], 1)) == (
        "The only picture is 20 × 30 (height × width). The size of 1 file cannot be read."
    )
    assert describe_shapes(Shapes((), 3)).startswith("No picture whose size is known.")


def test_an_empty_set_still_has_a_figure() -> None:
    assert len(shape_bars(Shapes((), 0)).data[0].x) == 0


def test_changes_of_an_answer_are_the_largest_first_in_points_with_their_sign():
    after = np.array([0.1, 0.25, 0.05, 0.6])
    fig = answer_changes(np.array([0.05, 0.6, 0.05, 0.3]), after, ["ant", "bee", "cat", "dog"], k=3)
    (bars,) = fig.data
    assert list(bars.y) == ["bee", "dog", "ant"]
    assert list(bars.text) == ["\N{MINUS SIGN}35.0", "+30.0", "+5.0"]
    assert bars.marker.color == (FELL, GREW, GREW)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([0.1, 0.9], "The answer stays bee: 80.0\u202f% before, 90.0\u202f% now."),
        ([0.7, 0.3], "The answer turns from bee (80.0\u202f%) into ant (70.0\u202f%)."),
    ],
)
def test_what_becomes_of_an_answer_is_said_in_a_sentence(after, said):
    assert describe_changes(np.array([0.2, 0.8]), np.array(after), ["ant", "bee"]) == said
