"""Sections of the Home page: the digit demo, the training of its net, and links to the other pages."""

import numpy as np
import streamlit as st

from cnnviz.imaging.preprocess import Prepared, prepare_digit
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.plots.maps import describe_maps, map_grid
from cnnviz.runs.records import Run
from cnnviz.text.units import cautious_percent_text, shape_text
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.runs.progress import show_progress
from cnnviz.ui.session.visitor import shown_run
from cnnviz.ui.shared.answers import dataset_facts, feature_maps, test_images
from cnnviz.ui.shared.elements import enlarged, follow, show_figure

UNSURE_BELOW = 0.6
SEEN_WIDTH = 112

EXAMPLE_INDEX = 3

WAITING_FOR_STARTER = "The net of this page is being trained on this machine, once. It takes less than a minute."

STOPS = {
    "kernels": "Slide nine numbers over a photo and see edges appear.",
    "architecture": "Stack layers and see what each one costs.",
    "images": "Look at what a net is to learn from.",
    "training": "Train the net and watch it learn, batch by batch.",
    "inside": "Look into every layer, down to the arithmetic of a pixel.",
    "evaluation": "Find out what it confuses with what.",
}


def show_answer(run: Run, prepared: Prepared) -> FeatureMaps:
    """Show the predicted digit and its probability, beside the image as the net takes it; returns all activations."""
    classes = dataset_facts(run).classes
    maps = feature_maps(run, prepared.image)
    best = int(np.argmax(maps.probabilities))
    share = float(maps.probabilities[best])
    seen, said = st.columns([1, 3], vertical_alignment="center")
    seen.image(enlarged(prepared.image, 2 * SEEN_WIDTH), caption="What the net sees", width=SEEN_WIDTH)
    doubt = "" if share >= UNSURE_BELOW else " It is not sure: compare the bars."
    said.markdown(f"### This is a {classes[best]}\nThe net is {cautious_percent_text(share)} sure.{doubt}")
    show_figure(top_k_bars(maps.probabilities, classes), describe_bars(maps.probabilities, classes), key="home-bars")
    return maps


def show_first_maps(maps: FeatureMaps) -> None:
    """Show the maps of the first convolution."""
    first = next(layer for layer in maps.layers if layer.kind == "conv")
    st.subheader("What its first layer notices")
    st.markdown(
        f"Each of the {first.shape[2]} little pictures is the digit seen through one learned 3x3 kernel. "
        "Bright is where that kernel found its pattern."
    )
    show_figure(map_grid(first.values), describe_maps(first.values), key="home-maps")


def show_steps(prepared: Prepared) -> None:
    """Show the steps of preprocessing, from the drawing to the net's input."""
    with st.expander("From your drawing to what the net sees, step by step"), st.container(horizontal=True):
        for name, picture in prepared.steps:
            st.image(
                enlarged(picture, 2 * SEEN_WIDTH),
                caption=f"{name}, {shape_text(picture.shape[1::-1])}",
                width=SEEN_WIDTH,
            )


def prepared_or_none(drawing: np.ndarray | None) -> Prepared | None:
    """Return the drawing as the net takes it; None while nothing is drawn."""
    return None if drawing is None else prepare_digit(drawing)


def example_digit(run: Run) -> Prepared:
    """Return an image of the test set of the Home page's net."""
    images, _ = test_images(run, [EXAMPLE_INDEX])
    return Prepared(images[0])


def show_progress_until_done(run: Run | None) -> None:
    """Show the progress of the training of the Home page's net; the page is run again when it ends."""
    is_live = run is None or run.status.is_active
    if is_live:
        st.info(WAITING_FOR_STARTER, icon=":material/model_training:")
    if run is not None:
        follow(_progress, is_live=is_live)(run.id, is_live)


def _progress(run_id: str, was_live: bool) -> None:
    run = shown_run(run_id)
    show_progress(run)
    if was_live and not run.status.is_active:
        st.rerun()  # once: one that failed stays as it is


def show_tour() -> None:
    """Show links to the other pages, with what one does there."""
    st.subheader("Go on from here")
    columns = st.columns(len(STOPS))
    for column, (name, text) in zip(columns, STOPS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.page_link(page(name))
            st.caption(text)
