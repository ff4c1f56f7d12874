"""Showing plotly figures with a text alternative."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

CONFIG = {"displaylogo": False, "scrollZoom": False, "toImageButtonOptions": {"format": "png", "scale": 2}}


def show_figure(figure: go.Figure, alternative: str, *, key: str, **options: Any) -> Any:
    """Draw a figure; `alternative` says in words what it shows, for screen readers."""
    return st.plotly_chart(figure, key=key, config=CONFIG, width="stretch", alt=alternative, **options)
