"""A picture for a trained net: drawn, uploaded, a sample, or from its test set; brought into the net's form."""

import numpy as np
import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.imaging.sketch import Prepared, prepare
from cnnviz.ui.image_input import choose_image
from cnnviz.ui.inspection import test_images

FROM_TEST = "Test set"


def choose_input(info: DatasetInfo, dataset: str, shape: tuple[int, int, int]) -> Prepared | None:
    """What the net will see, (H, W, C) uint8 with its steps; None while nothing is chosen."""
    sources = (FROM_TEST, "Draw", "Upload", "Sample")
    source = st.segmented_control("Picture", sources, default=FROM_TEST, key="maps_from", required=True)
    if source == FROM_TEST:
        return _from_test_set(info, dataset)
    chosen = choose_image(f"maps_{source}", sources=(source,))
    if chosen is None:
        return None
    return prepare(chosen.pixels, shape, style=info.input_style)


def _from_test_set(info: DatasetInfo, dataset: str) -> Prepared:
    index = st.number_input("Number of the test image", 0, info.num_test - 1, 0, key="maps_index", bind="query-params")
    images, labels = test_images(dataset, (int(index),))
    st.caption(f"It is labelled: {info.classes[int(labels[0])]}")
    return Prepared(np.asarray(images[0]))
