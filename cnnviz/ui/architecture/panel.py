"""What changes the net: sliders, layers or templates; and the message on an impossible net."""

import streamlit as st

from cnnviz.architecture.editing.repair import Fix
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.architecture.layer_list import show_add, show_layer_list
from cnnviz.ui.architecture.quick_sliders import show_sliders
from cnnviz.ui.architecture.settings import show_frame, show_settings
from cnnviz.ui.architecture.state import LAYERS, PANEL, SLIDERS, TEMPLATES, NetView
from cnnviz.ui.architecture.templates import show_templates
from cnnviz.ui.session.current_net import IMAGE, go_to_move, moves, select, selected_layer, set_net


def choose_panel() -> str:
    """Draw the choice of a way to change the net, and return the chosen one."""
    if st.session_state.get(PANEL) is None:
        st.session_state[PANEL] = SLIDERS
    chosen = st.segmented_control(
        "Change the net by",
        (SLIDERS, LAYERS, TEMPLATES),
        key=PANEL,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or SLIDERS  # one of them is always chosen


def show_panel(view: NetView, panel: str) -> None:
    """The chosen way to change the net."""
    if panel == TEMPLATES:
        show_templates()
    elif panel == LAYERS:
        _show_layers(view)
    else:
        show_sliders(view)


def _show_layers(view: NetView) -> None:
    path = selected_layer(view.net)
    layers, settings, new = st.columns((4, 5, 3), gap="medium")
    with layers:
        show_layer_list(view)
    with settings:
        if is_shown_at_layer(view):
            show_problem(view)
        with st.container(border=True):
            if path == IMAGE:
                show_frame(view)
            else:
                show_settings(view, path)
    with new, st.container(border=True):
        show_add(view, path)


def show_problem(view: NetView) -> None:
    """The message, a button that repairs the net, and one that shows the layer."""
    error = view.problem
    if error is None:
        return
    with st.container(key="net_problem", gap="xxsmall"):
        show = st.error if view.analysis is None else st.warning
        show_message(error, show=show)
        with st.container(horizontal=True):
            if error.fix is not None:
                st.button(
                    as_markdown(error.fix.label),
                    type="primary",
                    icon=":material/build:",
                    key="net_fix",
                    on_click=_take,
                    args=(error.fix,),
                    wrap=True,
                    help="The smallest change that makes the net possible",
                )
            if error.layer and not is_shown_at_layer(view):
                st.button(
                    f"Show {view.titles[error.layer]}",
                    key="net_show_failing",
                    icon=":material/my_location:",
                    on_click=show_layer,
                    args=(error.layer,),
                )
            if moves().can_undo:
                st.button(
                    "Undo the last move",
                    key="net_undo_problem",
                    icon=":material/undo:",
                    on_click=lambda: go_to_move(moves().position - 1),
                )


def is_shown_at_layer(view: NetView) -> bool:
    """Whether the list of layers is open on the layer that fails, so that the message stands there."""
    error = view.problem
    return error is not None and st.session_state.get(PANEL) == LAYERS and error.layer == selected_layer(view.net)


def show_layer(path: tuple[int, ...]) -> None:
    """Select a layer and open the list of layers on it."""
    select(path)
    st.session_state[PANEL] = LAYERS


def _take(fix: Fix) -> None:
    set_net(fix.architecture, words=f"Fixed: {fix.label}")
