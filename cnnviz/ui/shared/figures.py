"""Showing plotly figures with a text alternative."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

FORMATS = ("png", "svg")
FORMAT_KEY = "figure_format"
CONFIG = {
    "displaylogo": False,
    "scrollZoom": False,
    # more buttons would cover what is above a small figure
    "modeBarButtonsToRemove": ["pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "select2d", "lasso2d"],
}


def show_figure(figure: go.Figure, alternative: str, *, key: str, **options: Any) -> Any:
    """Draw a figure; `alternative` says in words what it shows, for screen readers.

    Its camera saves it in the format that the visitor chose (see `downloads`).
    """
    picture = {"format": st.session_state.get(FORMAT_KEY) or FORMATS[0], "scale": 2, "filename": key}
    config = {**CONFIG, "toImageButtonOptions": picture}
    return st.plotly_chart(figure, key=key, config=config, width="stretch", alt=alternative, **options)
