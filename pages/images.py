"""Images: look into a data set before a net does."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.images import browser
from cnnviz.ui.images.files import show_files
from cnnviz.ui.images.numbers import show_numbers
from cnnviz.ui.inputs.dataset_picker import choose_dataset, origin, take_linked_dataset

header("Images", "Look at what a net is to learn from: samples, balance, pixels, sizes, copies.")

take_linked_dataset()
with errors_shown():
    dataset, info = choose_dataset()
    overview = browser.load_overview(dataset, info)
    info = overview.info
    images, labels = browser.show_samples(dataset, info, overview)
    parts = {
        "Class balance": lambda: browser.show_balance(overview),
        "Pixels and labels": lambda: show_numbers(info, images, labels),
        "Mean images": lambda: browser.show_means(info, overview),
        "Sizes": lambda: browser.show_sizes(dataset, info),
        "Files": lambda: show_files(dataset),
        "Copies": lambda: browser.show_copies(dataset, info),
    }
    tabs = st.tabs(list(parts), on_change="rerun", key="images_tab")
    for tab, show in zip(tabs, parts.values(), strict=True):
        if tab.open:  # the others are drawn when they are chosen
            with tab, errors_shown():
                show()
    st.caption(origin(info))
