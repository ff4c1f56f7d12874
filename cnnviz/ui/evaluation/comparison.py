"""The other net whose confusion matrix is subtracted."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.evaluation.confusion import confusion_difference
from cnnviz.evaluation.scores import Evaluation, evaluate
from cnnviz.runs.comparison import images_tested_on
from cnnviz.runs.records import Run
from cnnviz.text.links import link_problem
from cnnviz.ui.app.messages import warn
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.components.confusion_matrix import Difference
from cnnviz.ui.evaluation.linked_choice import choose_linked
from cnnviz.ui.inputs.run_picker import distinct_labels, label, title
from cnnviz.ui.shared.answers import test_predictions

NOT_COMPARABLE = partial(
    link_problem,
    "a run",
    "none is subtracted",
    lack="cannot be subtracted (it is not kept here, not shared with you, or answers with other classes)",
)


def choose_other(run: Run, among: Sequence[Run]) -> Run | None:
    """Let the visitor choose a run that was tested on the same images, which `?minus=` names in a link."""
    others = {
        other.id: other
        for other in among
        if other.id != run.id and other.status.has_model and other.metrics and other.config.dataset
        if run.facts.classes and other.facts.classes == run.facts.classes
        if images_tested_on(other) == images_tested_on(run)
    }
    names = distinct_labels(others, label).__getitem__
    chosen = choose_linked(
        run, "minus", list(others), label="Minus another net", format_func=names, problem=NOT_COMPARABLE
    )
    if not chosen:
        return None
    both = {"runs": f"{run.id},{chosen}"}
    st.page_link(page("compare"), label="Compare both", icon=":material/compare_arrows:", query_params=both)
    return others[chosen]


def difference(scores: Evaluation, other: Run | None) -> Difference | None:
    """Subtract the matrix of another run; None without one, and where it cannot be read, which is then said."""
    if other is None:
        return None
    try:
        test = test_predictions(other)
        return subtract(scores, evaluate(test.probabilities, test.labels, test.classes), title(other))
    except CnnvizError as error:
        warn(f"{title(other)} cannot be subtracted. {error}")
        return None


def subtract(scores: Evaluation, theirs: Evaluation, title: str) -> Difference:
    """Subtract the matrix of another net, called `title`; raises InvalidInput where its classes are not as many."""
    points = np.nan_to_num(confusion_difference(scores.confusion, theirs.confusion))
    rows, columns = np.nonzero(points)
    cells = [(int(r), int(c), round(float(points[r, c]), 2)) for r, c in zip(rows, columns, strict=True)]
    return Difference(title, cells, theirs.accuracy)
