"""The metrics of the whole net, each with the difference to before the move and to the pinned net."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis
from cnnviz.architecture.analysis.costs import OPTIMIZER_SLOTS, check_limits, dominant, training_memory
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidInput
from cnnviz.text.explanations import explain
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import MINUS, PERCENT, bytes_text, with_minus
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.shared.elements import KEPT
from cnnviz.ui.training.launch import training_time

TILE_WIDTH = 172  # pixels: six beside each other; a phone moves them sideways
NO_DIFFERENCE = "&nbsp;"  # holds the room
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True)
class Metric:
    """A label, how to get the number out of an analysis, how to write it, and the topic that explains it."""

    label: str
    value: Callable[[Analysis], int]
    text: Callable[[float], str]
    topic: str


def show_totals(net: Architecture, analysis: Analysis, before: Analysis | None, pinned: Analysis | None) -> None:
    """Draw one line of parameters, multiply-adds, memory and time, each with room for its differences."""
    batch_size, optimizer = chosen_step()
    live = _live(analysis, batch_size, optimizer)
    others = ((before, "vs. before"), (pinned, "vs. pinned"))
    with st.container(horizontal=True, gap="small", wrap=False, key="net_totals"):
        for metric in _metrics(batch_size, optimizer):
            differences = [_difference_text(metric, other, analysis, words) for other, words in others]
            text = metric.text(metric.value(analysis))
            _tile(metric.label, text, explain(metric.topic, **live), differences)
        if time := training_time(net, batch_size, optimizer):
            _tile("Training time", time[0], time[1], [time[2]])
    st.caption(as_markdown(dominant(analysis)))
    _show_limits(analysis, batch_size, optimizer)


def _tile(label: str, text: str, words: str, differences: list[str]) -> None:
    with st.container(width=TILE_WIDTH, gap=None):
        st.caption(label, help=words)
        lines = [f":small[{line}]" if line else NO_DIFFERENCE for line in [*differences, "", ""][:2]]
        st.markdown(f"**{text}**  \n{lines[0]}  \n{lines[1]}")


def show_batch_choice(analysis: Analysis | None) -> None:
    """Draw the choice of the batch size and the optimizer for which memory and time are said."""
    batch_size, optimizer = chosen_step()
    with st.popover(f"Batch of {batch_size}", icon=":material/tune:", disabled=analysis is None):
        if analysis is not None:
            _batch_controls(_live(analysis, batch_size, optimizer))


def _difference_text(metric: Metric, before: Analysis | None, after: Analysis, words: str) -> str:
    """Return the difference of a metric as Markdown: red with a plus for more, green with a minus for less."""
    if before is None:
        return ""
    change = metric.value(after) - metric.value(before)
    if not change:
        return f"± 0 {words}"
    sign, colour = ("+", "red") if change > 0 else (MINUS, "green")
    return f":{colour}[{sign}{metric.text(abs(change))}{_share(metric.value(before), change)}] {words}"


def _share(before: int, change: int) -> str:
    """The relative change, or a factor where it at least doubles; empty below half a percent."""
    if not before or abs(change) < 0.005 * before:
        return ""
    return (
        f" (× {1 + change / before:,.1f})"
        if change >= before
        else with_minus(f" ({100 * change / before:+.0f}{PERCENT})")
    )


def _metrics(batch_size: int, optimizer: str) -> tuple[Metric, ...]:
    return (
        Metric("Parameters", lambda analysis: analysis.totals.params, "{:,}".format, "parameters"),
        Metric("MACs", lambda analysis: analysis.totals.macs, "{:,}".format, "macs"),
        Metric("Weights", lambda analysis: analysis.totals.weight_bytes, bytes_text, "weights_memory"),
        Metric("Maps of one image", lambda analysis: analysis.totals.memory_bytes, bytes_text, "maps_memory"),
        Metric(
            "Training memory",
            lambda analysis: training_memory(analysis, batch_size, optimizer),
            bytes_text,
            "training_memory",
        ),
    )


def chosen_step() -> tuple[int, str]:
    """Batch size and optimizer for which the memory of a training step is computed."""
    return st.session_state.get("net_batch", 64), st.session_state.get("net_optimizer", "adam")


def _live(analysis: Analysis, batch_size: int, optimizer: str) -> dict[str, str | int]:
    totals = analysis.totals
    return {
        "params": f"{totals.params:,}",
        "trainable": f"{totals.trainable_params:,}",
        "macs": f"{totals.macs:,}",
        "bytes": bytes_text(totals.memory_bytes),
        "weight_bytes": bytes_text(totals.weight_bytes),
        "memory": bytes_text(training_memory(analysis, batch_size, optimizer)),
        "batch": batch_size,
        "optimizer": optimizer,
        "slots": OPTIMIZER_SLOTS[optimizer],
        "image_values": f"{prod(analysis.layers[0].input_shape):,}",
        "values": f"{totals.memory_bytes // 4:,}",
    }


def _batch_controls(live: dict[str, str | int]) -> None:
    st.select_slider("Batch size", BATCH_SIZES, 64, key="net_batch", help=explain("batch_size", **live), **KEPT)
    st.selectbox(
        "Optimizer",
        list(OPTIMIZER_SLOTS),
        index=list(OPTIMIZER_SLOTS).index("adam"),
        key="net_optimizer",
        help=explain("optimizer"),
        **KEPT,
    )
    st.markdown(explain("training_memory", **live))


def _show_limits(analysis: Analysis, batch_size: int, optimizer: str) -> None:
    """Say before anything is launched that the server would refuse it."""
    try:
        check_limits(analysis, batch_size=batch_size, optimizer=optimizer)
    except InvalidInput as error:
        show_message(error, icon=":material/block:")
