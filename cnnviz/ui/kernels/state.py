"""What the Kernels page remembers: in the link, and in the session while the visitor looks at other pages."""

import streamlit as st

from cnnviz.kernel_lab.settings import LINK_FIELDS, LabSettings, settings_from_link, settings_to_link
from cnnviz.ui.components.kernel_lab import is_on_screen
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
