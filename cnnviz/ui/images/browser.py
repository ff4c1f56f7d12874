"""Sections of the Images page: samples of a data set, balance, pixels and planes, mean images, sizes, copies."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import modified
from cnnviz.datasets.statistics.duplicates import Copies, Copy
from cnnviz.datasets.statistics.overview import DatasetOverview
from cnnviz.engine.ask import Images
from cnnviz.plots.bars import balance_bars, describe_balance, describe_shapes, shape_bars
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.inputs.dataset_picker import summary
from cnnviz.ui.runs.progress import show_notes
from cnnviz.ui.session.training_settings import kept_load_options, load_options_text
from cnnviz.ui.shared.answers import cached_answer
from cnnviz.ui.shared.elements import show_figure, show_image

SAMPLES = 20  # two rows of ten: in sets of ten classes, a class has a column
THUMB = 140  # pixels at most; page_frame.css makes as many columns as there is room for
MAX_MEANS = 40


def load_overview(dataset: str, info: DatasetInfo) -> DatasetOverview:
    """Statistics of a data set, computed by a worker; says what the set is, by its names of files until it was read."""
    about = st.empty()
    about.caption(f"{summary(info)} {load_options_text(dataset, info)}")
    overview: DatasetOverview = ask(dataset, "overview")
    about.caption(f"{summary(overview.info)} {load_options_text(dataset, overview.info)}")
    return overview


def show_samples(dataset: str, info: DatasetInfo, overview: DatasetOverview) -> tuple[np.ndarray, np.ndarray]:
    """Show some images with their classes, more on demand; returns them (N, H, W, C) uint8 and their labels (N,)."""
    key = f"samples-{dataset}"
    images, labels = ask(dataset, "samples", count=st.session_state.get(key, SAMPLES))
    with st.container(key="samples"):
        for image, label in zip(images, labels, strict=True):
            name = info.classes[int(label)]
            show_image(image, width=THUMB, caption=as_markdown(name), alt=f"A training image: {name}")
    with st.container(horizontal=True, vertical_alignment="center"):
        is_all = len(images) >= overview.num_images
        st.button(f"Show {SAMPLES} more", icon=":material/add:", on_click=_more, args=(key,), disabled=is_all)
        st.page_link(page("training"), label="Train a net on these images")
        st.caption(f"{len(images):,} of {overview.num_images:,} training images, of all classes in turn.")
    show_notes(overview.notes)
    return images, labels


def _more(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, SAMPLES) + SAMPLES


def show_balance(overview: DatasetOverview) -> None:
    """Show how many images each class has."""
    words = describe_balance(overview.counts)
    st.caption(f"{as_markdown(words)} The dotted line is where all bars would end if they were equal.")
    show_figure(balance_bars(overview.counts), words, key="balance")


def show_means(info: DatasetInfo, overview: DatasetOverview) -> None:
    """Show the mean image of each class."""
    st.caption("The mean of all training images of a class: what a class has in common at each pixel.")
    with st.container(key="means"):
        for name, mean in list(zip(info.classes, overview.means, strict=True))[:MAX_MEANS]:
            show_image(mean, width=THUMB, caption=as_markdown(name), alt=f"Mean image of {name}")
    if len(info.classes) > MAX_MEANS:
        st.caption(f"The first {MAX_MEANS} of {len(info.classes):,} classes.")


def show_copies(dataset: str, info: DatasetInfo) -> None:
    """Show images that are in the set more than once, searched for on demand."""
    st.caption(
        "A copy in both parts lets a net remember instead of recognise: its test result is then too good. "
        "One with several labels teaches nothing: whatever the net says, it is wrong for one of them."
    )
    key = f"copies-{dataset}"
    if st.button("Look for copies", icon=":material/content_copy:"):
        st.session_state[key] = True
    if not st.session_state.get(key):
        return
    found: Copies = ask(dataset, "find_copies")
    st.markdown(copies_text(found))
    with st.container(horizontal=True, gap="medium"):
        for copy in found.shown:
            _show_copy(copy, info.classes)


def copies_text(found: Copies) -> str:
    """Say how many groups there are, and how many of them do harm."""
    return (
        f"{count_text(found.num_exact, 'group')} of equal images, {found.num_near:,} of nearly equal ones. "
        f"In the training and in the test part: {found.num_across:,}; with several labels: {found.num_relabelled:,}."
    )


def _show_copy(copy: Copy, classes: Sequence[str]) -> None:
    """Show the images of a group, and what each is said to be and is for."""
    with st.container(width="content", gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for image in copy.images:
                show_image(image, width=THUMB // 2, alt="One of the copies")
        st.caption(as_markdown(copy_text(copy, classes)))


def copy_text(copy: Copy, classes: Sequence[str]) -> str:
    """Say of a group how alike its images are, what they are labelled, and what they are for."""
    kinds = Counter(zip(copy.labels, copy.is_test, strict=True))
    said = ", ".join(
        f"{f'{count:,} × ' if count > 1 else ''}{classes[label]} ({'test' if is_test else 'training'})"
        for (label, is_test), count in kinds.items()
    )
    labels = "; the same image with several labels" if copy.is_relabelled else ""
    return f"{len(copy.labels):,} {'equal' if copy.is_exact else 'nearly equal'}: {said}{labels}"


def show_sizes(dataset: str, info: DatasetInfo) -> None:
    """Show the sizes of the pictures as stored."""
    if not info.free_size:
        height, width, planes = info.image_shape
        st.markdown(f"All images of this set are {height} × {width} × {planes} (height × width × planes).")
        return
    shapes = ask(dataset, "picture_sizes")
    st.caption(describe_shapes(shapes))
    show_figure(shape_bars(shapes), describe_shapes(shapes), key="shapes")


def ask(dataset: str, question: str, **parameters: Any) -> Any:
    """Ask about the images as this session reads them."""
    subject = Images(dataset, kept_load_options(dataset))
    return cached_answer(
        subject, question, spinner="Reading the images", show_time=True, version=modified(dataset), **parameters
    )
