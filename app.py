"""Entry point: `streamlit run app.py`.

`st.App` starts the workers with the server, before the first visitor, and runs cnnviz/ui/app/main.py for
each visit. Because that script has no `pages` folder beside it, Streamlit never runs a page without it.
"""

import streamlit as st

from cnnviz.ui.app.page_frame import show_unexpected
from cnnviz.ui.app.services import lifespan

app = st.App("cnnviz/ui/app/main.py", lifespan=lifespan, on_script_error=show_unexpected)
