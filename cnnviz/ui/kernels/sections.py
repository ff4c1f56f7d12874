"""Sections of the Kernels page: the lab's settings and its code."""

import streamlit as st

from cnnviz.kernel_lab.code import languages
from cnnviz.kernel_lab.code_parts import OWN_PICTURE
from cnnviz.kernel_lab.settings import LINK_FIELDS, LabSettings, settings_from_link, settings_to_link
from cnnviz.ui.app.messages import warn
from cnnviz.ui.components.kernel_lab import LabState, Picture, is_on_screen

START, LATEST = "lab_start", "lab_latest"


def starting_settings() -> LabSettings:
    """Return what a new lab begins with: the settings of the link, later those that this session had last."""
    if START not in st.session_state:
        settings, problems = settings_from_link(st.query_params.to_dict())
        st.session_state[START] = settings
        for problem in problems:
            warn(problem)
    elif not is_on_screen():
        st.session_state[START] = st.session_state.get(LATEST, st.session_state[START])
    return st.session_state[START]


def remember(settings: LabSettings) -> None:
    """Keep the settings for the session and write them into the address."""
    st.session_state[LATEST] = settings
    written = settings_to_link(settings)
    for name in LINK_FIELDS:
        if name in written:
            st.query_params[name] = written[name]
        elif name in st.query_params:
            del st.query_params[name]


def show_code(state: LabState, picture: Picture) -> None:
    """Show three scripts that compute what is on the screen."""
    sample = picture.sample if state.own_shape is None else None
    shape = state.own_shape or picture.pixels.shape[:2]
    with st.expander("The code of what is on the screen", icon=":material/code:"):
        if sample is None:
            st.caption(f"Save your picture as `{OWN_PICTURE}` beside the script.")
        scripts = languages(state.settings, sample=sample, shape=shape)
        for tab, code in zip(st.tabs(list(scripts)), scripts.values(), strict=True):
            tab.code(code, language="python")
