"""Sliders that build a whole net: blocks, filters, kernel, pooling, dense units."""

from collections.abc import Collection
from typing import Any

import streamlit as st

from cnnviz.architecture.editing.slider_moves import move_slider, still_sliders
from cnnviz.architecture.editing.slider_net import MAX_BLOCKS, MAX_DENSE_UNITS, MAX_DROPOUT, MAX_FILTERS, QuickNet
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.explanations import explain
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.settings import show_frame
from cnnviz.ui.architecture.state import NetView, attempt, num_classes, reported_value, shown_value
from cnnviz.ui.session.current_net import current_net

LAST_MOVE = "quick_last_move"
"""Key of the slider moved last, with the nets before the first and after the last of its moves in a row."""
NAMES = {
    "blocks": "Convolution blocks",
    "filters": "Filters in the first block",
    "growth": "Filters in later blocks",
    "kernel": "Kernel size",
    "padding": "Padding",
    "pooling": "Pooling",
    "batch_norm": "Batch normalisation",
    "dense_units": "Hidden dense units",
    "dropout": "Dropout",
}
ALL_SAID = "The sliders say all of this net."
MORE_THAN_SAID = "This net is more than the sliders say. Moving one changes what it is about; all else stays."
SLIDER_WIDTH = 200  # pixels, at least
KERNELS = (1, 3, 5, 7, 9, 11)
POOLINGS = {"max": "max", "avg": "average", "none": "none"}


def show_sliders(view: NetView) -> None:
    """Sliders set as close to the net as they can say, and below them how close; every move rebuilds the net."""
    quick, still = QuickNet.from_architecture(view.net), still_sliders(view.net)
    with st.grid(min_column_width=SLIDER_WIDTH, gap=("xsmall", "medium")):
        _sliders(quick, _live(view), still)
        with st.popover("Images and classes", icon=":material/image:", width="stretch"):
            show_frame(view)
    st.caption(ALL_SAID if _say_all(quick, view.net) else MORE_THAN_SAID)
    for why in dict.fromkeys(still.values()):
        names = [NAMES[field] for field, reason in still.items() if reason == why]
        st.caption(f"Cannot be moved: {', '.join(names)}. {why}")


def _say_all(quick: QuickNet, net: Architecture) -> bool:
    """Whether the sliders alone build this net; they build none that ends with more values than a layer may have."""
    try:
        return quick.build(net.input_shape, num_classes(net), name=net.name) == net
    except InvalidArchitecture:
        return False


def _live(view: NetView) -> dict[str, Any]:
    """What explanations say about the net."""
    layers = view.part_analysis.layers if view.part_analysis else ()
    convs = [layer for layer in layers if layer.kind == "conv"]
    maps = [layer for layer in layers if len(layer.output_shape) == 3]
    return {
        "last_maps": shape_text(maps[-1].output_shape) if maps else None,
        "first_conv": f"{convs[0].params_formula} parameters" if convs else None,
        "first_shape": convs[0].shape_formula if convs else None,
        "dense": "; ".join(layer.params_formula for layer in layers if layer.kind == "dense"),
    }


def _build() -> None:
    """A slider has moved: the net changes in what it is about."""
    own = QuickNet.from_architecture(current_net()).model_dump()
    for field, value in own.items():
        moved = reported_value(f"quick_{field}", value)
        if moved != value:
            _move(field, moved)


def _move(field: str, value: Any) -> None:
    """Move one slider, from the net before the first of its moves in a row: so that a way there and back loses nothing.

    From 33 and 47 filters to 1 and 1, for instance, their ratio is in the first net only.
    """
    net = current_net()
    last_field, first, last = st.session_state.get(LAST_MOVE, ("", net, net))
    start = first if last_field == field and last == net else net
    if attempt(lambda _: move_slider(start, field, value)):
        st.session_state[LAST_MOVE] = (field, start, current_net())


def _sliders(quick: QuickNet, live: dict[str, Any], still: Collection[str]) -> None:
    def options(field: str, topic: str = "", option: str = "value") -> dict[str, Any]:
        key = f"quick_{field}"
        shown = shown_value(key, getattr(quick, field), option=option)
        return {
            "key": key,
            "on_change": _build,
            "help": explain(topic or field, **live),
            "disabled": field in still,
            **shown,
        }

    st.slider(NAMES["blocks"], 0, MAX_BLOCKS, **options("blocks"))
    st.slider(NAMES["filters"], 1, MAX_FILTERS, **options("filters", "first_filters"))
    st.segmented_control(NAMES["growth"], ("same", "double"), required=True, **options("growth", option="default"))
    st.select_slider(NAMES["kernel"], KERNELS, format_func=lambda k: f"{k}×{k}", **options("kernel", "quick_kernel"))
    st.segmented_control(
        NAMES["padding"], ("valid", "same"), required=True, **options("padding", "quick_padding", option="default")
    )
    st.segmented_control(
        NAMES["pooling"],
        tuple(POOLINGS),
        format_func=POOLINGS.__getitem__,
        required=True,
        **options("pooling", option="default"),
    )
    st.toggle(NAMES["batch_norm"], **options("batch_norm"))
    st.slider(NAMES["dense_units"], 0, MAX_DENSE_UNITS, **options("dense_units"))
    st.slider(NAMES["dropout"], 0.0, MAX_DROPOUT, step=0.05, **options("dropout"))
