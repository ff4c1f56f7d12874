"""Scores by class, and the cell of the matrix that was asked for."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnnviz.evaluation.scores import Evaluation

MEANINGS = (
    "Precision: of those it called so, how many were. Recall: of those that were, how many it found. "
    "F1: one number for both. Support: images of the class."
)


def show_scores(scores: Evaluation) -> None:
    """Precision, recall, F1 and support of each class."""
    rows = [
        {"Class": s.name, "Precision": s.precision, "Recall": s.recall, "F1": s.f1, "Support": s.support}
        for s in scores.per_class
    ]
    share = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={"Precision": share, "Recall": share, "F1": share},
    )
    st.caption(MEANINGS)


def chosen_cell(event: Any, classes: Sequence[str]) -> tuple[int, int] | None:
    """The clicked cell (true, guessed), or the one chosen by name, for those who cannot click."""
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
