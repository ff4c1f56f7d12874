"""The parts below the matrix, of which one is shown at a time."""

from collections.abc import Callable

import streamlit as st

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.evaluation.calibration import show_calibration
from cnnviz.ui.evaluation.curves import show_curves
from cnnviz.ui.evaluation.label_errors import show_label_errors
from cnnviz.ui.evaluation.mistakes import show_mistakes
from cnnviz.ui.evaluation.robustness import show_robustness
from cnnviz.ui.evaluation.seen import show_seen
from cnnviz.ui.shared.answers import net_version
from cnnviz.ui.shared.elements import KEPT, LINKED_PART, as_part, put_part_in_link, take_linked_part

PARTS: dict[str, Callable[[Run, int | None, TestPredictions], None]] = {
    "Mistakes": show_mistakes,
    "Robustness": show_robustness,
    "Calibration": lambda run, epoch, test: show_calibration(test, key=_key(run, epoch)),
    "ROC and precision-recall": lambda run, epoch, test: show_curves(run, test, key=_key(run, epoch)),
    "Doubtful labels": show_label_errors,
    "Copies": lambda run, _epoch, test: show_seen(run, test),
}
"""Name of a part -> what shows it, in the order of the choice. `?part=` names one in a link."""
KEY = "evaluation_part"
MORE_IMAGES = "Would more images help? Accuracy by amount"


def show_parts(run: Run, epoch: int | None, test: TestPredictions) -> None:
    """Let the visitor choose a part, at first none, and show it; it runs by itself."""
    take_linked_part(KEY, PARTS, instead="none is opened")
    with st.container(key=LINKED_PART):
        as_part(_show)(run, epoch, test)


def _show(run: Run, epoch: int | None, test: TestPredictions) -> None:
    part = st.segmented_control("Look closer", list(PARTS), key=KEY, **KEPT)
    put_part_in_link(KEY, part)
    if not run.origin:
        st.page_link(page("sweeps"), label=MORE_IMAGES, query_params={"kind": "data", "run": run.id})
    if part is None:
        return  # images would be fetched for nobody
    st.header(part, anchor=False)
    PARTS[part](run, epoch, test)


def _key(run: Run, epoch: int | None) -> str:
    return f"{run.id}-{net_version(run, epoch)}-{epoch}"
