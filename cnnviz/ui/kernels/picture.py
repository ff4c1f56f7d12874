"""The picture of the Kernels page: a number picture, a sample photo, a drawing, or a file that only Python can read."""

import base64
import binascii
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError, InvalidImage
from cnnviz.imaging.decode import decode_image, require_size
from cnnviz.imaging.samples import SAMPLES, load_sample
from cnnviz.kernel_lab.number_pictures import NUMBER_PICTURES, load_number_picture
from cnnviz.text.links import link_problem
from cnnviz.ui.app.messages import show_message, warn
from cnnviz.ui.components.drawing_pad import SIDE, keep_drawing, kept_drawing, read_drawing
from cnnviz.ui.components.kernel_lab import Picture
from cnnviz.web.samples import thumbnail_url

LINK = "kernels_sample"
SOURCE, UPLOAD, PROBLEM = "kernels_source", "kernels_upload", "kernels_problem"
DRAW, UPLOADED = "draw", "upload"
DRAWING = "drawing"
"""What a link calls the drawing; its strokes are in the browser's tab (assets/components/shared/drawing_memory.js)."""
DEFAULT = next(iter(NUMBER_PICTURES))
MIN_SIDE = 3  # the smallest kernel is 3x3


def samples() -> list[dict[str, Any]]:
    """Return what the row of pictures begins with: names, titles, and how each looks."""
    grids = [{"name": name, "title": one.title, "grid": one.rows} for name, one in NUMBER_PICTURES.items()]
    photos = [
        {"name": name, "title": one.title.partition(" the ")[0], "thumbnail": thumbnail_url(name)}
        for name, one in SAMPLES.items()
    ]
    return grids + photos


def chosen_picture() -> Picture:
    """Return the picture that the visitor chose, or that of the link; says what was wrong with a file."""
    if PROBLEM in st.session_state:
        show_message(st.session_state.pop(PROBLEM))
    if SOURCE not in st.session_state:
        st.session_state[SOURCE] = _from_link()
    source = st.session_state[SOURCE]
    _write_link(source)
    if source in NUMBER_PICTURES:
        return Picture(load_number_picture(source), NUMBER_PICTURES[source].alt, source, sample=source)
    if source in SAMPLES:
        return Picture(load_sample(source), SAMPLES[source].alt, source, sample=source)
    if source == UPLOADED:
        return Picture(st.session_state[UPLOAD], "A picture of your own", source)
    drawing = kept_drawing("kernels")
    pixels = drawing.pixels if drawing else None
    blank = np.full((SIDE, SIDE, 3), 255, np.uint8)
    strokes = drawing.strokes if drawing else []
    return Picture(blank if pixels is None else pixels, "Your drawing", DRAW, strokes=strokes)


def take_source(name: object) -> None:
    """Choose another picture; anything that is none is ignored."""
    if name in {*NUMBER_PICTURES, *SAMPLES, DRAW}:
        st.session_state[SOURCE] = name


def take_drawing(value: object) -> None:
    """Keep a drawing: it is there again on other papers of the app, and after other pages."""
    drawing = read_drawing(value)
    if drawing is not None:
        keep_drawing("kernels", drawing)


def take_upload(value: object) -> None:
    """Choose the picture of a file, or keep what is wrong with it for the page to say."""
    try:
        st.session_state[UPLOAD] = read_upload(value)
        st.session_state[SOURCE] = UPLOADED
    except CnnvizError as error:
        st.session_state[PROBLEM] = error


def read_upload(value: object) -> np.ndarray:
    """Read a file that the browser could not: its bytes in base64.

    Returns
    -------
    (H, W, 3) uint8

    Raises
    ------
    InvalidImage
    """
    try:
        data = base64.b64decode(value if isinstance(value, str) else "", validate=True)
    except (ValueError, binascii.Error):
        raise InvalidImage("The file did not arrive whole. Choose it again.") from None
    decoded = decode_image(data)
    require_size(decoded, MIN_SIDE)
    return decoded.image


def _from_link() -> str:
    asked = st.query_params.get(LINK, DEFAULT)
    titles = {one.title: name for name, one in SAMPLES.items()}  # as older links have them
    name = titles.get(asked, asked)
    if name == DRAWING:
        return DRAW
    if name in NUMBER_PICTURES or name in SAMPLES:
        return name
    known = ", ".join([*NUMBER_PICTURES, *SAMPLES, DRAWING])
    warn(link_problem("a picture", "another one is shown", expected=known, received=asked))
    return DEFAULT


def _write_link(source: str) -> None:
    if source in SAMPLES or (source in NUMBER_PICTURES and source != DEFAULT):
        st.query_params[LINK] = source
    elif source == DRAW:
        st.query_params[LINK] = DRAWING
    elif LINK in st.query_params:
        del st.query_params[LINK]
