"""The images behind a cell of the confusion matrix."""

import streamlit as st

from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.evaluation.scores import cell_indices
from cnnviz.runs.records import Run
from cnnviz.ui.shared.answers import test_images
from cnnviz.ui.shared.pixels import enlarged

MAX_IMAGES = 24
IMAGE_WIDTH = 84


def show_cell(run: Run, test: TestPredictions, true: int, guessed: int) -> None:
    """Up to 24 images of a true class that were taken for `guessed`, the surest first."""
    found = cell_indices(test.probabilities, test.labels, true, guessed)
    names = test.classes[true], test.classes[guessed]
    title = f"{names[0]}, recognised" if true == guessed else f"{names[0]}, taken for {names[1]}"
    st.subheader(f"{title}: {len(found)} {'image' if len(found) == 1 else 'images'}")
    if len(found) == 0:
        st.caption("There is no such image in the test set.")
        return
    shown = found[:MAX_IMAGES]
    images, _ = test_images(run, [int(i) for i in shown])
    with st.container(horizontal=True):
        for index, image in zip(shown, images, strict=True):
            sure = test.probabilities[index, guessed]
            st.image(enlarged(image, 2 * IMAGE_WIDTH), caption=f"{sure:.0%} sure", width=IMAGE_WIDTH)
    if len(found) > MAX_IMAGES:
        st.caption(f"The {MAX_IMAGES} of which the net was surest are shown.")
