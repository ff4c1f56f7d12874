"""The way through the pages."""

import streamlit as st

from cnnviz.ui.app.routing import page

STOPS = {
    "kernels": "Slide nine numbers over a photo and see edges appear.",
    "architecture": "Stack layers and see what each one costs.",
    "images": "Look at what a net is to learn from.",
    "training": "Train the net and watch it learn, batch by batch.",
    "feature_maps": "Look at every layer's pictures of your image.",
    "evaluation": "Find out what it confuses with what.",
}


def show_tour() -> None:
    """Links to the other pages, with what one does there."""
    st.subheader("Go on from here")
    columns = st.columns(len(STOPS))
    for column, (name, text) in zip(columns, STOPS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            st.page_link(page(name))
            st.caption(text)
