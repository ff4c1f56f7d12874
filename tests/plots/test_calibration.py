import numpy as np
import pytest

from cnnviz.evaluation.calibration import reliability
from cnnviz.plots.calibration import describe_reliability, reliability_figure
from cnnviz.plots.style import ACCENT, TRAIN

# of two bins used: 55 % and 75 % sure, 1 of 2 and 2 of 2 right
FOUND = reliability(np.array([[s, 1 - s] for s in (0.55, 0.55, 0.75, 0.75)]), np.array([0, 1, 0, 0]), num_bins=5)


def test_a_bar_is_as_high_as_the_share_that_is_right_and_a_mark_as_the_confidence():
    line, bars, marks = reliability_figure(FOUND).data
    assert list(line.x) == list(line.y) == [0, 1]
    assert list(bars.x) == pytest.approx([0.5, 0.7])
    assert list(bars.y) == [0.5, 1.0]
    assert list(marks.y) == pytest.approx([0.55, 0.75])
    assert [row[0] for row in bars.customdata] == [2, 2]
    assert (bars.marker.color, marks.marker.color) == (TRAIN, ACCENT)


def test_both_ends_of_the_axis_have_their_label():
    axis = reliability_figure(FOUND).layout.xaxis
    assert (axis.tickvals[0], axis.tickvals[-1]) == (0, 1)
    assert axis.range[0] < 0
    assert axis.range[1] > 1


def test_bins_without_images_have_no_bar():
    assert len(reliability_figure(FOUND).data[1].x) == 2 < len(FOUND.counts)


def test_the_diagram_is_told_in_a_sentence():
    assert describe_reliability(FOUND) == (
        "Reliability diagram of 4 images: of the 2 answers that were 40\u202f% to 60\u202f% sure, 50.0\u202f% are "
        "right; expected calibration error 15.00\u202f%."
    )
    nothing = reliability(np.zeros((0, 2)), np.zeros(0, int))
    assert describe_reliability(nothing) == "Reliability diagram without images."
