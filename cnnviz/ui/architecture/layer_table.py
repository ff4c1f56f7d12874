"""What a net costs layer by layer, with the difference to before the last move or to the pinned net."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.architecture.analysis.costs import layer_training_memory
from cnnviz.architecture.editing.diff import Diff, DiffRow, diff
from cnnviz.architecture.spec import Architecture
from cnnviz.text.units import bytes_text, difference_text, shape_text
from cnnviz.ui.architecture.html_table import Cell, Column, show_rows
from cnnviz.ui.architecture.state import NetView, analysis_or_none, net_before
from cnnviz.ui.architecture.totals import chosen_step
from cnnviz.ui.components.save_files import file_name
from cnnviz.ui.session.current_net import pinned_net

MORE_PARAMS, MORE_MACS = "± parameters", "± MACs"
BEFORE, PINNED = "Before the last move", "The pinned net"
IN_CODE = "In code"
ABOUT = {
    IN_CODE: "The name of the layer in the code of the tab Code, and in the files of a run",
    "MACs": "Multiplications with a following addition, for one image",
    "Sees": "Receptive field: the part of the input that one value sees",
    "Weights": "4 bytes a parameter",
    "Maps": "4 bytes for each value the layer puts out, for one image; twice that while it learns",
    "Training": "Weights, gradients, what the optimizer keeps, and the maps of a batch, at the batch size chosen above",
}
NUMBERS = ("Parameters", MORE_PARAMS, "MACs", MORE_MACS, "Weights", "Maps", "Training")


def show_table(view: NetView) -> None:
    """Every layer's figures and the arithmetic behind them."""
    analysis = view.part_analysis
    if analysis is None:
        st.info("The first layer is impossible: there is nothing to count yet.")
        return
    if view.analysis is None:
        st.caption("The layers before the one that fails:")
    shapes = " → ".join(shape_text(shape) for shape in _shapes(view.net, analysis))
    st.markdown(f"{shapes}  \nEach step is written out in the column *How the size comes about*.")
    comparison = _comparison(view)
    rows = {} if comparison is None else {row.after.name: row for row in comparison.rows if row.after is not None}
    batch_size, optimizer = chosen_step()
    found = [rows.get(layer.name) for layer in analysis.layers]
    cells = [
        _row(layer, row, has_differences=bool(rows), training=layer_training_memory(layer, batch_size, optimizer))
        for layer, row in zip(analysis.layers, found, strict=True)
    ]
    columns = [Column(name, ABOUT.get(name, ""), name in NUMBERS, is_code=name == IN_CODE) for name in cells[0]]
    values = [list(row.values()) for row in cells]
    file = file_name(view.net.name, "layers", ending="csv")
    show_rows(columns, values, label="Layers and what they cost", key="net_layers", file=file)
    gone = (
        []
        if comparison is None
        else [row.before for row in comparison.rows if row.before is not None and row.after is None]
    )
    if gone:
        st.caption(f"Gone: {'; '.join(map(_gone, gone))}")


def _gone(layer: LayerReport) -> str:
    return f"{layer.title} (:green[−{layer.params:,}] parameters)" if layer.params else layer.title


def _shapes(net: Architecture, analysis: Analysis) -> list[tuple[int, ...]]:
    """The shapes from the input to the output, each only where it changes."""
    found: list[tuple[int, ...]] = [net.input_shape]
    for layer in analysis.layers:
        if layer.output_shape != found[-1]:
            found.append(layer.output_shape)
    return found


def _comparison(view: NetView) -> Diff | None:
    others = {BEFORE: net_before(), PINNED: pinned_net()}
    known = {label: net for label, net in others.items() if net is not None and analysis_or_none(net) is not None}
    if not known or view.analysis is None:
        return None
    chosen = st.segmented_control(
        "Difference to",
        list(known),
        default=next(iter(known)),
        key="net_difference",
        required=True,
        persist_state="session",
        help="The columns with ± say how much more (+, red) or less (−, green) a layer costs than its partner",
    )
    return diff(known.get(chosen) or next(iter(known.values())), view.net)


def _row(layer: LayerReport, difference: DiffRow | None, *, has_differences: bool, training: int) -> dict[str, Cell]:
    """The cells of a layer by their column."""
    cells = {"Layer": Cell(layer.title), "Output": Cell(shape_text(layer.output_shape))}
    cells["Parameters"] = _count(layer.params)
    if has_differences:
        cells[MORE_PARAMS] = _difference(difference, "params")
    cells["MACs"] = _count(layer.macs)
    if has_differences:
        cells[MORE_MACS] = _difference(difference, "macs")
    return cells | {
        "Sees": Cell(shape_text((layer.receptive_field, layer.receptive_field))),
        # after the figures: names in blocks are so long that a phone would show nothing else
        IN_CODE: Cell(layer.name),
        "How the size comes about": Cell(layer.shape_formula),
        "How the parameters add up": Cell(layer.params_formula),
        "How the MACs add up": Cell(layer.macs_formula),
        "Weights": _bytes(layer.params * BYTES_PER_VALUE),
        "Maps": _bytes(layer.memory_bytes),
        "Training": _bytes(training),
    }


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", exact=str(number))


def _bytes(number: int) -> Cell:
    return Cell(bytes_text(number), exact=str(number))


def _difference(row: DiffRow | None, figure: str) -> Cell:
    if row is None:
        return Cell("")
    change = row.more(figure)
    text = difference_text(change)
    return Cell(f"{text} (new)".strip() if row.before is None else text, exact=f"{change}", change=change)
