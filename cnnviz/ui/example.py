"""A digit to show before the visitor has drawn one."""

import streamlit as st

from cnnviz.imaging.sketch import Prepared
from cnnviz.ui.inspection import test_images

EXAMPLE_INDEX = 3


@st.cache_resource(show_spinner=False)
def example_digit() -> Prepared:
    """A test image of the embedded digits."""
    images, _ = test_images("digits", (EXAMPLE_INDEX,))
    return Prepared(images[0])
