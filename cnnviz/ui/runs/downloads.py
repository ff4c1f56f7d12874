"""Taking a run along: its net, its history, its pictures."""

import streamlit as st

from cnnviz.runs.export import history_csv, history_json
from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.shared.figures import FORMAT_KEY, FORMATS

DRAWN_KEY = "figure_format_drawn"


def show_downloads(run: Run) -> None:
    """A menu of files; what a run does not have yet cannot be pressed."""
    store = services.store()
    has_model, has_history = store.has_file(run.id, MODEL_FILE), store.last_epoch(run.id) > 0
    stem = f"{run.name}-{run.id}"
    with st.popover("Save", icon=":material/download:", key=f"save-{run.id}"):
        st.download_button(
            "Net (.keras)",
            lambda: store.load_file(run.id, MODEL_FILE),
            f"{stem}.keras",
            disabled=not has_model,
            help="Keras opens it, on the Feature maps page too. It takes raw pixels: the scaling is its first layer.",
        )
        st.download_button(
            "History, a row for each epoch (.csv)",
            lambda: history_csv(store.curves(run.id)),
            f"{stem}.csv",
            "text/csv",
            disabled=not has_history,
        )
        st.download_button(
            "Net, settings and all numbers (.json)",
            lambda: history_json(store.get(run.id), store.curves(run.id)),
            f"{stem}.json",
            "application/json",
        )
        chosen = st.segmented_control(
            "The camera above a figure saves",
            FORMATS,
            format_func=str.upper,
            default=FORMATS[0],
            required=True,
            key=FORMAT_KEY,
            persist_state="session",
            help="SVG stays sharp at any size; PNG opens everywhere",
        )
    if chosen != st.session_state.setdefault(DRAWN_KEY, FORMATS[0]):
        st.session_state[DRAWN_KEY] = chosen
        st.rerun()  # the figures stand in other parts of the page
