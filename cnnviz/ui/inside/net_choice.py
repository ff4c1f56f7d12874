"""The slim row above the canvas: which trained net, as it ended or at the end of which kept epoch."""

import streamlit as st

from cnnviz.runs.files import kept_epochs
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import choose_run

ENDED = "as it ended"


def choose_net() -> tuple[Run, int | None] | None:
    """Let the visitor choose a run and one of its kept epochs; None while there is no trained net.

    `?run=` and `?epoch=` name them in a link; an epoch that is not kept is left out of the link.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="inside_choice"):
        run = choose_run(slim=True)
        return None if run is None else (run, _choose_epoch(run))


def _choose_epoch(run: Run) -> int | None:
    epochs = kept_epochs(services.store(), run.id)
    wanted = st.query_params.get("epoch", "")
    known = next((epoch for epoch in epochs if str(epoch) == wanted), None)
    if not epochs:
        st.query_params.pop("epoch", None)
        return None
    choices = [None, *epochs]
    chosen = st.selectbox(
        "Epoch",
        choices,
        index=choices.index(known),
        format_func=lambda epoch: ENDED if epoch is None else f"after epoch {epoch}",
        label_visibility="collapsed",
        key=f"inside_epoch_{run.id}",
        width=170,
    )
    if chosen is None:
        st.query_params.pop("epoch", None)
    else:
        st.query_params["epoch"] = str(chosen)
    return chosen
