"""The diagram of the net: click a box to change its layer, drag it to another place, fold and open blocks."""

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport
from cnnviz.architecture.editing.rearrange import place_after, place_before, place_beside, rearranged
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path, layer_at, parse_path, path_text
from cnnviz.errors import InvalidArchitecture
from cnnviz.plots.diagram.diagram import SLIDE_WIDTH, VIEWS, diagram_alt, diagram_svg
from cnnviz.plots.diagram.elements import layer_words
from cnnviz.plots.diagram.folding import MANY_BOXES, default_folds, folds_around
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.panel import show_layer
from cnnviz.ui.architecture.state import FOLDED, OPENED, NetView
from cnnviz.ui.components.net_diagram import Step, net_diagram, sent
from cnnviz.ui.session.current_net import IMAGE, VIEW, current_net, select, selected_layer, set_net

WIDTHS = (SLIDE_WIDTH, 620, 390)  # pixels: to be saved and for wide screens, for tablets, for phones
SAID = "net_diagram_said"


def show_diagram(view: NetView) -> None:
    """Draw the diagram in the chosen view; of an impossible net the part before the layer that fails."""
    net, analysis = view.possible_part, view.part_analysis
    if net is None or analysis is None:
        return
    _suit_view(len(analysis.layers) > MANY_BOXES)
    chosen, folds = st.session_state[VIEW], _folds(net)
    drawings = [
        diagram_svg(net, view=chosen, selected=selected_layer(view.net), width=width, folds=folds) for width in WIDTHS
    ]
    net_diagram(
        list(dict.fromkeys(drawings)),
        _hints(analysis),
        name=view.net.name,
        layers=_layers(view),
        view=chosen,
        note="" if view.analysis else "The net up to the layer that fails",
        said=st.session_state.pop(SAID, ""),
        callbacks={"picked": _take_pick, "fold": _take_fold, "moved": _take_move, "view": _take_view},
    )


def show_in_words(view: NetView) -> None:
    """Draw the text alternative of the diagram."""
    if view.possible_part is not None:
        st.markdown(as_markdown(diagram_alt(view.possible_part)))


def _suit_view(is_deep: bool) -> None:
    """Choose the view by the depth of the net, unless a link says which; anew when a net becomes deep or shallow."""
    was_deep = st.session_state.get("net_is_deep", is_deep)
    if st.session_state.get(VIEW) not in VIEWS or was_deep != is_deep:
        st.session_state[VIEW] = "flow" if is_deep else "blocks"
    st.session_state.net_is_deep = is_deep


def _folds(net: Architecture) -> frozenset[str]:
    """The keys of what is folded: what is by itself, without what was opened, and what was folded by hand."""
    opened: set[str] = st.session_state.setdefault(OPENED, set())
    folded: set[str] = st.session_state.setdefault(FOLDED, set())
    return (default_folds(net) - opened) | folded


def _layers(view: NetView) -> list[dict[str, str]]:
    """What the search knows of each layer and block, from the image to the answer."""
    found = [{"path": "", "name": "image", "code": "", "kind": "input", "shape": shape_text(view.net.input_shape)}]
    for path, title in view.titles.items():
        report = view.report(path)
        if report is not None:
            kind = LAYER_KINDS[layer_at(view.net, path).kind].title
            known = {"name": title, "code": view.names[path], "kind": kind}
            found.append({"path": path_text(path), **known, "shape": shape_text(report.output_shape)})
    return found


def _hints(analysis: Analysis) -> dict[str, list[str]]:
    """Layer -> what it does, and the arithmetic of its shape, its parameters and its multiply-adds."""
    return {layer.name: [line for line in _lines(layer) if line] for layer in analysis.layers}


def _lines(layer: LayerReport) -> tuple[str, ...]:
    return (
        layer_words(layer),
        layer.shape_formula,
        f"{layer.params_formula} parameters" if layer.params else "",
        f"{layer.macs_formula} multiply-adds" if layer.macs else "",
    )


def _path(text: str) -> Path:
    return parse_path(text) if text else IMAGE


def _take_pick() -> None:
    """Open the list of layers on the one that was clicked or found, and whatever it is folded into."""
    text = sent("picked")
    if not isinstance(text, str):
        return
    with suppress(InvalidArchitecture):  # not from our own diagram
        path = _path(text)
        show_layer(path)
        around = folds_around(current_net(), path)
        st.session_state.setdefault(OPENED, set()).update(around)
        st.session_state.setdefault(FOLDED, set()).difference_update(around)


def _take_fold() -> None:
    """Open what is folded, fold what is open."""
    key = sent("fold")
    net = NetView(current_net()).possible_part
    if not isinstance(key, str) or net is None:
        return
    opened, folded = st.session_state.setdefault(OPENED, set()), st.session_state.setdefault(FOLDED, set())
    if key in _folds(net):
        opened.add(key)
        folded.discard(key)
    else:
        folded.add(key)
        opened.discard(key)


def _take_move() -> None:
    """Move a layer beside another one, or one place on; a move that gives no net says why, and nothing changes."""
    step = Step.read(sent("moved"))
    if step is None:
        return
    net = current_net()
    try:
        path = parse_path(step.path)
        to = _goal(net, path, step)
        if to is None:
            st.session_state[SAID] = f"{NetView(net).titles[path]} stands at the end already: it cannot go any further."
            return
        set_net(rearranged(net, path, to))
    except InvalidArchitecture as error:
        st.session_state[SAID] = f"{error} The net is as before."
        return
    select(to)


def _goal(net: Architecture, path: Path, step: Step) -> Path | None:
    layer_at(net, path)
    if step.beside:
        return place_beside(path, parse_path(step.beside), after=step.is_after)
    find: Callable[[Architecture, Path], Path | None] = place_after if step.is_after else place_before
    return find(net, path)


def _take_view() -> None:
    if (name := sent("view")) in VIEWS:
        st.session_state[VIEW] = name
