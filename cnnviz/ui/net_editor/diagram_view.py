"""The diagram of the net: click a box, and the list of layers opens on it."""

import streamlit as st

from cnnviz.architecture.analysis import Analysis
from cnnviz.architecture.diagram import VIEWS, diagram_alt, diagram_svg
from cnnviz.architecture.paths import parse_path
from cnnviz.errors import InvalidArchitecture
from cnnviz.ui.components.net_diagram import net_diagram, picked_path
from cnnviz.ui.current_net import selected_layer
from cnnviz.ui.net_editor.problem import show_layer
from cnnviz.ui.net_editor.state import NetView

MANY_LAYERS = 20


def show_diagram(view: NetView) -> None:
    """Both views, of an impossible net the part before the layer that fails."""
    net, analysis = view.possible_part, view.part_analysis
    if net is None or analysis is None:
        return
    if view.analysis is None:
        st.caption("The net up to the layer that fails:")
    _suit_view(len(analysis.layers) > MANY_LAYERS)
    chosen = st.segmented_control(
        "Diagram",
        list(VIEWS),
        format_func=VIEWS.get,
        key="net_view",
        required=True,
        persist_state="session",
        help="Boxes: as large as the maps, for slides. Flow: a line for each layer, for deep nets.",
    )
    svg = diagram_svg(net, view=chosen, selected=selected_layer(view.net) or None)
    net_diagram(svg, _hints(analysis), name=view.net.name, on_pick=_take_pick)
    with st.expander("The diagram in words"):
        st.markdown(diagram_alt(net))


def _suit_view(is_deep: bool) -> None:
    """Begin with the view that suits the net, and change it when a net of the other sort comes."""
    # a run that was interrupted before the widget forgets it
    if st.session_state.get("net_is_deep") != is_deep or st.session_state.get("net_view") is None:
        st.session_state.net_is_deep = is_deep
        st.session_state.net_view = "flow" if is_deep else "blocks"


def _hints(analysis: Analysis) -> dict[str, str]:
    """Layer -> the arithmetic of its shape, its parameters and its multiply-adds."""
    return {
        layer.name: "\n".join(
            filter(
                None,
                (
                    layer.shape_formula,
                    f"{layer.params_formula} parameters" if layer.params else "",
                    f"{layer.macs_formula} multiply-adds" if layer.macs else "",
                ),
            )
        )
        for layer in analysis.layers
    }


def _take_pick() -> None:
    text = picked_path()
    if text is None:
        return
    try:
        show_layer(parse_path(text))
    except InvalidArchitecture:
        return  # not from our own diagram
