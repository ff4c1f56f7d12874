"""Two nets side by side, layer by layer: any of the present, the pinned, the templates and the runs."""

import streamlit as st

from cnnviz.architecture.editing.diff import Change, Diff, DiffRow, diff
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture
from cnnviz.text.units import MINUS, bytes_text, difference_text, shape_text
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.architecture.html_table import Cell, Column, show_rows
from cnnviz.ui.architecture.layer_table import MORE_MACS, MORE_PARAMS
from cnnviz.ui.architecture.state import NetView, net_before
from cnnviz.ui.components.save_files import file_name
from cnnviz.ui.session.current_net import pinned_net
from cnnviz.ui.session.visitor import listed_runs
from cnnviz.ui.shared.scalings import scaling_text

PRESENT = "The present net"
MARKS = {"same": "", "changed": "changed", "added": "+ new", "removed": "− gone"}
TOTALS = {
    "Parameters": ("params", "{:,}".format),
    "MACs": ("macs", "{:,}".format),
    "Weights": ("weight_bytes", bytes_text),
    "Maps of one image": ("memory_bytes", bytes_text),
}
NUM_RUNS = 20
OTHER_COLUMNS = ("params", "macs", "memory_bytes", "output_shape")
FIELD_LABELS = {"input_shape": "takes", "receptive_field": "sees"}
COLUMNS = tuple(
    Column(name, is_number=name in (MORE_PARAMS, MORE_MACS))
    for name in ("", "From", "To", MORE_PARAMS, MORE_MACS, "What differs")
)


def show_comparison(view: NetView) -> None:
    """Choose two nets and see what differs."""
    nets = _nets(view.net)
    names = list(nets)
    left, right = st.columns(2)
    first = left.selectbox(
        "From", names, index=1, key="net_compare_a", help="What stood there before, or what you compare with"
    )
    second = right.selectbox("To", names, key="net_compare_b", help="Its costs are read off against the other net")
    show_difference(nets[first], nets[second], key="net_comparison")


def show_difference(first: Architecture, second: Architecture, *, key: str) -> None:
    """Show what a net costs more or less than a first one, and where it differs, layer by layer."""
    try:
        comparison = diff(first, second)
    except InvalidArchitecture as error:
        show_message(
            f"One of the two is impossible, so there is nothing to compare. {error}",
            show=st.info,
            icon=":material/info:",
        )
        return
    _show_totals(comparison)
    image = [] if comparison.scaling is None else [_pixels(comparison.scaling)]
    rows = [*image, *(_row(row) for row in comparison.rows)]
    file = file_name(first.name, "to", second.name, ending="csv")
    show_rows(COLUMNS, rows, label="The two nets, layer by layer", key=key, file=file)


def _nets(present: Architecture) -> dict[str, Architecture]:
    """All nets on offer by their label; the one to compare with first comes second."""
    pinned, before = pinned_net(), net_before()
    found = {PRESENT: present}
    if pinned is not None:
        found[f"Pinned: {pinned.name}"] = pinned
    if before is not None:
        found["Before the last move"] = before
    found |= {f"Template: {preset.title}": preset.architecture for preset in PRESETS.values()}
    runs = listed_runs(limit=NUM_RUNS)
    return found | {
        f"{'Own net' if run.origin else 'Run'}: {run.name} ({run.created:%d %b %H:%M}, {run.id[:6]})": run.architecture
        for run in runs
    }


def _show_totals(comparison: Diff) -> None:
    with st.container(horizontal=True, gap="medium"):
        for label, (field, text) in TOTALS.items():
            before, after = getattr(comparison.before, field), getattr(comparison.after, field)
            change = after - before
            colour = "red" if change > 0 else "green"
            sign = "+" if change > 0 else MINUS
            words = f":{colour}[{sign}{text(abs(change))}]" if change else "no difference"
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(f"{text(before)} → **{text(after)}**")
                st.markdown(f":small[{words}]")


def _pixels(scaling: Change) -> list[Cell]:
    differs = f"pixels: {scaling_text(scaling.before)} → {scaling_text(scaling.after)}"
    return [Cell(MARKS["changed"]), Cell("image"), Cell("image"), Cell(""), Cell(""), Cell(differs)]


def _row(row: DiffRow) -> list[Cell]:
    before, after = row.before, row.after
    return [
        Cell(MARKS[row.status]),
        Cell(f"{before.title} · {shape_text(before.output_shape)}" if before else ""),
        Cell(f"{after.title} · {shape_text(after.output_shape)}" if after else ""),
        *map(_more, (row.more("params"), row.more("macs"))),
        Cell(_changes(row)),
    ]


def _more(change: int) -> Cell:
    return Cell(difference_text(change), exact=f"{change}", change=change)


def _changes(row: DiffRow) -> str:
    """Settings and what comes in; what else differs stands in the other columns."""
    changes = [change for change in row.changes if change.field not in OTHER_COLUMNS]
    return "; ".join(f"{FIELD_LABELS.get(c.field, c.field)}: {_text(c.before)} → {_text(c.after)}" for c in changes)


def _text(value: object) -> str:
    return shape_text(value) if isinstance(value, tuple) else str(value)
