"""What comes in and what comes out: the size of the images and the number of classes."""

from typing import Any

import streamlit as st

from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.spec import Architecture, Conv, Dense
from cnnviz.architecture.spec.paths import walk
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.explanations import explain
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.state import NetView, attempt, num_classes, reported_value, shown_value
from cnnviz.ui.session.current_net import current_net

LEAST_SIDE, MOST_SIDE = 8, 256
MOST_CLASSES = 1000
PLANES = {1: "1 (grey)", 3: "3 (colour)"}


def show_frame(view: NetView) -> None:
    """Name, height, width, planes and classes."""
    height, width, channels = view.net.input_shape
    live = {
        "image": shape_text(view.net.input_shape),
        "values": f"{height * width * channels:,}",
        "classes": num_classes(view.net),
    }
    st.text_input(
        "Name of the net",
        max_chars=60,
        key="net_name",
        on_change=_take_name,
        help=explain("net_name"),
        **shown_value("net_name", view.net.name),
    )
    _show_sizes(view, live)


def _show_sizes(view: NetView, live: dict[str, Any]) -> None:
    """Numbers for height, width, planes and classes."""
    height, width, channels = view.net.input_shape
    left, right = st.columns(2)
    for column, name, value in ((left, "height", height), (right, "width", width)):
        column.number_input(
            name.capitalize(),
            min(LEAST_SIDE, value),
            max(MOST_SIDE, value),
            key=f"net_{name}",
            on_change=_take_input,
            help=explain(name, **live),
            **shown_value(f"net_{name}", value),
        )
    planes = sorted({*PLANES, channels})
    left.selectbox(
        "Planes",
        planes,
        format_func=lambda number: PLANES.get(number, str(number)),
        key="net_planes",
        on_change=_take_input,
        help=explain("planes", **live),
        **shown_value("net_planes", channels, option="index", default=planes.index(channels)),
    )
    right.number_input(
        "Classes",
        2,
        max(MOST_CLASSES, num_classes(view.net)),
        key="net_classes",
        on_change=_take_classes,
        help=explain("classes", **live),
        **shown_value("net_classes", num_classes(view.net)),
    )


def _take_name() -> None:
    name = reported_value("net_name", current_net().name).strip()
    attempt(lambda net: Architecture.from_fields({**net.model_dump(), "name": name}))


def _take_input() -> None:
    sides = zip(("net_height", "net_width", "net_planes"), current_net().input_shape, strict=True)
    shape = tuple(reported_value(key, own) for key, own in sides)
    attempt(lambda net: edit.with_input(net, shape))


def _take_classes() -> None:
    before = num_classes(current_net())
    classes = reported_value("net_classes", before)
    if classes == before:
        return
    attempt(lambda net: _with_classes(net, classes), words=f"Classes: {before} -> {classes}")


def _with_classes(architecture: Architecture, classes: int) -> Architecture:
    try:
        return adapt(architecture, architecture.input_shape, classes)
    except InvalidArchitecture:
        found = [(path, layer) for path, layer in walk(architecture.layers) if isinstance(layer, Dense | Conv)]
        if not found:
            raise
        path, layer = found[-1]  # a net that is impossible for now: what its last layer with units says
        setting = "units" if isinstance(layer, Dense) else "filters"
        return edit.with_settings(architecture, path, **{setting: classes})
