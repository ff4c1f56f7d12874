"""Compare: two to six runs beside each other."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.compare.chosen import choose_more, choose_runs, say_one
from cnnviz.ui.compare.parts import show_parts
from cnnviz.ui.compare.settings import show_downloads
from cnnviz.ui.session.visitor import listed_runs

header("Compare", "Two to six runs beside each other: in what they differ, and what comes of it.")

with errors_shown():
    listed = listed_runs()
    runs = choose_runs(listed)
    if runs:
        with st.container(horizontal=True, vertical_alignment="center", key="compare_tools"):
            choose_more(runs, listed)
            show_downloads(runs)
        say_one(runs, listed)
        show_parts(runs)
