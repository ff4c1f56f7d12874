"""The code of what the kernel lab shows."""

import streamlit as st

from cnnviz.kernel_lab.code import languages
from cnnviz.kernel_lab.code_parts import OWN_PICTURE
from cnnviz.ui.components.kernel_lab import LabState
from cnnviz.ui.inputs.image_input import ChosenImage


def show_code(state: LabState, picture: ChosenImage) -> None:
    """Three scripts that compute what is on the screen."""
    sample = picture.sample if state.own_shape is None else None
    shape = state.own_shape or picture.pixels.shape[:2]
    with st.expander("The code of what is on the screen", icon=":material/code:"):
        if sample is None:
            st.caption(f"Save your picture as `{OWN_PICTURE}` beside the script.")
        scripts = languages(state.settings, sample=sample, shape=shape)
        for tab, code in zip(st.tabs(list(scripts)), scripts.values(), strict=True):
            tab.code(code, language="python")
