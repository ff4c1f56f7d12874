"""Inside: a trained net on one canvas, down to the arithmetic of a pixel."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.inside.canvas import show_inside
from cnnviz.ui.inside.link import forget_net
from cnnviz.ui.inside.own_net import show_own_net, show_upload

header("Inside", "Point at a map to see what feeds it. Click it to open it, click again for the arithmetic.")

linked = st.query_params.get("run")
with st.container(horizontal=True, vertical_alignment="center"):
    run = choose_run(slim=True)
    show_upload()
if run is None:
    st.stop()

if st.query_params.get("run") != linked:
    forget_net()  # another net was picked
with errors_shown():
    show_own_net(run)
    show_inside(run)
