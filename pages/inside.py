"""Inside: a trained net on one canvas, down to the arithmetic of a pixel."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.inside.canvas import show_inside

header("Inside", "Point at a map to see what feeds it. Click it to open it, click again for the arithmetic.")

run = choose_run(slim=True)
if run is None:
    st.stop()

with errors_shown():
    show_inside(run)
