"""Runs for each visit: page config, navigation, shared chrome."""

from pathlib import Path

import streamlit as st

from cnnviz.ui.app.page_frame import navigation, show_login, show_status

ICON = Path(__file__).parents[3] / "assets" / "icon.png"  # Streamlit would fetch a named icon from the internet

st.set_page_config(page_title="cnnviz", page_icon=ICON, layout="wide")
page = navigation()
with st.sidebar:
    show_status()
    show_login()
page.run()
