"""Images: look into a data set before a net does."""

import streamlit as st

from cnnviz.ui import dataset_browser as browser
from cnnviz.ui.chrome import errors_shown, header
from cnnviz.ui.dataset_picker import choose_dataset

header("Images", "Look at what a net is to learn from: samples, balance, pixels, copies.")

with errors_shown():
    dataset, info = choose_dataset()
    st.caption(f"{info.summary} Source: {info.source}. Licence: {info.licence}.")
    page = st.number_input("Twelve samples, page", 1, 100, 1, key="images_page")
    seen = browser.look(dataset, int(page) - 1)
    browser.show_samples(info, seen)
    balance, pixels, means, sizes, copies = st.tabs(
        ["Class balance", "Pixels and planes", "Mean images", "Sizes", "Copies"]
    )
    with balance:
        browser.show_balance(seen)
    with pixels:
        browser.show_pixels(info, seen)
    with means:
        browser.show_means(info, seen)
    with sizes:
        browser.show_sizes(dataset, info)
    with copies:
        browser.show_copies(dataset)
