"""The diagram of a net: SVG made in Python; the browser shows, searches and saves it, and tells what is wanted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cnnviz.plots.diagram.diagram import VIEWS, Drawing
from cnnviz.ui.components.bundle import register

KEY = "net_diagram"

_component = register(KEY)


@dataclass(frozen=True)
class Step:
    """A layer that is to stand before or after another one; without `beside` one place earlier or later."""

    path: str
    beside: str
    is_after: bool

    @classmethod
    def read(cls, value: object) -> "Step | None":
        """Read what the browser sent; None if it is anything else."""
        fields = {"path": str, "beside": str, "isAfter": bool}
        if not isinstance(value, dict) or not all(isinstance(value.get(name), kind) for name, kind in fields.items()):
            return None
        return cls(value["path"], value["beside"], value["isAfter"])


def net_diagram(
    drawings: Sequence[Drawing],
    hints: dict[str, list[str]],
    *,
    name: str,
    layers: Sequence[dict[str, str]],
    view: str,
    note: str,
    said: str,
    callbacks: Mapping[str, Callable[[], None]],
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
    layers : sequence of dict
        What the search looks through: path, name, name in code, kind and shape of each layer and block.
    view : str
        The present one, a key of `VIEWS`.
    note, said : str
        What stands in a corner of the diagram; why the last move was refused, once. "" for nothing.
    callbacks : mapping
        Event -> what is called before the rerun in which `sent(event)` is what the browser told: "picked" (a path),
        "fold" (a key), "moved" (see `Step.read`), "view" (a key of `VIEWS`).
    """
    data = {
        "drawings": [drawing._asdict() for drawing in drawings],
        "hints": hints,
        "name": name,
        "layers": list(layers),
        "view": view,
        "views": VIEWS,
        "note": note,
        "said": said,
    }
    _component(data=data, key=KEY, **{f"on_{event}_change": call for event, call in callbacks.items()})


def sent(event: str) -> Any:
    """Return what the browser just told, unchecked; None without such an event."""
    return st.session_state[KEY].get(event) if KEY in st.session_state else None
