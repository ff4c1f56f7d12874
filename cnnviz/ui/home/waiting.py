"""While the net of the Home page is trained for the first time."""

import streamlit as st

from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.runs.progress import show_progress
from cnnviz.ui.shared.live_fragment import follow

WAITING_FOR_STARTER = "The net of this page is being trained on this machine, once. It takes less than a minute."


def show_progress_until_done(run: Run | None) -> None:
    """Progress of the Home page's first training; the page draws itself anew when it is over."""
    st.info(WAITING_FOR_STARTER, icon=":material/model_training:")
    if run is not None:
        follow(_progress, is_live=True)(run.id)


def _progress(run_id: str) -> None:
    run = services.store().get(run_id)
    show_progress(run)
    if run.metrics or not run.status.is_active:
        st.rerun()
