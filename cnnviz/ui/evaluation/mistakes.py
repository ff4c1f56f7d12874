"""The gallery of mistakes: the surest ones, the closest ones, the hardest ones, those of a class."""

import streamlit as st

from cnnviz.evaluation.mistakes import ORDERS, mistakes
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.text.labels import short_labels
from cnnviz.text.units import count_text
from cnnviz.ui.evaluation.hardness import hard_mistakes
from cnnviz.ui.evaluation.images import MAX_IMAGES, show_test_images

NONE = "The net made no such mistake on its test images."
SUREST = next(iter(ORDERS))
HARDEST = "Hardest first"
MEANINGS = {
    "Surest first": "Those of which the net was surest stand first: labels that are wrong are often among them.",
    "Closest first": "Those where the first answer was hardly ahead of the second stand first (margin).",
}


def show_mistakes(run: Run, epoch: int | None, test: TestPredictions) -> None:
    """Show what the net got wrong, in an order and of classes that the visitor chooses."""
    places = range(len(test.classes))
    names = short_labels(test.classes)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.segmented_control("Order", [*ORDERS, HARDEST], default=SUREST, required=True)
        true = st.selectbox(
            "What it is", places, index=None, format_func=names.__getitem__, placeholder="Any class", width=200
        )
        said = st.selectbox(
            "What the net said", places, index=None, format_func=names.__getitem__, placeholder="Any class", width=200
        )
    found = mistakes(test, SUREST if order == HARDEST else order, true=true, predicted=said)
    if len(found) == 0:
        st.caption(NONE)
        return
    meaning = MEANINGS.get(order, "")
    if order == HARDEST:
        found, meaning = hard_mistakes(run, epoch, test, found)
        if not meaning:
            return
    pages = -(-len(found) // MAX_IMAGES)
    first = 0
    if pages > 1:
        key = f"mistakes-{order}-{true}-{said}-{len(found)}"
        first = st.number_input(f"Page, of {pages:,}", 1, pages, key=key, width=160) - 1
    ends = ["any class" if one is None else test.classes[one] for one in (true, said)]
    title = f"{ends[0]}, taken for {ends[1]}, {order.lower()}, page {first + 1}"
    shown = found[first * MAX_IMAGES : (first + 1) * MAX_IMAGES]
    show_test_images(run, epoch, test, shown, title=title, key="mistake_images")
    st.caption(f"{count_text(len(found), 'mistake')}. {meaning}")
