import numpy as np

from cnnviz.evaluation.curves import one_against_rest
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.plots.rates import (
    accuracy_figure,
    describe_accuracies,
    describe_rates,
    roc_figure,
)
from cnnviz.plots.style import ACCENT

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, 900)
TEST = TestPredictions(RNG.dirichlet(np.ones(3), 900) + np.eye(3)[LABELS], LABELS, ("ant", "<b>bee</b>", "cow"))
CURVES = one_against_rest(TEST)


def test_the_chosen_class_is_the_strong_line_and_the_others_are_thin():
    fig = roc_figure(CURVES, CURVES[1], (0.25, 0.75))
    lines = {trace.name: trace for trace in fig.data if trace.name}
    assert list(lines) == ["ant", "cow", "&lt;b&gt;bee&lt;/b&gt;"]
    assert [line.line.width for line in lines.values()] == [1, 1, 3]
    (point,) = [trace for trace in fig.data if trace.mode == "markers"]
    assert (list(point.x), list(point.y), point.marker.color) == ([0.25], [0.75], ACCENT)
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("false positive rate", "true positive rate")


def test_the_accuracy_stands_over_the_threshold():
    thresholds = np.array([0.0, 0.5, 1.0])
    fig = accuracy_figure(thresholds, np.array([0.5, 0.9, 0.5]), 0.5, 0.9)
    assert list(fig.data[0].y) == [0.5, 0.9, 0.5]
    assert (list(fig.data[1].x), list(fig.data[1].y)) == ([0.5], [0.9])
    said = describe_accuracies(thresholds, np.array([0.5, 0.9, 0.5]))
    assert said == "Accuracy over the threshold: at most 90.0\u202f%, at a threshold of 0.50."


def test_both_figures_are_told_in_a_sentence():
    assert describe_rates(CURVES[0]) == (
        f"ROC and precision-recall curve of ant against the rest: area below the ROC curve {CURVES[0].roc.area:.3f}, "
        f"average precision {CURVES[0].precision_recall.area:.3f}."
    )
