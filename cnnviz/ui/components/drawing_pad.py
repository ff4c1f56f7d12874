"""The drawing pad: a paper in the browser; Python gets what was drawn when a stroke ends."""

import base64
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import streamlit as st
from pydantic import BaseModel, Field

from cnnviz.errors import InvalidImage
from cnnviz.imaging.decode import decode_image
from cnnviz.ui.components.bundle import register

SIDE = 280  # pixels, as in assets/components/shared/ink.js
MAX_STROKES = 2_000
MAX_POINTS = 25_000  # of a drawing; the paper itself takes 20,000 and then a dot a stroke
MAX_PNG_BYTES = 200_000

LATEST = "latest_drawing"

_component = register("drawing_pad")


class Stroke(BaseModel, extra="forbid", allow_inf_nan=False):
    """A line of the pen or the eraser; thickness and points (x, y, pressure) are shares of the paper's side."""

    tool: Literal["pen", "eraser"]
    thickness: Annotated[float, Field(gt=0, le=1)]
    points: list[Annotated[list[Annotated[float, Field(ge=-1, le=2)]], Field(min_length=2, max_length=3)]] = Field(
        min_length=1, max_length=MAX_POINTS
    )


class _Message(BaseModel, extra="forbid"):
    strokes: list[Stroke] = Field(max_length=MAX_STROKES)
    png: str = Field(max_length=MAX_PNG_BYTES * 4 // 3 + 4)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Strokes, as the browser takes them again, and their pixels.

    Attributes
    ----------
    strokes : list of dict
    pixels : (280, 280, 3) uint8 or None
        Black on white; None while nothing is drawn.
    """

    strokes: list[dict]
    pixels: np.ndarray | None


def drawing_pad(key: str) -> np.ndarray | None:
    """Show a paper to draw on; it begins with what was drawn on it before, or else on any other paper.

    Returns
    -------
    (280, 280, 3) uint8 or None
        Black on white; None while nothing is drawn.
    """
    kept = kept_drawing(key)
    state = _component(data={"strokes": kept.strokes if kept else []}, key=f"{key}_pad", on_drawing_change=_ignore)
    drawn = read_drawing(state.drawing)
    if drawn is not None:
        keep_drawing(key, drawn)
    current = drawn or kept
    return current.pixels if current else None


def kept_drawing(key: str) -> Drawing | None:
    """Return what this visitor drew last on the paper of this key, or else on any."""
    return st.session_state.get(f"{key}_drawing", st.session_state.get(LATEST))


def keep_drawing(key: str, drawing: Drawing) -> None:
    """Keep a drawing for the session: it is there again after other pages were looked at."""
    st.session_state[f"{key}_drawing"] = st.session_state[LATEST] = drawing


def read_drawing(value: object) -> Drawing | None:
    """Read what a paper in the browser sent (`paper.drawing()`); None if it is no valid drawing."""
    try:
        message = _Message.model_validate(value)
        pixels = _decode(message.png) if message.png else None
    except (ValueError, InvalidImage):  # ValueError: of the form, or of base64
        return None
    if sum(len(stroke.points) for stroke in message.strokes) > MAX_POINTS:
        return None
    return Drawing([stroke.model_dump() for stroke in message.strokes], pixels)


def _decode(png: str) -> np.ndarray:
    data = base64.b64decode(png, validate=True)
    size = tuple(int.from_bytes(data[start : start + 4], "big") for start in (16, 20))  # of the header, IHDR
    if not data.startswith(b"\x89PNG") or size != (SIDE, SIDE):
        raise InvalidImage(f"A drawing is a PNG of {SIDE} × {SIDE} pixels. Received: {len(data):,} bytes.")
    return decode_image(data).image


def _ignore() -> None:
    """A new drawing needs no callback, only the rerun."""
