"""A picture for a trained net: drawn, uploaded, a sample, or from its test set; brought into the net's form."""

import numpy as np
import streamlit as st

from cnnviz.imaging.preprocess import Prepared, prepare
from cnnviz.runs.records import Run
from cnnviz.ui.inputs.image_input import choose_image
from cnnviz.ui.shared.answers import dataset_facts, test_images, test_predictions

FROM_TEST = "Test set"


def choose_input(run: Run) -> Prepared | None:
    """What the net will see, (H, W, C) uint8 with its steps; None while nothing is chosen."""
    sources = (FROM_TEST, "Draw", "Upload", "Sample")
    source = st.segmented_control("Picture", sources, default=FROM_TEST, key="maps_from", required=True)
    if source == FROM_TEST:
        return _from_test_set(run)
    chosen = choose_image(f"maps_{source}", sources=(source,))
    if chosen is None:
        return None
    return prepare(chosen.pixels, run.architecture.input_shape, style=dataset_facts(run).input_style)


def _from_test_set(run: Run) -> Prepared:
    test = test_predictions(run.id)
    index = int(
        st.number_input("Number of the test image", 0, len(test.labels) - 1, 0, key="maps_index", bind="query-params")
    )
    images, labels = test_images(run, [index])
    st.caption(f"It is labelled: {test.classes[int(labels[0])]}")
    return Prepared(np.asarray(images[0]))
