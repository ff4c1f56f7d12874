"""The components of assets/components, each registered with Streamlit once, at import."""

from pathlib import Path
from typing import Any

import streamlit as st

from cnnviz.ui.components.bundle import bundle

COMPONENTS = Path(__file__).parents[3] / "assets" / "components"


def register(name: str) -> Any:
    """Register `assets/components/NAME`: component.html, main.js, and component.css after the theme of all.

    Returns
    -------
    callable
        What mounts the component; see `st.components.v2.component`.
    """
    folder = COMPONENTS / name
    styles = (COMPONENTS / "shared" / "theme.css", folder / "component.css")
    return st.components.v2.component(
        name,
        html=(folder / "component.html").read_text("utf-8"),
        css="\n".join(path.read_text("utf-8") for path in styles),
        js=bundle(folder / "main.js"),
    )
