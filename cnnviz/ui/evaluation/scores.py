"""The accuracy with what it is worth, and the scores of each class with their means."""

from typing import Any, Literal

import streamlit as st

from cnnviz.evaluation.accuracy import accuracy_interval, guessing_accuracy, reached_text
from cnnviz.evaluation.scores import Evaluation, TestPredictions, top_k_accuracy
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.text.labels import short_labels
from cnnviz.text.units import NOTHING, count_text, part_text, percent_text

MEANINGS = (
    "Precision: of those it called so, how many were. Recall: of those that were, how many it found. "
    "F1: one number for both. Support: images of the class. Macro: the plain mean over classes. Weighted: each class "
    "counts by its images. Micro: over all images at once, which is the accuracy."
)

MAX_ROWS = 30  # of more classes the table scrolls, so that the matrix stays in sight
ROWS_HEIGHT = 620
TOP_K = 3, 5


def show_accuracy(scores: Evaluation, test: TestPredictions, *, has_one_output: bool) -> None:
    """Show the accuracy beside its uncertainty and what guessing would get; of a net with one output all it reached."""
    interval = accuracy_interval(scores.accuracy, len(test.labels))
    low, high = (percent_text(share, digits=1) for share in interval)
    value = part_text(scores.accuracy)
    guessing = percent_text(guessing_accuracy(test.labels), digits=1)
    images = count_text(len(test.labels), "test image")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.metric(
            "Accuracy at 0.5" if has_one_output else "Accuracy",
            value,
            help="Share of the test images that the net got right",
            width="content",
        )
        with st.container(width=380):
            interval_text = f"{percent_text(0.95)} interval: {low} to {high}"
            guessed = f"Always saying the largest class would get {guessing}."
            st.caption(f"Of {images}; {interval_text}. {guessed}{top_k_text(test)}")
    if has_one_output:  # by these answers: they may be those of an epoch, or on other images
        st.markdown(f"{reached_text(final_metrics(test, 0, one_output=True))}.")


def top_k_text(test: TestPredictions) -> str:
    """Say how often the true class is among the first answers; "" where there are hardly more classes than that."""
    said = [
        f"the first {k} answers: {percent_text(top_k_accuracy(test.probabilities, test.labels, k), digits=1)}"
        for k in TOP_K
        if k < len(test.classes)
    ]
    return f" The true class is among {', '.join(said)}." if said else ""


def show_scores(scores: Evaluation) -> None:
    """Show precision, recall, F1 and support of each class, and the means over all."""
    names = [score.name for score in scores.per_class]
    labels = short_labels(names)
    rows = [
        {"Class": label, "Precision": s.precision, "Recall": s.recall, "F1": s.f1, "Support": s.support}
        | ({} if labels == names else {"Full name": s.name})
        for label, s in zip(labels, scores.per_class, strict=True)
    ]
    _show_rows(rows, height="content" if len(rows) <= MAX_ROWS else ROWS_HEIGHT)
    _show_rows(_mean_rows(scores), height="content")
    absent = sum(score.support == 0 for score in scores.per_class)
    without = f" {NOTHING}: no test images; means are over the other classes." if absent else ""
    with st.expander("What these numbers mean", type="compact"):
        st.caption(f"{MEANINGS}{without}")


def _mean_rows(scores: Evaluation) -> list[dict[str, Any]]:
    total = sum(score.support for score in scores.per_class)
    means = {
        "Macro": (scores.macro_precision, scores.macro_recall, scores.macro_f1),
        "Weighted": (scores.weighted_precision, scores.weighted_recall, scores.weighted_f1),
        "Micro": (scores.accuracy,) * 3,  # each image has one class and gets one answer
    }
    return [
        {"Mean": name, "Precision": precision, "Recall": recall, "F1": f1, "Support": total}
        for name, (precision, recall, f1) in means.items()
    ]


def _show_rows(rows: list[dict[str, Any]], *, height: int | Literal["content"]) -> None:
    longest = max((len(str(row.get("Class", row.get("Mean")))) for row in rows), default=0)
    # on a phone all columns are in sight where names are short
    first = st.column_config.TextColumn(width=min(150, max(84, 20 + 8 * longest)), pinned=True)
    widths = {"Precision": 74, "Recall": 60, "F1": 58}
    columns = {name: st.column_config.NumberColumn(format="%.3f", width=width) for name, width in widths.items()}
    support = st.column_config.NumberColumn(width=70)
    st.dataframe(
        rows,
        hide_index=True,
        height=height,
        placeholder=NOTHING,
        column_config={"Class": first, "Mean": first, **columns, "Support": support},
    )
