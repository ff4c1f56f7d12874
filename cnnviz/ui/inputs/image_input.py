"""Choosing a picture: a sample, an upload or a drawing."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from cnnviz.imaging.decode import decode_image, require_size
from cnnviz.imaging.samples import SAMPLES, load_sample
from cnnviz.ui.app.page_frame import errors_shown

CANVAS_SIDE = 280
PEN_WIDTH = 18
SELECT_WIDTH = 260
MIN_SIDE = 3  # the smallest kernel is 3x3


@dataclass(frozen=True, eq=False)
class ChosenImage:
    """A picture (H, W, 3) uint8, its text alternative, and its name if it is a sample."""

    pixels: np.ndarray
    alt: str = "A picture of your own"
    sample: str | None = None


def choose_image(key: str, *, sources: tuple[str, ...] = ("Sample", "Upload", "Draw")) -> ChosenImage | None:
    """Let the visitor choose; says in place what is wrong with an upload. None: nothing chosen yet."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = sources[0]
        if len(sources) > 1:
            source = st.segmented_control("Picture", sources, default=source, key=f"{key}_source", required=True)
        with errors_shown():
            if source == "Sample":
                return _sample(key)
            if source == "Upload":
                return _upload(key)
            drawing = draw(key)
            return None if drawing is None else ChosenImage(drawing, alt="Your drawing")
    return None


def draw(key: str) -> np.ndarray | None:
    """A canvas; returns (H, W, 3) uint8, black on white, or None while it is empty."""
    result = st_canvas(
        stroke_width=PEN_WIDTH,
        stroke_color="#000000",
        background_color="#ffffff",
        height=CANVAS_SIDE,
        width=CANVAS_SIDE,
        return_image_data=True,
        key=f"{key}_canvas",
    )
    if not result.json_data or not result.json_data.get("objects") or result.image_data is None:
        return None
    return np.ascontiguousarray(result.image_data[:, :, :3])


def _sample(key: str) -> ChosenImage:
    titles = {name: sample.title for name, sample in SAMPLES.items()}
    name = st.selectbox(
        "Sample",
        list(titles),
        format_func=titles.get,
        key=f"{key}_sample",
        bind="query-params",
        persist_state="session",
        width=SELECT_WIDTH,
    )
    return ChosenImage(load_sample(name), alt=SAMPLES[name].alt, sample=name)


def _upload(key: str) -> ChosenImage | None:
    file = st.file_uploader("PNG, JPEG, WebP, BMP or GIF", key=f"{key}_upload")
    if file is None:
        return None
    decoded = decode_image(file.getvalue())
    for note in decoded.notes:
        st.caption(note)
    require_size(decoded.image, MIN_SIDE)
    return ChosenImage(decoded.image)
