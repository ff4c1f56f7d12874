"""Scores by class, and the images behind the cell of the matrix that was asked for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.evaluation.accuracy import accuracy_interval, guessing_accuracy
from cnnviz.evaluation.scores import Evaluation, TestPredictions, cell_indices
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import NOTHING, count_text, percent_text, probability_text
from cnnviz.ui.shared.answers import test_images
from cnnviz.ui.shared.elements import show_image

MEANINGS = (
    "Precision: of those it called so, how many were. Recall: of those that were, how many it found. "
    "F1: one number for both. Support: images of the class."
)

MAX_ROWS = 30  # of more classes the table scrolls, so that the matrix stays in sight
ROWS_HEIGHT = 620
MAX_IMAGES = 24
IMAGE_WIDTH = 84


def show_accuracy(scores: Evaluation, test: TestPredictions) -> None:
    """Show the accuracy beside its uncertainty and what guessing would get."""
    interval = accuracy_interval(scores.accuracy, len(test.labels))
    low, high = (percent_text(share, digits=1) for share in interval)
    value = percent_text(scores.accuracy, digits=2)
    guessing = percent_text(guessing_accuracy(test.labels), digits=1)
    images = count_text(len(test.labels), "test image")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.metric("Accuracy", value, help="Share of the test images that the net got right", width="content")
        with st.container(width=380):
            interval_text = f"{percent_text(0.95)} interval: {low} to {high}"
            said = f"Of {images}; {interval_text}. Always saying the largest class would get {guessing}."
            st.caption(" ".join(filter(None, (said, as_markdown(commonest_mistake(scores))))))


def commonest_mistake(scores: Evaluation) -> str:
    """Say which class is taken for which most often; "" where nothing is."""
    mistakes = scores.confusion - np.diag(np.diag(scores.confusion))
    if not mistakes.any():
        return ""
    true, guessed = np.unravel_index(mistakes.argmax(), mistakes.shape)
    names = [score.name for score in scores.per_class]
    count = count_text(int(mistakes[true, guessed]), "image")
    return f"Most often confused: {names[true]}, taken for {names[guessed]} ({count})."


def show_scores(scores: Evaluation) -> None:
    """Show precision, recall, F1 and support of each class."""
    names = [score.name for score in scores.per_class]
    labels = short_labels(names)
    rows = [
        {"Class": label, "Precision": s.precision, "Recall": s.recall, "F1": s.f1, "Support": s.support}
        | ({} if labels == names else {"Full name": s.name})
        for label, s in zip(labels, scores.per_class, strict=True)
    ]
    share = st.column_config.NumberColumn(format="%.3f", width=74)
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= MAX_ROWS else ROWS_HEIGHT,
        placeholder=NOTHING,
        column_config={
            "Class": st.column_config.TextColumn(width=150, pinned=True),
            "Precision": share,
            "Recall": share,
            "F1": share,
            "Support": st.column_config.NumberColumn(width=70),
        },
    )
    absent = sum(score.support == 0 for score in scores.per_class)
    without = f" {NOTHING}: no test images; means are over the other classes." if absent else ""
    with st.expander("What these numbers mean", type="compact"):
        st.caption(f"{MEANINGS}{without}")


def chosen_cell(event: Any, classes: Sequence[str]) -> tuple[int, int] | None:
    """Return the clicked cell (true, predicted), or the one chosen by name; None if there is none."""
    points = event.selection.points if event is not None else []
    if points:
        row, column = points[0]["customdata"][:2]
        return int(row), int(column)
    with st.expander("Choose a cell by name"):
        true = st.selectbox("True class", classes, index=None)
        guessed = st.selectbox("Net said", classes, index=None)
    if true is None or guessed is None:
        return None
    return list(classes).index(true), list(classes).index(guessed)


def show_cell(run: Run, test: TestPredictions, true: int, guessed: int) -> None:
    """Show up to 24 images of class `true` that the net took for `guessed`, the most probable first."""
    found = cell_indices(test.probabilities, test.labels, true, guessed)
    names = test.classes[true], test.classes[guessed]
    title = f"{names[0]}, recognised" if true == guessed else f"{names[0]}, taken for {names[1]}"
    st.header(f"{as_markdown(title)}: {len(found)} {'image' if len(found) == 1 else 'images'}", anchor=False)
    if len(found) == 0:
        st.caption("There is no such image in the test set.")
        return
    shown = found[:MAX_IMAGES]
    images, _ = test_images(run, [int(i) for i in shown])
    with st.container(horizontal=True):
        for index, image in zip(shown, images, strict=True):
            sure = test.probabilities[index, guessed]
            show_image(image, width=IMAGE_WIDTH, caption=f"{probability_text(float(sure), digits=0)} sure")
    if len(found) > MAX_IMAGES:
        st.caption(f"The {MAX_IMAGES} of which the net was surest are shown.")
