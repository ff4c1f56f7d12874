from cnnviz.datasets.statistics.balance import ClassCount
from cnnviz.datasets.statistics.image_sizes import ShapeCount, Shapes
from cnnviz.plots.browser import (
    MAX_CLASSES,
    MAX_SHAPES,
    balance_bars,
    describe_balance,
    describe_shapes,
    shape_bars,
)

UNEVEN = [ClassCount("cat", 300, 0.75), ClassCount("dog", 100, 0.25)]


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
    assert bars.x[0] == 99


def test_the_balance_is_said_in_words() -> None:
    assert describe_balance(UNEVEN) == (
        "400 images of 2 classes, unevenly: 300 of cat, only 100 of dog. Class weights let them count alike."
    )
    even = [ClassCount("a", 1000, 0.5), ClassCount("b", 1100, 0.5)]
    assert describe_balance(even) == "2,100 images of 2 classes, about equally many of each (1,000 to 1,100)."


def test_rare_sizes_are_put_together() -> None:
    counts = tuple(ShapeCount(100 + i, 50, 40 - i) for i in range(20))
    bars = shape_bars(Shapes(counts, 0)).data[0]
    assert bars.y[0] == "100x50"
    assert bars.y[-1] == "other sizes"
    assert len(bars.x) == MAX_SHAPES + 1
    assert sum(bars.x) == sum(shape.count for shape in counts)


def test_sizes_are_said_in_words() -> None:
    counts = (ShapeCount(375, 500, 30), ShapeCount(20, 30, 1))
    assert describe_shapes(Shapes(counts, 2)) == (
        "2 sizes; the most common is 375x500 (height x width) with 30 of 31 pictures. A quarter of that is 94x125. "
        "The size of 2 files cannot be read."
    )
    assert describe_shapes(Shapes(counts[:1], 0)) == "All 30 pictures are 375x500 (height x width)."
    assert describe_shapes(Shapes((), 3)).startswith("No picture whose size is known.")


def test_an_empty_set_still_has_a_figure() -> None:
    assert len(shape_bars(Shapes((), 0)).data[0].x) == 0
