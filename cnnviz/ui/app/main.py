"""Runs for each visit: page config, navigation, shared chrome."""

from pathlib import Path

import streamlit as st

from cnnviz.ui.app.page_frame import navigation, show_login, show_status
from cnnviz.ui.session.kept_settings import remember_settings

ASSETS = Path(__file__).parents[3] / "assets"
ICON = ASSETS / "icon.png"  # Streamlit would fetch a named icon from the internet
SIDEBAR_WIDTH = 200  # pixels, the least that Streamlit grants; page_frame.css makes it slimmer

st.set_page_config(page_title="cnnviz", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
st.html(ASSETS / "style" / "page_frame.css")
remember_settings()
page = navigation()
with st.sidebar:
    show_status()
    show_login()
page.run()
