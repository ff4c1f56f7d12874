"""Which curves are shown, and how."""

from dataclasses import dataclass

import streamlit as st

METRICS = ("loss", "accuracy", "precision", "recall", "learning rate")
ONE_OUTPUT_METRICS = (*METRICS, "correlation")


@dataclass(frozen=True)
class CurveOptions:
    """Metrics in their order, smoothing 0 to below 1, logarithmic axes, the crossing marked."""

    metrics: tuple[str, ...] = ("loss", "accuracy")
    smoothing: float = 0.0
    log: bool = False
    mark_crossing: bool = False


def choose_curves() -> CurveOptions:
    """Controls above the curves; they draw anew what is recorded, nothing is trained again."""
    metrics = st.pills(
        "Curves",
        METRICS,
        selection_mode="multi",
        default=["loss", "accuracy"],
        key="curve_metrics",
        persist_state="session",
    )
    with st.popover("Options", icon=":material/tune:"):
        smoothing = st.slider(
            "Smoothing", 0.0, 0.99, 0.0, key="curve_smoothing", persist_state="session", help="Weight of the past"
        )
        log = st.toggle("Logarithmic loss axis", key="curve_log", persist_state="session")
        crossing = st.toggle(
            "Mark where training and validation cross",
            key="curve_crossing",
            persist_state="session",
            help="From there on a net learns its training images more than what they have in common",
        )
    return CurveOptions(tuple(metric for metric in METRICS if metric in metrics), smoothing, log, crossing)
