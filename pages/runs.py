"""Runs: every training that was launched here."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.runs.run_table import choose_from_table, show_details
from cnnviz.ui.runs.sharing import show_operator
from cnnviz.ui.session.visitor import linked_run, listed_runs

header("Runs", "Every training is kept with its settings, curves and net. Select a row to look at it again.")

with errors_shown():
    linked, runs = linked_run("Those that you may see stand here."), listed_runs()
    if runs:
        show_details(choose_from_table(runs, linked))
    else:
        st.info("Nothing was trained yet. Start on the Training page.", icon=":material/info:")
with errors_shown():
    show_operator()
