"""The receptive field of a unit, drawn on a chosen picture."""

from collections.abc import Mapping

import streamlit as st

from cnnviz.architecture.analysis.analyze import BlockReport, LayerReport
from cnnviz.architecture.analysis.receptive_field import receptive_ranges
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.paths import Path, parse_path, path_text
from cnnviz.imaging.decode import png_url, resize, to_grey
from cnnviz.text.explanations import explain
from cnnviz.text.units import shape_text
from cnnviz.ui.architecture.layer_list import select_text
from cnnviz.ui.architecture.state import NetView
from cnnviz.ui.components.receptive_field import receptive_field
from cnnviz.ui.inputs.image_input import ChosenImage, choose_image
from cnnviz.ui.session.current_net import selected_layer


def show_field(view: NetView) -> None:
    """Choose a layer, a picture and a unit; the unit follows the pointer in the browser."""
    net, analysis = view.possible_part, view.part_analysis
    if net is None or analysis is None:
        st.info("The first layer is impossible: there is nothing to see yet.")
        return
    left, right = st.columns(2)
    with left:
        reports = {path: report for path in view.titles if (report := view.report(path)) is not None}
        path = _choose_layer(view, reports)
        report = reports[path]
        shape = report.output_shape
        unit = _choose_unit(shape, path) if len(shape) == 1 else None
    with right:
        chosen = choose_image("field", sources=("Sample", "Upload"))
    if chosen is None:
        st.info("Choose or upload a picture: the field of each value is drawn on it.", icon=":material/image:")
        return
    rows, columns = receptive_ranges(net, path, unit)
    name = view.titles[path]
    last = analysis.layers[report.stop - 1] if isinstance(report, BlockReport) else report
    live = {"name": name, "formula": last.field_formula, "field": last.receptive_field}
    st.caption(explain("receptive_field", image=shape_text(net.input_shape[:2]), **live))
    receptive_field(_picture(chosen, net), rows, columns, name=name, shape=shape, unit=unit, size=net.input_shape[:2])


def _choose_layer(view: NetView, reports: Mapping[Path, LayerReport | BlockReport]) -> Path:
    """The layer that is selected on the whole page, of those with a report; the image itself has no field."""
    sizes = {path_text(path): shape_text(report.output_shape) for path, report in reports.items()}
    selected = selected_layer(view.net)
    st.session_state.receptive_field_layer = path_text(selected if selected in reports else next(iter(reports)))
    text = st.selectbox(
        "Layer",
        list(sizes),
        format_func=lambda text: f"{view.titles[parse_path(text)]} · {sizes[text]}",
        key="receptive_field_layer",
        on_change=select_text,
        args=("receptive_field_layer",),
        help="The same layer that is selected in the list and in the diagram",
    )
    return parse_path(text)


def _choose_unit(shape: tuple[int, ...], path: Path) -> int:
    """Index of a unit; people count from 1."""
    key = f"receptive_field_unit_{path_text(path)}_{shape[0]}"
    return int(st.number_input("Unit", 1, shape[0], 1, key=key, help=explain("unit"))) - 1


def _picture(chosen: ChosenImage, net: Architecture) -> str:
    """The picture as the net takes it, as a data URL."""
    height, width, planes = net.input_shape
    pixels = resize(chosen.pixels, height, width)
    pixels = to_grey(pixels) if planes == 1 else pixels
    return png_url(pixels)
