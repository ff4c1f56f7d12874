"""The other net whose confusion matrix is subtracted."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.evaluation.confusion import confusion_difference
from cnnviz.evaluation.scores import Evaluation, evaluate
from cnnviz.runs.records import Run
from cnnviz.ui.app.messages import warn
from cnnviz.ui.components.confusion_matrix import Difference
from cnnviz.ui.inputs.run_picker import distinct_labels, label, title
from cnnviz.ui.shared.answers import test_predictions

CHOSEN, LINKED = "subtracted_run", "subtracted_link"
NOT_COMPARABLE = (
    "The link names a run that cannot be subtracted: it is not kept here, not shared with you, or answers with other "
    "classes. Received: {run}."
)


def choose_other(run: Run, among: Sequence[Run]) -> Run | None:
    """Let the visitor choose a run that answers with the same classes, which `?minus=` names in a link."""
    others = {
        other.id: other
        for other in among
        if other.id != run.id and other.status.has_model and other.metrics and other.config.dataset
        if run.facts.classes and other.facts.classes == run.facts.classes
    }
    state, query = st.session_state, st.query_params
    link = run.id, query.get("minus")
    if link[1] is not None and (link != state.get(LINKED) or CHOSEN not in state):  # a link, or Back
        if link[1] not in others and state.get(LINKED, (run.id,))[0] == run.id:  # and no other run was chosen
            warn(NOT_COMPARABLE.format(run=str(link[1])[:80]))
        state[CHOSEN] = link[1]
    if state.get(CHOSEN) not in others:
        state[CHOSEN] = None
    if others:
        st.selectbox(
            "Subtract the matrix of",
            list(others),
            index=None,  # it can be emptied
            key=CHOSEN,
            format_func=distinct_labels(others, label).__getitem__,
            placeholder="Minus another net",
            label_visibility="collapsed",
            width=190,
        )
    chosen: str | None = state[CHOSEN]
    if chosen is None:
        query.pop("minus", None)
    else:
        query["minus"] = chosen
    state[LINKED] = run.id, query.get("minus")
    return others.get(chosen) if chosen else None


def difference(scores: Evaluation, other: Run | None) -> Difference | None:
    """Subtract the matrix of another run; None without one, and where it cannot be read, which is then said."""
    if other is None:
        return None
    try:
        test = test_predictions(other)
        theirs = evaluate(test.probabilities, test.labels, test.classes)
        points = np.nan_to_num(confusion_difference(scores.confusion, theirs.confusion))
    except CnnvizError as error:
        warn(f"{title(other)} cannot be subtracted. {error}")
        return None
    rows, columns = np.nonzero(points)
    cells = [(int(r), int(c), round(float(points[r, c]), 2)) for r, c in zip(rows, columns, strict=True)]
    return Difference(title(other), cells, theirs.accuracy)
