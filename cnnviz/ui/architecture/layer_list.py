"""The list of layers: select, move, copy and remove one, and add a new one."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from cnnviz.architecture.analysis.analyze import LayerReport
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.rearrange import place_after, place_before
from cnnviz.architecture.layer_kinds import LAYER_KINDS, MENU
from cnnviz.architecture.spec import Architecture, Branches, Repeat, layer_lists
from cnnviz.architecture.spec.paths import Path, layer_at, parse_path, path_text
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.explanations import explain
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.state import NetView, attempt, show_view
from cnnviz.ui.session.current_net import IMAGE, current_net, select, selected_layer

LONG = 9  # layers; a longer list scrolls
LIST_HEIGHT = 430
INDENT = "\u2003"


def show_layer_list(view: NetView) -> None:
    """All layers with shape and parameters as formulas, and the buttons that change their order."""
    paths = [IMAGE, *view.titles]
    key = "net_layer"
    # always set: the browser knows an option by its label, and labels change with the net
    st.session_state[key] = path_text(selected_layer(view.net))
    with st.container(height=LIST_HEIGHT if len(paths) > LONG else "content", border=False):
        st.radio(
            "Layers",
            [path_text(path) for path in paths],
            format_func=lambda text: _label(view, _path(text)),
            captions=[_caption(view, path) for path in paths],
            key=key,
            on_change=select_text,
            args=(key,),
            help="From the image to the answer. Choose one to change it below; a click in the diagram does the same.",
        )
    _show_tools(view)


def select_text(key: str) -> None:
    """Select the path that a control holds; nothing if it was drawn for another net and the path is no longer valid."""
    with suppress(InvalidArchitecture):
        select(_path(st.session_state[key] or ""))


def _path(text: str) -> Path:
    return parse_path(text) if text else IMAGE


def _label(view: NetView, path: Path) -> str:
    if path == IMAGE:
        return f"**image** · {shape_text(view.net.input_shape)}"
    indent = INDENT * (len(path) - 1)
    name = view.titles[path]
    layer = layer_at(view.net, path)
    name += f" (× {layer.times})" if isinstance(layer, Repeat) else ""
    if view.problem is not None and view.problem.layer == path:
        return f"{indent}:red[✕ **{name}**]"
    report = view.report(path)
    return f"{indent}**{name}**" + (f" · {shape_text(report.output_shape)}" if report else "")


def _caption(view: NetView, path: Path) -> str:
    if path == IMAGE:
        return "what comes in"
    indent = INDENT * (len(path) - 1)
    if view.problem is not None and view.problem.layer == path:
        return f"{indent}:red[{as_markdown(view.problem.problem)}]"
    report = view.report(path)
    if report is None:
        return f"{indent}not reached"
    if not isinstance(report, LayerReport):
        return f"{indent}{report.totals.params:,} parameters in the block"
    return indent + (f"{report.params_formula} parameters" if report.params else report.shape_formula)


def _show_tools(view: NetView) -> None:
    path = selected_layer(view.net)
    tools: tuple[tuple[str, str, Callable[[Path], None], str], ...] = (
        ("up", "Up", _up, "Move the selected layer one place towards the image; the first of a block leaves it"),
        ("down", "Down", _down, "Move the selected layer one place towards the answer; the last of a block leaves it"),
        ("copy", "Copy", _duplicate, "Put a copy right after the selected layer"),
        ("remove", "Remove", _remove, "Take the selected layer out (undo brings it back)"),
    )
    with st.container(horizontal=True, gap="xsmall"):
        for key, label, move, what in tools:
            st.button(label, key=f"net_{key}", on_click=move, args=(path,), disabled=path == IMAGE, help=what)


def _up(path: Path) -> None:
    _move(path, place_before(current_net(), path))


def _down(path: Path) -> None:
    _move(path, place_after(current_net(), path))


def _move(path: Path, to: Path | None) -> None:
    if to is not None:
        attempt(lambda net: edit.move(net, path, to), then=to)


def _duplicate(path: Path) -> None:
    attempt(lambda net: edit.duplicate(net, path), then=(*path[:-1], path[-1] + 1))


def _remove(path: Path) -> None:
    attempt(lambda net: edit.remove(net, path), then=(*path[:-1], max(0, path[-1] - 1)))


def show_add(view: NetView, path: Path) -> None:
    """A picker of kinds and a button for each place where the new layer can go."""
    st.selectbox("New layer", list(MENU), format_func=MENU.__getitem__, key="net_kind", help=explain("kind"))
    name = view.titles[path] if path != IMAGE else "image"
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
    new = LAYER_KINDS[st.session_state.net_kind].new
    if new is not None:
        attempt(lambda net: edit.add(net, place, new(_shape_before(place))), then=place)


def _put_around(path: Path) -> None:
    around = LAYER_KINDS[st.session_state.net_kind].around
    if around is not None:
        attempt(lambda net: edit.replace(net, path, around(layer_at(net, path))), then=path)


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
