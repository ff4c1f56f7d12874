"""Choosing a picture: a sample, an upload, a drawing, or one of a net's test set; for a net brought into its form."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnnviz.imaging.conversion import conversion
from cnnviz.imaging.decode import decode_image, require_size
from cnnviz.imaging.file_formats import FORMATS
from cnnviz.imaging.preprocess import Prepared, prepare
from cnnviz.imaging.samples import SAMPLES, load_sample
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.components.drawing_pad import drawing_pad
from cnnviz.ui.shared.answers import dataset_facts, test_images, test_predictions
from cnnviz.ui.shared.elements import IMAGE, number_in_link, show_image, take_older_image

SELECT_WIDTH = 260
MIN_SIDE = 3  # the smallest kernel is 3x3

FROM_TEST = "Test set"
LINKED = "image_linked"
"""Key of the session: the number of the test image that the address named when the field was last drawn."""
SEEN_SIDE = 140
PICTURE_MEGABYTES = 50


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
        chosen = None
        with errors_shown():
            chosen = _choose_from(source, key)
    return chosen


def _choose_from(source: str, key: str) -> ChosenImage | None:
    if source == "Sample":
        return _sample(key)
    if source == "Upload":
        return _upload(key)
    drawing = drawing_pad(key)
    return None if drawing is None else ChosenImage(drawing, alt="Your drawing")


def _sample(key: str) -> ChosenImage:
    titles = {name: sample.title for name, sample in SAMPLES.items()}
    name = st.selectbox(
        "Sample",
        list(titles),
        format_func=titles.__getitem__,
        key=f"{key}_sample",
        bind="query-params",
        persist_state="session",
        width=SELECT_WIDTH,
    )
    return ChosenImage(load_sample(name), alt=SAMPLES[name].alt, sample=name)


def _upload(key: str) -> ChosenImage | None:
    file = st.file_uploader(FORMATS, key=f"{key}_upload", max_upload_size=PICTURE_MEGABYTES)
    if file is None:
        return None
    decoded = decode_image(file.getvalue())
    for note in decoded.notes:
        st.caption(as_markdown(note))
    require_size(decoded, MIN_SIDE)
    return ChosenImage(decoded.image)


def choose_input(run: Run, *, first: int = 0) -> Prepared | None:
    """What the net will see, (H, W, C) uint8 with its steps; None while nothing is chosen.

    `first` is the test image to begin with, from 0.
    """
    sources = (*([FROM_TEST] if run.config.dataset else []), "Draw", "Upload", "Sample")
    source = st.segmented_control(
        "Picture",
        sources,
        default=sources[0],
        key="maps_from" if run.config.dataset else "maps_from_own",
        required=True,
    )
    if source == FROM_TEST:
        return _from_test_set(run, first)
    chosen = choose_image(f"maps_{source}", sources=(source,))
    if chosen is None:
        return None
    style = dataset_facts(run).input_style
    is_photo, is_own, shape = source != "Draw", bool(run.origin), run.architecture.input_shape
    if is_photo:
        st.caption(conversion(chosen.pixels, shape, style=style, is_own=is_own))
    return prepare(chosen.pixels, shape, style=style, is_photo=is_photo, is_own=is_own)


def show_seen(prepared: Prepared) -> None:
    """The picture as the net gets it, its pixels enlarged by a whole number."""
    height, width = prepared.image.shape[:2]
    show_image(prepared.image, width=SEEN_SIDE, caption=f"What the net sees: {width} × {height} pixels")


def _from_test_set(run: Run, first: int) -> Prepared:
    test = test_predictions(run)
    index = _choose_number(run, len(test.labels), first + 1) - 1
    images, labels = test_images(run, [index])
    st.caption(f"It is labelled: {as_markdown(test.classes[int(labels[0])])}")
    return Prepared(np.asarray(images[0]))


def _choose_number(run: Run, most: int, first: int) -> int:
    """The number of a test image, from 1, as on the page; a link names it, `?image=5`, and the address follows.

    Not bound to the address by Streamlit, which would let no other part of a page write this name.
    """
    take_older_image()
    state, key, linked = st.session_state, f"image-{run.id}", number_in_link(IMAGE)
    if 1 <= linked <= most and linked != state.get(LINKED):
        state[key] = linked
    state.setdefault(key, first)
    number = int(st.number_input("Number of the test image", 1, most, key=key))
    if number != first or IMAGE in st.query_params:
        st.query_params[IMAGE] = str(number)
    state[LINKED] = number_in_link(IMAGE)
    return number
