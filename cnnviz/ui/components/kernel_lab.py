"""The kernel lab: a Streamlit component that computes in the browser, without a round trip."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.settings import LabSettings, settings_from_component
from cnnviz.ui.components.bundle import register

KEY = "kernel_lab"

_component = register(KEY)


@dataclass(frozen=True)
class LabState:
    """The lab's settings, and (height, width) of a picture that only the browser has (pasted, camera ...)."""

    settings: LabSettings
    own_shape: tuple[int, int] | None = None


def kernel_lab(image: np.ndarray, start: LabSettings, *, name: str) -> LabState:
    """Show the lab.

    Parameters
    ----------
    image : (H, W, 3) uint8
    start : LabSettings
        What a lab begins with; ignored by one that is already on the screen.
    name : str
        What the picture shows, for people who cannot see it.
    """
    state = _component(data=pack(image, start, name), key=KEY, on_summary_change=_ignore)
    return _read(state.summary) or LabState(start)


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


def pack(image: np.ndarray, start: LabSettings, name: str) -> bytes:
    """Join a JSON head and the pixels: 4 bytes of the head's length, little endian, the head, RGB bytes."""
    pixels = np.ascontiguousarray(image).tobytes()
    height, width = image.shape[:2]
    presets: list[dict[str, Any]] = [
        {"name": preset.name, "title": preset.title, "meaning": preset.meaning, "matrix": preset.matrix}
        for preset in KERNELS.values()
    ]
    picture = {"id": hashlib.sha256(pixels).hexdigest(), "name": name, "width": width, "height": height}
    head = json.dumps({"settings": start.model_dump(mode="json"), "presets": presets, "picture": picture}).encode()
    return len(head).to_bytes(4, "little") + head + pixels
