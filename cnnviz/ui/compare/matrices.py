"""Confusion matrices of two runs side by side, one minus the other, and what becomes of each class in words."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnnviz.evaluation.confusion import ORDERS, confusion_text, row_percent, worst_confusions
from cnnviz.evaluation.scores import Evaluation, cell_indices, evaluate
from cnnviz.plots.comparison_classes import MAX_CLASSES, describe_recalls, recall_figure
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_markdown, as_name
from cnnviz.text.units import count_text, percent_text
from cnnviz.ui.compare.pair import Answered, answered, choose_pair, have_same_images
from cnnviz.ui.components.confusion_matrix import Cell, Difference, MatrixData, Stop, confusion_matrix
from cnnviz.ui.evaluation.comparison import subtract
from cnnviz.ui.evaluation.images import show_test_images
from cnnviz.ui.shared.answers import net_version
from cnnviz.ui.shared.elements import show_figure

MOST_SAID = 3  # classes that are better, and that are worse
NEEDS_TWO = "Two runs that answered test images of the same classes are needed here."
OTHER_IMAGES = """{first} and {second} were tested on different images. Shares of a class can still be read beside each
other, but a difference may come from the images."""


def show_matrices(runs: Sequence[Run]) -> None:
    """Show the matrices of two runs, their difference, and the recall of every class by all runs."""
    known = {one.place: one for one in answered(runs)}
    with st.container(horizontal=True):
        places = choose_pair(runs)
    pair = [known[place] for place in dict.fromkeys(places) if place in known]
    if len(pair) == 2:
        _show_pair(*pair)
    else:
        st.info(NEEDS_TWO, icon=":material/info:")
        for one in pair:
            _show_one(one, _scores(one))
    if len(known) > 1:
        _show_classes(list(known.values()))


def _show_pair(first: Answered, second: Answered) -> None:
    if not have_same_images(first, second):
        words = OTHER_IMAGES.format(first=first.letter, second=second.letter)
        st.warning(words, icon=":material/warning:")
    scores = [_scores(one) for one in (first, second)]
    st.markdown(changes_text(first, second, *scores))
    columns = st.columns(3, gap="medium")
    cells = []
    for column, one, score in zip(columns, (first, second), scores, strict=False):
        with column:
            cells.append((one, _show_one(one, score)))
    with columns[2]:
        st.header(f"{first.letter} minus {second.letter}", anchor=False)
        title = f"{second.letter}, {as_name(second.name)}"
        minus = subtract(scores[0], scores[1], title)
        cells.append((first, _matrix(first, scores[0], f"{first.place}-{second.place}", minus)))
    _show_cell(cells)


def _show_one(one: Answered, scores: Evaluation) -> Cell | None:
    right = percent_text(scores.accuracy, digits=1)
    st.header(f"{one.letter}: test accuracy {right}", anchor=False)
    return _matrix(one, scores, str(one.place), None)


def _matrix(one: Answered, scores: Evaluation, key: str, minus: Difference | None) -> Cell | None:
    classes, matrix = list(scores.classes), scores.confusion
    rows, columns = np.nonzero(matrix)
    counts = [(int(r), int(c), int(matrix[r, c])) for r, c in zip(rows, columns, strict=True)]
    worst = [] if minus else [{"cell": w[:2], "text": confusion_text(w, classes)} for w in worst_confusions(matrix, 3)]
    data = MatrixData(
        f"{one.run.id}-{net_version(one.run)}-{key}",
        classes,
        short_labels(classes),
        [Stop("Test images", counts)],
        {name: order(matrix).tolist() for name, order in ORDERS.items()},
        worst,
        None,
        minus,
        f"Confusion matrix of {one.letter}{f' minus that of {minus.title}' if minus else ''}",
    )
    return confusion_matrix(data, on_epoch=lambda epoch: None, key=f"compare_matrix_{key}")  # noqa: ARG005  it has none


def _show_cell(cells: Sequence[tuple[Answered, Cell | None]]) -> None:
    """Images of the cell that was clicked, by the net whose matrix it is in; they stay until another one is."""
    key = f"compare_cell-{'-'.join(one.run.id for one, _ in cells)}"
    clicked = next(((place, cell) for place, (_, cell) in enumerate(cells) if cell is not None), None)
    place, cell = st.session_state[key] = clicked or st.session_state.get(key) or (0, None)
    if cell is None:
        return
    one = cells[place][0]
    true, said = (one.test.classes[label] for label in cell)
    found = cell_indices(one.test.probabilities, one.test.labels, *cell)
    title = f"{one.letter}: {true}, recognised" if true == said else f"{one.letter}: {true}, taken for {said}"
    st.header(f"{as_markdown(title)}: {count_text(len(found), 'image')}", anchor=False)
    if len(found):
        show_test_images(one.run, None, one.test, found, title=title, key="compare_cell_images")


def _show_classes(known: Sequence[Answered]) -> None:
    st.header("Class by class", anchor=False)
    recalls = np.array([np.diag(row_percent(_scores(one).confusion)) / 100 for one in known])
    classes, runs = known[0].test.classes, [(one.place, one.short_name) for one in known]
    show_figure(recall_figure(recalls, classes, runs), describe_recalls(recalls, classes, runs), key="compare_recalls")
    if len(classes) > MAX_CLASSES:
        st.caption(f"The {MAX_CLASSES} of {len(classes):,} classes in which they differ most.")


def changes_text(first: Answered, second: Answered, a: Evaluation, b: Evaluation) -> str:
    """Say which classes the first run recognises more often than the second, and which less often, in points."""
    points = np.nan_to_num(np.diag(row_percent(a.confusion)) - np.diag(row_percent(b.confusion)))
    order = np.argsort(-points, kind="stable")
    better = [place for place in order[:MOST_SAID] if points[place] >= 0.05]
    worse = [place for place in order[::-1][:MOST_SAID] if points[place] <= -0.05]
    said = [
        f"**{one.letter}** recognises more of {', '.join(_points(a.classes[p], float(points[p])) for p in places)}."
        for one, places in ((first, better), (second, worse))
        if places
    ]
    return " ".join(said) or f"**{first.letter}** and **{second.letter}** recognise as many of each class."


def _points(name: str, points: float) -> str:
    return f"{as_markdown(as_name(name))} (+{abs(points):.1f} points)"


def _scores(one: Answered) -> Evaluation:
    return evaluate(one.test.probabilities, one.test.labels, one.test.classes)
