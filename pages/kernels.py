"""Kernels: nine numbers of your own over any picture."""

import streamlit as st

from cnnviz.ui.app.page_frame import header
from cnnviz.ui.components.kernel_lab import kernel_lab
from cnnviz.ui.inputs.image_input import choose_image
from cnnviz.ui.kernels.sections import last_good, remember, show_code, show_learned_filters, starting_settings

header("Kernels", "A kernel is a small grid of numbers. Slid over a picture, it multiplies, adds up: a new picture.")

picture = last_good(choose_image("kernels"))
if picture is None:
    st.info("Choose, upload or draw a picture: what the kernel makes of it appears here.", icon=":material/image:")
    st.stop()

state = kernel_lab(picture.pixels, starting_settings(), name=picture.alt)
remember(state.settings)
show_code(state, picture)
show_learned_filters(state.settings)
