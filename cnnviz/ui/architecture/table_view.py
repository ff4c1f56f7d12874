"""The table of layers, with the difference to before the last move or to the pinned net."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import LayerReport
from cnnviz.architecture.editing.diff import Diff, diff
from cnnviz.architecture.spec import Architecture
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.layer_table import show_layers
from cnnviz.ui.architecture.state import NetView, analysis_or_none, net_before
from cnnviz.ui.architecture.totals import chosen_step
from cnnviz.ui.session.current_net import pinned_net

BEFORE, PINNED = "Before the last move", "The pinned net"


def show_table(view: NetView) -> None:
    """Every layer's figures and the arithmetic behind them."""
    analysis = view.part_analysis
    if analysis is None:
        st.info("The first layer is impossible: there is nothing to count yet.")
        return
    if view.analysis is None:
        st.caption("The layers before the one that fails:")
    story = " → ".join(shape_text(shape) for shape in _shapes(view))
    st.markdown(f"{story}  \nEach step is written out in the column *How the size comes about*.")
    comparison = _comparison(view)
    rows = {} if comparison is None else {row.after.name: row for row in comparison.rows if row.after is not None}
    batch_size, optimizer = chosen_step()
    show_layers(analysis, rows or None, batch_size=batch_size, optimizer=optimizer)
    gone = [] if comparison is None else [row.before for row in comparison.rows if row.after is None]
    if gone:
        st.caption(f"Gone: {'; '.join(map(_gone, gone))}")


def _gone(layer: LayerReport) -> str:
    return f"{layer.name} (:green[-{layer.params:,}] parameters)" if layer.params else layer.name


def _shapes(view: NetView) -> list[tuple[int, ...]]:
    """The shapes on the way, each only where it changes."""
    found = [view.net.input_shape]
    for layer in view.part_analysis.layers:
        if layer.output_shape != found[-1]:
            found.append(layer.output_shape)
    return found


def _comparison(view: NetView) -> Diff | None:
    others: dict[str, Architecture | None] = {BEFORE: net_before(), PINNED: pinned_net()}
    known = {label: net for label, net in others.items() if analysis_or_none(net) is not None}
    if not known or view.analysis is None:
        return None
    chosen = st.segmented_control(
        "Difference to",
        list(known),
        default=next(iter(known)),
        key="net_difference",
        required=True,
        persist_state="session",
        help="The columns with ± say how much more (+, red) or less (-, green) a layer costs than its partner",
    )
    return diff(known.get(chosen) or next(iter(known.values())), view.net)
