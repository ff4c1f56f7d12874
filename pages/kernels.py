"""Kernels: nine numbers of your own over any picture."""

import streamlit as st

from cnnviz.imaging.decode import to_grey
from cnnviz.ui.chrome import header
from cnnviz.ui.image_input import choose_image
from cnnviz.ui.kernel_editor import edit_kernel
from cnnviz.ui.kernel_stages import show_stage, stages

header("Kernels", "A kernel is nine numbers. Slid over a picture, it multiplies, adds up, and a new picture appears.")

picture_side, kernel_side = st.columns(2, gap="large")
with picture_side:
    chosen = choose_image("kernels")
with kernel_side:
    kernel = edit_kernel()

if chosen is None:
    st.info("Choose, upload or draw a picture: what the kernel makes of it appears here.", icon=":material/image:")
else:
    for column, stage in zip(st.columns(4), stages(to_grey(chosen.pixels), kernel), strict=True):
        with column:
            show_stage(stage)
