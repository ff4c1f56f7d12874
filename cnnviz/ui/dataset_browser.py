"""Looking into a data set: samples, balance, pixels and planes, mean images, copies, sizes."""

import numpy as np
import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import DATASETS
from cnnviz.datasets.sizes import shape_histogram
from cnnviz.engine import data_queries
from cnnviz.engine.data_queries import DatasetLook
from cnnviz.plots.browser import balance_bars, describe_balance, describe_shapes, shape_bars
from cnnviz.ui import services
from cnnviz.ui.figures import show_figure
from cnnviz.ui.pixels import enlarged

SAMPLES = 12
DATA_SECONDS = 600
THUMB = 96


@st.cache_data(show_spinner="Loading the images", max_entries=16)
def look(dataset: str, page: int) -> DatasetLook:
    """Samples and statistics of a data set, from a worker."""
    return services.engine().call(data_queries.look, dataset, SAMPLES, page, timeout=DATA_SECONDS)


def show_samples(info: DatasetInfo, seen: DatasetLook) -> None:
    """Twelve images with their names."""
    with st.container(horizontal=True):
        for image, label in zip(seen.images, seen.labels, strict=True):
            st.image(enlarged(image, 2 * THUMB), caption=info.classes[int(label)], width=THUMB)
    for note in seen.notes:
        st.caption(note)


def show_balance(seen: DatasetLook) -> None:
    """How many images each class has."""
    show_figure(balance_bars(seen.counts), describe_balance(seen.counts), key="balance")
    st.caption(describe_balance(seen.counts))


def show_pixels(info: DatasetInfo, seen: DatasetLook) -> None:
    """One image as what it is: numbers, and its colour planes apart."""
    number = st.slider("Image", 1, len(seen.images), 1, help="One of the samples above, in their order")
    image = seen.images[number - 1]
    height, width, planes = image.shape
    st.markdown(f"A picture is numbers: {height} x {width} x {planes} of them, from 0 (dark) to 255 (bright).")
    names = ("red", "green", "blue") if planes == 3 else ("grey",)
    with st.container(horizontal=True):
        st.image(enlarged(image, 280), caption=info.classes[int(seen.labels[number - 1])], width=140)
        for name, plane in zip(names, np.moveaxis(image, 2, 0), strict=True):
            st.image(enlarged(plane, 280), caption=name, width=140)
    plane = st.segmented_control("Numbers of", names, default=names[0], required=True)
    st.dataframe(image[:, :, names.index(plane)], height=300)


def show_means(info: DatasetInfo, seen: DatasetLook) -> None:
    """The mean of all images of each class."""
    st.caption("The mean of all training images of a class: what a class has in common at each pixel.")
    with st.container(horizontal=True):
        for name, mean in zip(info.classes, seen.means, strict=True):
            st.image(enlarged(mean, 2 * THUMB), caption=name, width=THUMB)


def show_copies(dataset: str) -> None:
    """Images that are in the set more than once, looked for on demand."""
    st.caption("A copy in both parts lets a net remember instead of recognise.")
    if not st.button("Look for copies", icon=":material/content_copy:"):
        return
    found, images = services.engine().call(data_queries.find_duplicates, dataset, timeout=DATA_SECONDS)
    st.markdown(f"{len(found.exact)} groups of equal images, {len(found.near)} of nearly equal ones.")
    with st.container(horizontal=True):
        for image in images:
            st.image(enlarged(image, 2 * THUMB), width=THUMB)


def show_sizes(dataset: str, info: DatasetInfo) -> None:
    """The sizes that the pictures of a folder or zip have before they are brought to one."""
    if dataset in DATASETS:
        height, width, planes = info.image_shape
        st.markdown(f"All images of this set are {height} x {width} x {planes}.")
        return
    shapes = shape_histogram(dataset)
    show_figure(shape_bars(shapes), describe_shapes(shapes), key="shapes")
    st.caption(describe_shapes(shapes))
