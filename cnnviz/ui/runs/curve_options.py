"""Which curves are shown, and how."""

from dataclasses import dataclass

import streamlit as st

METRICS = ("loss", "accuracy", "precision", "recall", "learning rate")
ONE_OUTPUT_METRICS = ("loss", "accuracy", "mse", "correlation", "precision", "recall", "learning rate")
NAMES = {"mse": "squared error"}
KEPT = {"persist_state": "session"}
MEANING = """The thin line is single batches. A point of "training" is the mean over an epoch, while the net still
learned; "validation" is measured at its end: so it may lie better than training at first."""


@dataclass(frozen=True)
class CurveOptions:
    """Metrics in their order, smoothing 0 to below 1, logarithmic axes, the crossing marked."""

    metrics: tuple[str, ...] = ("loss", "accuracy")
    smoothing: float = 0.0
    log: bool = False
    mark_crossing: bool = False


def choose_curves(*, one_output: bool) -> CurveOptions:
    """Controls above the curves; they draw anew what is recorded, nothing is trained again.

    A net with one output has a squared error and a correlation with the labels, too.
    """
    offered = ONE_OUTPUT_METRICS if one_output else METRICS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metrics = st.pills(
            "Curves",
            offered,
            selection_mode="multi",
            format_func=lambda metric: NAMES.get(metric, metric),
            default=["loss", "accuracy"],
            key="curve_metrics_one" if one_output else "curve_metrics",
            help=MEANING,
            wrap=True,
            **KEPT,
        )
        with st.popover("Options", icon=":material/tune:", key="curve_options"):
            smoothing = st.slider(
                "Smoothing", 0.0, 0.99, 0.0, key="curve_smoothing", help="Weight of the past batches", **KEPT
            )
            log = st.toggle("Logarithmic axes", key="curve_log", help="Not of shares: they go from 0 to 100%", **KEPT)
            crossing = st.toggle(
                "Mark where training and validation cross",
                key="curve_crossing",
                help="From there on a net learns its training images more than what they have in common",
                **KEPT,
            )
    return CurveOptions(tuple(metric for metric in offered if metric in metrics), smoothing, log, crossing)
