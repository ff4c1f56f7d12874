"""The inside of a net: a Streamlit component that fetches the net once and then computes in the browser."""

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.components.bundle import register

KEY = "inside_net"

_component = register(KEY)


@dataclass(frozen=True)
class InsideData:
    """What the component is given.

    Attributes
    ----------
    net : str
        Address of the net's file.
    classes : tuple of str
    shape : (height, width, channels)
        Of the net's pictures.
    style : "digit" or "photo"
        How a picture of the user's is brought into that shape.
    images : str or None
        Address of the test images; None: they are not to be had.
    photos : list of dict
        Sample photos: "title" and "url".
    index : int
        The test image to begin with, from 0.
    layer, unit : str, int
        What to open at first; layer "" for the whole net.
    """

    net: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    style: str
    images: str | None
    photos: list[dict[str, str]]
    index: int = 0
    layer: str = ""
    unit: int = 0


def inside_net(data: InsideData) -> str | None:
    """Show a net; returns the sentence in which the browser says, once, why it could not compute it, else None."""
    said: Any = _component(data=asdict(data), key=KEY, on_problem_change=_ignore).problem
    return said if isinstance(said, str) else None


def _ignore() -> None:
    """A problem needs no callback, only the rerun."""


def forget() -> None:
    """Let the next call mount a new component: it fetches the net again."""
    st.session_state.pop(KEY, None)
