"""The parts below the matrix, of which one is shown at a time."""

import streamlit as st

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.evaluation.calibration import show_calibration
from cnnviz.ui.evaluation.curves import show_curves
from cnnviz.ui.evaluation.mistakes import show_mistakes
from cnnviz.ui.shared.elements import KEPT, as_part

MISTAKES, CALIBRATION, CURVES = "Mistakes", "Calibration", "ROC and precision-recall"
MORE_IMAGES = "Would more images help? Accuracy against amount of data"
PARTS = MISTAKES, CALIBRATION, CURVES


def show_parts(run: Run, epoch: int | None, test: TestPredictions) -> None:
    """Let the visitor choose a part, at first none, and show it; it runs by itself."""
    as_part(_show)(run, epoch, test)


def _show(run: Run, epoch: int | None, test: TestPredictions) -> None:
    part = st.segmented_control("Look closer", PARTS, key="evaluation_part", **KEPT)
    if not run.origin:
        st.page_link(page("sweeps"), label=MORE_IMAGES, query_params={"kind": "data", "run": run.id})
    if part is None:
        return  # images would be fetched for nobody
    st.header(part, anchor=False)
    key = f"{run.id}-{run.progress.started}-{epoch}"
    if part == MISTAKES:
        show_mistakes(run, epoch, test)
    elif part == CALIBRATION:
        show_calibration(test, key=key)
    else:
        show_curves(run, test, key=key)
