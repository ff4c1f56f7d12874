"""Runs: every training that was launched here."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.runs.group_table import show_groups, take_group_out
from cnnviz.ui.runs.list_controls import choose_list, show_empty
from cnnviz.ui.runs.run_details import show_chosen
from cnnviz.ui.runs.run_table import show_table
from cnnviz.ui.runs.several import show_undo
from cnnviz.ui.runs.sharing import show_operator
from cnnviz.ui.session.visitor import linked_run

header("Runs", "Select one to look at it, several to compare them.")

with errors_shown():
    linked = linked_run("Those that you may see stand here.")
    show_undo()
    query, is_grouped = choose_list()
    if not is_grouped:
        take_group_out()
    with st.container(key="runs"):
        rows, chosen = show_groups(query) if is_grouped else show_table(query)
    if not rows:
        show_empty(query)
    with st.container(), errors_shown():
        show_chosen(rows, chosen, linked, query.scope)
with errors_shown():
    show_operator()
