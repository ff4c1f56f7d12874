"""Runs for each visit: page config, navigation, shared chrome."""

import streamlit as st

from cnnviz.ui.chrome import show_status
from cnnviz.ui.routing import navigation

st.set_page_config(page_title="cnnviz", page_icon=":material/grid_on:", layout="wide")
page = navigation()
with st.sidebar:
    show_status()
page.run()
