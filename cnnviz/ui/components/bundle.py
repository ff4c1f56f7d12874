"""Components of assets/components, registered with Streamlit; `cnnviz.components` makes single files of them."""

from typing import Any

import streamlit as st

from cnnviz.components.bundle import COMPONENTS, bundle, style


def register(name: str) -> Any:
    """Register `assets/components/NAME`: component.html, main.js, and its `style`.

    Returns
    -------
    callable
        What mounts the component; see `st.components.v2.component`.
    """
    folder = COMPONENTS / name
    return st.components.v2.component(
        name,
        html=(folder / "component.html").read_text("utf-8"),
        css=style(name),
        js=bundle(folder / "main.js"),
    )
