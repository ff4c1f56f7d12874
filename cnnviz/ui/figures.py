"""Showing plotly figures with a text alternative."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

CONFIG = {"displaylogo": False, "scrollZoom": False, "toImageButtonOptions": {"format": "png", "scale": 2}}


def show_figure(figure: go.Figure, alternative: str, *, key: str, **options: Any) -> Any:
    """Draw a figure; what it shows stands below in words, for all and for screen readers."""
    event = st.plotly_chart(figure, key=key, config=CONFIG, width="stretch", **options)
    st.caption(alternative)
    return event
