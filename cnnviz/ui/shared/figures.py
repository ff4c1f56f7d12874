"""Showing plotly figures with a text alternative, and small pictures so that their pixels are seen."""

from typing import Any

import numpy as np
import streamlit as st

from cnnviz.plots.style import Figure

FORMATS = ("png", "svg")
FORMAT_KEY = "figure_format"
CONFIG = {
    "displaylogo": False,
    "scrollZoom": False,
    # more buttons would cover what is above a small figure
    "modeBarButtonsToRemove": ["pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "select2d", "lasso2d"],
}


def show_figure(figure: Figure, alternative: str, *, key: str, **options: Any) -> Any:
    """Draw a figure; `alternative` says in words what it shows, for screen readers.

    Its camera saves it in the format that the visitor chose (see `downloads`).
    """
    picture = {"format": st.session_state.get(FORMAT_KEY) or FORMATS[0], "scale": 2, "filename": key}
    config = {**CONFIG, "toImageButtonOptions": picture}
    return st.plotly_chart(figure, key=key, config=config, width="stretch", alt=alternative, **options)


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Zoom (H, W) or (H, W, 1 | 3) uint8 by a whole number to about `side` pixels; grey ones lose their last axis."""
    factor = max(1, side // max(image.shape[:2]))
    zoomed = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.ascontiguousarray(zoomed[:, :, 0] if zoomed.ndim == 3 and zoomed.shape[2] == 1 else zoomed)
