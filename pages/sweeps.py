"""Sweeps: many trainings in a row, and what their settings make of a net."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.sweeps.chooser import choose_sweep
from cnnviz.ui.sweeps.plan import choose_plan
from cnnviz.ui.sweeps.start import show_plan
from cnnviz.ui.sweeps.watch import show_sweep

header("Sweeps", "Choose what to vary and press Start: the plot fills as one training after the other ends.")

with errors_shown():
    sweep_id = choose_sweep()
    if sweep_id is not None:
        show_sweep(sweep_id)
    else:
        stage, form = st.columns([5, 3], gap="large")
        with stage, errors_shown():  # beside what caused it
            with form:
                plan = choose_plan()
            show_plan(plan)
