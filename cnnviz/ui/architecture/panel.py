"""The left side of the page: sliders, layers or templates, one at a time."""

import streamlit as st

from cnnviz.ui.architecture.add_layer import show_add
from cnnviz.ui.architecture.input_output import show_frame
from cnnviz.ui.architecture.layer_list import show_layer_list
from cnnviz.ui.architecture.problem import is_shown_at_layer, show_problem
from cnnviz.ui.architecture.quick_sliders import show_sliders
from cnnviz.ui.architecture.settings import show_settings
from cnnviz.ui.architecture.state import LAYERS, PANEL, SLIDERS, TEMPLATES, NetView, show_refusal
from cnnviz.ui.architecture.templates import show_templates
from cnnviz.ui.session.current_net import IMAGE, selected_layer


def show_panel(view: NetView) -> None:
    """The chosen way to change the net."""
    if st.session_state.get(PANEL) is None:
        st.session_state[PANEL] = SLIDERS
    chosen = st.segmented_control(
        "Change the net by",
        (SLIDERS, LAYERS, TEMPLATES),
        key=PANEL,
        required=True,
        persist_state="session",
        help="Sliders for a quick idea, the list of layers for everything, templates to start from",
    )
    show_refusal()
    if chosen == TEMPLATES:
        show_templates()
    elif chosen == LAYERS:
        _show_layers(view)
    else:
        show_sliders(view)
        with st.expander("Images and classes"):
            show_frame(view)


def _show_layers(view: NetView) -> None:
    show_layer_list(view)
    path = selected_layer(view.net)
    if is_shown_at_layer(view):
        show_problem(view)
    with st.container(border=True):
        if path == IMAGE:
            show_frame(view)
        else:
            show_settings(view, path)
    with st.container(border=True):
        show_add(view, path)
