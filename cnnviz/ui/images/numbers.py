"""An image and its label as the numbers that a net gets: pixels, scaled pixels, one-hot labels."""

from typing import Literal

import numpy as np
import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import shape_text
from cnnviz.ui.shared.elements import show_image

WIDTH = 140
HEIGHT = 300
MAX_ONE_HOT = 100  # classes whose ones and zeros are shown

Scale = Literal["0 to 255", "0 to 1, as a net gets them"]
STORED: Scale = "0 to 255"
SCALED: Scale = "0 to 1, as a net gets them"


def show_numbers(info: DatasetInfo, images: np.ndarray, labels: np.ndarray) -> None:
    """Show one image as its numbers, each of its colour planes, and its label as a net is given it."""
    number = st.slider("Image", 1, len(images), 1, help="One of the samples above, in their order")
    image, label = images[number - 1], int(labels[number - 1])
    name = info.classes[label]
    height, width, planes = image.shape
    st.markdown(
        f"A picture is numbers: {height} × {width} × {planes} = {image.size:,} of them, from 0 (dark) to 255 (bright). "
        f"{whence(info, image.shape)}"
    )
    colors = ("red", "green", "blue") if planes == 3 else ("grey",)
    with st.container(horizontal=True):
        show_image(image, width=WIDTH, caption=as_markdown(name), alt=f"Image {number}: {name}")
        for color, plane in zip(colors, np.moveaxis(image, 2, 0), strict=True):
            show_image(plane, width=WIDTH, caption=f"{color} plane", alt=f"The {color} plane of it")
    with st.container(horizontal=True):
        shown = colors[0]
        if planes > 1:
            shown = st.segmented_control("Numbers of the plane", colors, default=colors[0], required=True)
        scale = st.segmented_control("Scale", (STORED, SCALED), default=STORED, required=True)
    _show_plane(image[:, :, colors.index(shown)], scale)
    _show_label(info, label)


def whence(info: DatasetInfo, shape: tuple[int, ...]) -> str:
    """Say of an image (H, W, C) of a set of free size that its numbers are not those of its file; "" of others."""
    if not info.free_size:
        return ""
    size = shape_text(shape[:2])
    return f"They are those that a net gets: the middle of the picture, scaled to {size}. Its file may hold others."


def _show_plane(plane: np.ndarray, scale: Scale) -> None:
    if scale == SCALED:
        st.caption("Every number is divided by 255: a net learns faster from small numbers.")
    numbers = plane / 255 if scale == SCALED else plane
    digits = "%.3f" if scale == SCALED else "%d"
    column = st.column_config.NumberColumn(width=64 if scale == SCALED else 48, format=digits)
    named = {str(place): numbers[:, place] for place in range(numbers.shape[1])}
    st.dataframe(named, height=HEIGHT, column_config=dict.fromkeys(named, column))


def _show_label(info: DatasetInfo, label: int) -> None:
    """The class as its number, and as a one in a row of zeros."""
    classes = info.classes
    st.markdown(
        f"Its label, {as_markdown(classes[label])}, is class {label} of 0 to {len(classes) - 1}. To compare it with "
        "what a net says of each class, it is written one-hot: a 1 for the true class, a 0 for every other."
    )
    if len(classes) <= MAX_ONE_HOT:
        names = [f"{place}: {name}" for place, name in enumerate(short_labels(classes))]
        st.dataframe({name: [int(place == label)] for place, name in enumerate(names)}, hide_index=True)
