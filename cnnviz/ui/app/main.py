"""Runs for each visit: page config, navigation, shared chrome."""

from pathlib import Path

import streamlit as st

from cnnviz.ui.app.page_frame import navigation, show_login, show_status

ICON = Path(__file__).parents[3] / "assets" / "icon.png"  # Streamlit would fetch a named icon from the internet
SIDEBAR_WIDTH = 200  # pixels, the least that Streamlit grants; page_frame.css makes it slimmer

st.set_page_config(page_title="cnnviz", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
page = navigation()
if not st.context.is_embedded:  # in a frame of somebody else's page, it is one page without a way to others
    with st.sidebar:
        show_status()
        with st.container(key="login"):
            show_login()
page.run()
