"""Runs: every training that was launched here."""

import streamlit as st

from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.runs.run_table import choose_from_table, show_details

header("Runs", "Every training is kept with its settings, curves and net. Select a row to look at it again.")

with errors_shown():
    runs = services.store().recent()
    if runs:
        show_details(choose_from_table(runs))
    else:
        st.info("Nothing was trained yet. Start on the Training page.", icon=":material/info:")
