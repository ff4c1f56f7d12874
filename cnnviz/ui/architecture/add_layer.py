"""Putting a new layer before, after, into or around the selected one."""

import streamlit as st

from cnnviz.architecture.editing import edit
from cnnviz.architecture.layer_kinds import LAYER_KINDS, MENU
from cnnviz.architecture.spec import Architecture, Branches, layer_lists
from cnnviz.architecture.spec.naming import own_name
from cnnviz.architecture.spec.paths import Path, layer_at
from cnnviz.text.explanations import explain
from cnnviz.ui.architecture.state import NetView, attempt, show_view
from cnnviz.ui.session.current_net import IMAGE, current_net


def show_add(view: NetView, path: Path) -> None:
    """A picker of kinds and a button for each place where the new layer can go."""
    st.selectbox("New layer", list(MENU), format_func=MENU.get, key="net_kind", help=explain("kind"))
    name = own_name(view.names[path]) if path != IMAGE else "image"
    with st.container(horizontal=True, gap="xsmall"):
        if path == IMAGE:
            _button("Add as first layer", "first", (0,))
            return
        _button(f"Add before {name}", "before", path)
        _button(f"Add after {name}", "after", (*path[:-1], path[-1] + 1))
        for label, place in _inside(view.net, path):
            _button(label, f"inside_{place[-2]}", place)
        if LAYER_KINDS[st.session_state.net_kind].around:
            st.button(f"Put around {name}", key="net_add_around", on_click=_put_around, args=(path,))


def _button(label: str, key: str, place: Path) -> None:
    st.button(label, key=f"net_add_{key}", on_click=_add, args=(place,), icon=":material/add:")


def _inside(architecture: Architecture, path: Path) -> list[tuple[str, Path]]:
    """The ends of the lists that the selected block holds."""
    layer = layer_at(architecture, path)
    if isinstance(layer, Branches):
        return [
            (f"Add to path {number + 1}", (*path, number, len(inside))) for number, inside in enumerate(layer.branches)
        ]
    return [("Add inside", (*path, len(inside))) for inside in layer_lists(layer)]


def _add(place: Path) -> None:
    kind = LAYER_KINDS[st.session_state.net_kind]
    attempt(lambda net: edit.add(net, place, kind.new(_shape_before(place))), then=place)


def _put_around(path: Path) -> None:
    kind = LAYER_KINDS[st.session_state.net_kind]
    attempt(lambda net: edit.replace(net, path, kind.around(layer_at(net, path))), then=path)


def _shape_before(place: Path) -> tuple[int, ...] | None:
    """What comes in at a place: what the layer before puts out; for the first of a list, what its block takes."""
    view = show_view()
    if place == (0,):
        return current_net().input_shape
    if place[-1] > 0 and (report := view.report((*place[:-1], place[-1] - 1))):
        return report.output_shape
    report = view.report(place) or next(
        (view.report(place[:end]) for end in (-1, -2) if view.report(place[:end])), None
    )
    return report.input_shape if report else None
