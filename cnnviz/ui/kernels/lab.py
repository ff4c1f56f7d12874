"""The kernel lab on its page: settings kept in the link and in the session, and the code of what it shows."""

import streamlit as st

from cnnviz.kernel_lab.code import languages
from cnnviz.kernel_lab.code_parts import OWN_PICTURE
from cnnviz.kernel_lab.settings import LINK_FIELDS, LabSettings, settings_from_link, settings_to_link
from cnnviz.ui.components.kernel_lab import LabState, is_on_screen
from cnnviz.ui.inputs.image_input import ChosenImage

START, LATEST, PICTURE = "lab_start", "lab_latest", "lab_picture"


def starting_settings() -> LabSettings:
    """What a new lab begins with: the link of the first visit, later what this session had last."""
    if START not in st.session_state:
        settings, problems = settings_from_link(st.query_params.to_dict())
        st.session_state[START] = settings
        for problem in problems:
            st.warning(problem, icon=":material/link_off:")
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


def last_good(chosen: ChosenImage | None) -> ChosenImage | None:
    """The chosen picture, or the one before while nothing usable is chosen."""
    if chosen is not None:
        st.session_state[PICTURE] = chosen
    return st.session_state.get(PICTURE)


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
