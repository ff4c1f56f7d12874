import numpy as np
import pytest

from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.plots.palette import TRAIN

PROBABILITIES = np.array([0.05, 0.6, 0.001, 0.3, 0.049], np.float32)
CLASSES = ["ant", "bee", "cat", "dog", "eel"]


def test_the_most_probable_classes_stand_on_top_in_per_cent():
    fig = top_k_bars(PROBABILITIES, CLASSES, k=3)
    bars = fig.data[0]
    assert bars.orientation == "h"
    assert list(bars.y) == ["bee", "dog", "ant"]
    assert list(bars.x) == pytest.approx([60, 30, 5])
    assert list(bars.text) == ["60.0 %", "30.0 %", "5.0 %"]
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
    assert describe_bars(PROBABILITIES, CLASSES, k=2) == "The 2 most probable classes: bee 60.0 %, dog 30.0 %."
