"""ROC and precision-recall curves, one class against the rest, with a threshold that can be moved."""

import numpy as np
import streamlit as st

from cnnviz.evaluation.curves import ClassCurves, one_against_rest
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import (
    ThresholdCounts,
    accuracies,
    at_threshold,
    one_output_metrics,
    peak_threshold,
)
from cnnviz.plots.rates import (
    accuracy_figure,
    describe_accuracies,
    describe_rates,
    precision_recall_figure,
    roc_figure,
)
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.units import percent_text
from cnnviz.ui.shared.elements import show_figure

NONE = "These curves need test images of this class and of others."
MAX_CLASSES = 100  # of more, one is traced at a time
CACHE_ENTRIES = 16
THRESHOLDS = np.linspace(0, 1, 101)
TEN = "Tutorial T1 tries only ten evenly spaced thresholds, and so do the figures that are kept with a run."
WORDS = """
From the **threshold** on, an image counts as of the class. **True positive rate**, or recall: of those that are, how
many are found. **False positive rate**: of all others, how many are taken for it. **Precision**: of those taken for it,
how many are. **AUC**, the area below the ROC curve: how often an image of the class gets a higher probability than
another one; 0.5 is guessing. **Average precision**: the mean precision over all recalls. Thin lines: the other classes.
Precision and recall differ from those of the class table, where an image counts as of its most probable class, however
probable that is.
"""


def show_curves(run: Run, test: TestPredictions, *, key: str) -> None:
    """Show both curves of a class that the visitor chooses, and the areas of all; `key` names the answers."""
    one_output = "mse" in run.metrics
    is_many = len(test.classes) > MAX_CLASSES
    only = _choose(list(test.classes), 0) if is_many else 1 if one_output else None
    curves = _curves(key, test, only)
    if not curves:
        st.info(NONE, icon=":material/info:")
        return
    worst = min(range(len(curves)), key=lambda place: curves[place].roc.area)
    chosen = curves[0] if len(curves) == 1 else curves[_choose([one.name for one in curves], worst)]
    label = test.classes.index(chosen.name)
    scores, is_of_it = test.probabilities[:, label], test.labels == label
    threshold = st.slider("Threshold", 0.0, 1.0, 0.5, 0.01, help="From this probability on the class is said")
    counts = at_threshold(scores, is_of_it, threshold)
    _show_counts(counts)
    figures = st.columns(3 if one_output else 2, gap="medium")
    with figures[0]:
        roc = roc_figure(curves, chosen, (counts.false_positive_rate, counts.recall))
        show_figure(roc, describe_rates(chosen), key="roc")
    with figures[1]:
        point = None if counts.precision is None else (counts.recall, counts.precision)
        recalls = precision_recall_figure(curves, chosen, point)
        show_figure(recalls, describe_rates(chosen), key="precision_recall")
    if one_output:
        with figures[2]:
            shares = accuracies(scores, is_of_it, THRESHOLDS)
            figure = accuracy_figure(THRESHOLDS, shares, threshold, counts.accuracy)
            show_figure(figure, describe_accuracies(THRESHOLDS, shares), key="accuracies")
    _show_areas(curves, test if one_output else None)
    with st.expander("What these figures mean", type="compact"):
        st.caption(WORDS)


@st.cache_data(show_spinner="Tracing the curves", max_entries=CACHE_ENTRIES)
def _curves(key: str, _test: TestPredictions, only: int | None) -> tuple[ClassCurves, ...]:  # noqa: ARG001  it is hashed
    return one_against_rest(_test, only)


def _choose(names: list[str], first: int) -> int:
    labels = short_labels(names)
    return st.selectbox("Class", range(len(names)), index=first, format_func=labels.__getitem__, width=240)


def _show_counts(counts: ThresholdCounts) -> None:
    said = {
        "Accuracy": percent_text(counts.accuracy, digits=1),
        "Precision": percent_text(counts.precision, digits=1),
        "Recall": percent_text(counts.recall, digits=1),
        "Found": f"{counts.true_positives:,}",
        "Missed": f"{counts.false_negatives:,}",
        "False alarms": f"{counts.false_positives:,}",
    }
    with st.container(horizontal=True, gap="medium"):
        for name, value in said.items():
            st.metric(name, value, width="content")


def _show_areas(curves: tuple[ClassCurves, ...], test: TestPredictions | None) -> None:
    names = short_labels([one.name for one in curves])
    rows = [
        {"Class": name, "AUC": one.roc.area, "Average precision": one.precision_recall.area}
        for name, one in zip(names, curves, strict=True)
    ]
    if test is not None:
        metrics = one_output_metrics(test)
        rows[0] |= {"MSE": metrics["mse"], "Pearson correlation": metrics["correlation"]}
        peak = peak_threshold(test.probabilities[:, 1], test.labels)
        rows[0] |= {"Best accuracy": peak.accuracy, "at threshold": peak.threshold}
        rows[0] |= {"Best of ten": metrics["best_accuracy"], "at that of ten": metrics["best_threshold"]}
    shares = st.column_config.NumberColumn(format="%.3f", width=145 if test is None else 122)
    columns = dict.fromkeys((name for name in rows[0] if name != "Class"), shares)
    first = st.column_config.TextColumn(width=150, pinned=True)
    st.dataframe(rows, hide_index=True, width="content", column_config={"Class": first, **columns})
    if test is not None:
        st.caption(TEN)
    if len(curves) > 1:
        mean = float(np.mean([one.roc.area for one in curves]))
        st.caption(f"Mean AUC over the classes: {mean:.4f}.")
