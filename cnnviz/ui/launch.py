"""What is checked before a training is launched."""

import streamlit as st

from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.ui import services

BUSY = (
    "One training at a time for each visitor: yours is still running, so that others get their turn. "
    "Stop it first, or wait until it has ended."
)


def refuse_second_training() -> None:
    """Raise InvalidConfig while the training that this session launched before still runs."""
    run_id = st.session_state.get("my_run")
    if run_id is None:
        return
    try:
        if services.store().get(run_id).status.is_active:
            raise InvalidConfig(BUSY)
    except UnknownName:
        del st.session_state.my_run  # it was deleted
