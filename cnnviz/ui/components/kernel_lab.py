"""The kernel lab: a Streamlit component that computes in the browser, without a round trip."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.settings import LabSettings, settings_from_component
from cnnviz.ui.components.bundle import register

KEY = "kernel_lab"

_component = register(KEY)


@dataclass(frozen=True, eq=False)
class Picture:
    """What the kernel is laid on.

    Attributes
    ----------
    pixels : (H, W, 3) uint8
    alt : str
        What it shows, for people who cannot see it.
    source : str
        Which tile of the row of pictures it is of.
    sample : str or None
        Its name in the code of what is on the screen; None for one that only the visitor has.
    strokes : list of dict
        Of a drawing.
    """

    pixels: np.ndarray
    alt: str
    source: str = ""
    sample: str | None = None
    strokes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class LabState:
    """The lab's settings, and (height, width) of a picture that only the browser has (pasted, camera ...)."""

    settings: LabSettings
    own_shape: tuple[int, int] | None = None


def kernel_lab(
    picture: Picture, start: LabSettings, *, samples: list[dict[str, Any]], takers: dict[str, Callable[[object], None]]
) -> LabState:
    """Show the lab.

    Parameters
    ----------
    picture : Picture
    start : LabSettings
        What a lab begins with; ignored by one that is already on the screen.
    samples : list of dict
        The pictures of its row: name, title, and "grid" (rows of values) or "thumbnail" (an address).
    takers : dict
        What is called with a value from the browser, before the page runs again: "source" with the name of a picture,
        "drawing" with strokes and pixels, "upload" with a file that the browser cannot read, in base64.
    """
    told = {f"on_{name}_change": lambda name=name: takers[name](_told(name)) for name in takers}
    state = _component(data=pack(picture, start, samples), key=KEY, on_summary_change=_ignore, **told)
    return _read(state.summary) or LabState(start)


def _told(name: str) -> object:
    return st.session_state[KEY].get(name)


def _read(summary: object) -> LabState | None:
    """Read what the browser sent; None if it is no valid state."""
    if not isinstance(summary, dict):
        return None
    settings = settings_from_component(summary.get("settings"))
    shape: tuple[int, int] | None = None
    match summary.get("own"):
        case [int(height), int(width)]:
            shape = height, width
    return None if settings is None else LabState(settings, shape)


def is_on_screen() -> bool:
    """Return whether the lab was drawn in the run before this one."""
    return KEY in st.session_state


def _ignore() -> None:
    """A change of settings needs no callback, only the rerun."""


def pack(picture: Picture, start: LabSettings, samples: list[dict[str, Any]]) -> bytes:
    """Join a JSON head and the pixels: 4 bytes of the head's length, little endian, the head, RGB bytes."""
    pixels = np.ascontiguousarray(picture.pixels).tobytes()
    height, width = picture.pixels.shape[:2]
    presets: list[dict[str, Any]] = [
        {"name": preset.name, "title": preset.title, "meaning": preset.meaning, "matrix": preset.matrix}
        for preset in KERNELS.values()
    ]
    head = json.dumps(
        {
            "settings": start.model_dump(mode="json"),
            "presets": presets,
            "samples": samples,
            "strokes": picture.strokes,
            "picture": {
                "id": hashlib.sha256(picture.source.encode() + pixels).hexdigest(),
                "name": picture.alt,
                "source": picture.source,
                "width": width,
                "height": height,
            },
        }
    ).encode()
    return len(head).to_bytes(4, "little") + head + pixels
