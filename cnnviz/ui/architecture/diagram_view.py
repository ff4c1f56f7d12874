"""The diagram of the net: click a box, and the list of layers opens on it."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport
from cnnviz.architecture.spec.paths import parse_path
from cnnviz.errors import InvalidArchitecture
from cnnviz.plots.diagram.diagram import SLIDE_WIDTH, VIEWS, diagram_alt, diagram_svg
from cnnviz.plots.diagram.elements import layer_words
from cnnviz.text.markup import as_markdown
from cnnviz.ui.architecture.panel import show_layer
from cnnviz.ui.architecture.state import NetView
from cnnviz.ui.components.net_diagram import net_diagram, picked_path
from cnnviz.ui.session.current_net import IMAGE, VIEW, selected_layer

MANY_LAYERS = 20
WIDTHS = (SLIDE_WIDTH, 620, 390)  # pixels: to be saved and for the full screen, beside the controls, on a phone


def show_diagram(view: NetView) -> None:
    """Draw the diagram in the chosen view; of an impossible net the part before the layer that fails."""
    net, analysis = view.possible_part, view.part_analysis
    if net is None or analysis is None:
        return
    if view.analysis is None:
        st.caption("The net up to the layer that fails:")
    _suit_view(len(analysis.layers) > MANY_LAYERS)
    chosen = st.segmented_control(
        "Diagram",
        list(VIEWS),
        format_func=VIEWS.__getitem__,
        key=VIEW,
        required=True,
        persist_state="session",
        help="Boxes: as large as the maps, for slides. Flow: a line for each layer, for deep nets. "
        "Point at a box (or reach it with the Tab key) to read its arithmetic; click it (or press Enter) to change it.",
    )
    selected = selected_layer(view.net)
    drawings = [diagram_svg(net, view=chosen, selected=selected, width=width) for width in WIDTHS]
    net_diagram(list(dict.fromkeys(drawings)), _hints(analysis), name=view.net.name, on_pick=_take_pick)
    with st.expander("The diagram in words"):
        st.markdown(as_markdown(diagram_alt(net)))


def _suit_view(is_deep: bool) -> None:
    """Choose the view by the depth of the net, unless a link says which; anew when a net becomes deep or shallow."""
    was_deep = st.session_state.get("net_is_deep", is_deep)
    # None: a run that was interrupted before the widget forgets it
    if st.session_state.get(VIEW) is None or was_deep != is_deep:
        st.session_state[VIEW] = "flow" if is_deep else "blocks"
    st.session_state.net_is_deep = is_deep


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


def _take_pick() -> None:
    text = picked_path()
    if text is None:
        return
    try:
        show_layer(parse_path(text) if text else IMAGE)
    except InvalidArchitecture:
        return  # not from our own diagram
