"""Launching a training from a page."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.app import services
from cnnviz.ui.training.time_estimate import check_allowed

BUSY = (
    "One training at a time for each visitor: yours is still running, so that others get their turn. "
    "Stop it first, or wait until it has ended."
)


def launch(net: Architecture, config: TrainingConfig) -> None:
    """Start a training and follow it on this page.

    Raises InvalidConfig while the training that this session launched before still runs, and what is
    more than this server allows.
    """
    _refuse_second()
    check_allowed(analyze(net), config)
    run = services.engine().train(net, config)
    st.session_state.my_run = st.query_params["run"] = run.id
    st.rerun()


def _refuse_second() -> None:
    run_id = st.session_state.get("my_run")
    if run_id is None:
        return
    try:
        if services.store().get(run_id).status.is_active:
            raise InvalidConfig(BUSY)
    except UnknownName:
        del st.session_state.my_run  # it was deleted
