"""Images: look into a data set before a net does."""

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.app.routing import page
from cnnviz.ui.images import browser as browser
from cnnviz.ui.inputs.dataset_picker import choose_dataset, origin, summary
from cnnviz.ui.session.dataset_options import reading_words

header("Images", "Look at what a net is to learn from: samples, balance, pixels, sizes, copies.")

with errors_shown():
    dataset, info = choose_dataset()
    st.caption(f"{summary(info)} {origin(info)} {reading_words(dataset, info)}")
    st.page_link(page("training"), label="Train a net on these images")
    seen = browser.look(dataset)
    images, labels = browser.show_samples(dataset, info, seen)
    parts = {
        "Class balance": lambda: browser.show_balance(seen),
        "Pixels and planes": lambda: browser.show_pixels(info, images, labels),
        "Mean images": lambda: browser.show_means(info, seen),
        "Sizes": lambda: browser.show_sizes(dataset, info),
        "Copies": lambda: browser.show_copies(dataset, info),
    }
    tabs = st.tabs(list(parts), on_change="rerun", key="images_tab")
    for tab, show in zip(tabs, parts.values(), strict=True):
        if tab.open:  # the others are drawn when they are chosen
            with tab, errors_shown():
                show()
