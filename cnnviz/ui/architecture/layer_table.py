"""What a net costs layer by layer, with the difference to before the last move or to the pinned net."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from cnnviz.architecture.analysis.analyze import BYTES_PER_VALUE, Analysis, LayerReport
from cnnviz.architecture.analysis.costs import layer_training_memory
from cnnviz.architecture.editing.diff import Diff, DiffRow, diff
from cnnviz.architecture.spec import Architecture
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import bytes_text, difference_text, shape_text
from cnnviz.ui.architecture.state import NetView, analysis_or_none, net_before
from cnnviz.ui.architecture.totals import chosen_step
from cnnviz.ui.session.current_net import pinned_net

MORE_PARAMS, MORE_MACS = "± parameters", "± MACs"
BEFORE, PINNED = "Before the last move", "The pinned net"
LONG, LONG_HEIGHT = 20, 640  # rows; pixels of a longer table, which then scrolls
_TEXT_COLOURS = {"light": ("#b3261e", "#146c2e"), "dark": ("#ff8a80", "#7bdc9a")}


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
    _show_rows(analysis, rows or None, batch_size=batch_size, optimizer=optimizer)
    gone = (
        []
        if comparison is None
        else [row.before for row in comparison.rows if row.before is not None and row.after is None]
    )
    if gone:
        st.caption(f"Gone: {'; '.join(map(_gone, gone))}")


def _gone(layer: LayerReport) -> str:
    name = as_markdown(layer.name)
    return f"{name} (:green[-{layer.params:,}] parameters)" if layer.params else name


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
        help="The columns with ± say how much more (+, red) or less (-, green) a layer costs than its partner",
    )
    return diff(known.get(chosen) or next(iter(known.values())), view.net)


def _show_rows(
    analysis: Analysis, differences: Mapping[str, DiffRow] | None = None, *, batch_size: int, optimizer: str
) -> None:
    """One row a layer; `differences` holds the row of a comparison by the layer's name."""
    found = [None if differences is None else differences.get(layer.name) for layer in analysis.layers]
    rows = [
        _row(layer, difference) | {"Training": bytes_text(layer_training_memory(layer, batch_size, optimizer))}
        for layer, difference in zip(analysis.layers, found, strict=True)
    ]
    table = pd.DataFrame(rows)
    styled = table if differences is None else coloured(table, found)
    st.dataframe(
        styled,
        hide_index=True,
        height="content" if len(rows) <= LONG else LONG_HEIGHT,
        key="net_table",
        column_config=_columns(max(len(layer.name) for layer in analysis.layers)),
    )


def _columns(longest_name: int) -> dict[str, Any]:
    """Fixed widths, because a table that is on the screen keeps those of the net before."""
    column = st.column_config
    return {
        "Layer": column.TextColumn(width=max(130, min(260, 30 + 7 * longest_name))),
        "Output": column.TextColumn(width=110),
        "Parameters": column.NumberColumn(format="localized", width=95),
        MORE_PARAMS: column.TextColumn(width=110),
        "MACs": column.NumberColumn(
            format="localized", width=105, help="Multiplications with a following addition, for one image"
        ),
        MORE_MACS: column.TextColumn(width=110),
        "Sees": column.TextColumn(width=85, help="Receptive field: the part of the input that one value sees"),
        "How the size comes about": column.TextColumn(width=200),
        "How the parameters add up": column.TextColumn(width=250),
        "How the MACs add up": column.TextColumn(width=290),
        "Weights": column.TextColumn(width=90, help="4 bytes a parameter"),
        "Maps": column.TextColumn(
            width=90, help="4 bytes for each value the layer puts out, for one image; twice that while it learns"
        ),
        "Training": column.TextColumn(
            width=90,
            help="Weights, gradients, what the optimizer keeps, and the maps of a batch, at the batch size above",
        ),
    }


def _row(layer: LayerReport, difference: DiffRow | None) -> dict[str, Any]:
    cells: dict[str, Any] = {"Layer": layer.name, "Output": shape_text(layer.output_shape), "Parameters": layer.params}
    if difference is not None:
        cells[MORE_PARAMS] = _difference(difference, "params")
    cells["MACs"] = layer.macs
    if difference is not None:
        cells[MORE_MACS] = _difference(difference, "macs")
    return cells | {
        "Sees": shape_text((layer.receptive_field, layer.receptive_field)),
        "How the size comes about": layer.shape_formula,
        "How the parameters add up": layer.params_formula,
        "How the MACs add up": layer.macs_formula,
        "Weights": bytes_text(layer.params * BYTES_PER_VALUE),
        "Maps": bytes_text(layer.memory_bytes),
    }


def _difference(row: DiffRow, figure: str) -> str:
    text = difference_text(row.more(figure))
    return f"{text} (new)".strip() if row.before is None else text


def coloured(table: pd.DataFrame, rows: Sequence[DiffRow | None]) -> Styler:
    """Colour the columns of differences: red for what costs more, green for less; the sign says it as well."""
    more, less = _TEXT_COLOURS["dark" if st.context.theme.type == "dark" else "light"]

    def colours(_: pd.Series, figure: str) -> list[str]:
        changes = [row.more(figure) if row else 0 for row in rows]
        return [f"color: {more}" if change > 0 else f"color: {less}" if change < 0 else "" for change in changes]

    styled = table.style.apply(colours, subset=[MORE_PARAMS], figure="params")
    return styled.apply(colours, subset=[MORE_MACS], figure="macs")
