"""The diagram of a net: SVG made in Python; the browser selects layers, tells the arithmetic and saves pictures."""

from collections.abc import Callable, Sequence

import streamlit as st

from cnnviz.plots.diagram.diagram import Drawing
from cnnviz.ui.components.bundle import register

KEY = "net_diagram"

_component = register(KEY)


def net_diagram(
    drawings: Sequence[Drawing], hints: dict[str, list[str]], *, name: str, on_pick: Callable[[], None]
) -> None:
    """Show a diagram.

    Parameters
    ----------
    drawings : sequence of Drawing
        The one that is saved, then narrower ones of the same net; the first that can be read where it is
        shown is taken.
    hints : dict
        Layer name -> lines that are told on hover: what it does, and the formulas with their numbers.
    name : str
        Of the file that is saved.
    on_pick
        Called before the rerun in which `picked_path` is the layer that was clicked.
    """
    data = {"drawings": [drawing._asdict() for drawing in drawings], "hints": hints, "name": name}
    _component(data=data, key=KEY, on_picked_change=on_pick)


def picked_path() -> str | None:
    """Return the path, as text, of the layer that was just clicked; None if the browser sent anything else."""
    picked = st.session_state[KEY].get("picked") if KEY in st.session_state else None
    return picked if isinstance(picked, str) else None
