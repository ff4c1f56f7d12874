"""Where the parts of the Home page's picture lead to."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.architecture.export.url import encode
from cnnviz.evaluation.accuracy import right_text
from cnnviz.runs.records import Run
from cnnviz.text.units import duration_text
from cnnviz.ui.app.page_frame import PAGES, page
from cnnviz.ui.components.home_net import Link, Place


def links_of(run: Run) -> Sequence[Link]:
    """Links below the picture: what there is to say of the net, each with the page that shows more of it."""
    facts, metrics = run.facts, run.metrics
    here = {"run": run.id}
    return (
        Link(
            f"{metrics['params']:,} weights.",
            "See its layers",
            Place("architecture", {"net": encode(run.architecture)}),
        ),
        Link(
            f"Trained in {duration_text(run.seconds)} on {facts.num_train:,} digits.",
            "Watch how",
            Place("training", here),
        ),
        Link(
            f"{right_text(metrics)}.",
            "See what it confuses",
            Place("evaluation", here),
        ),
        Link("", "Look inside every layer", Place("inside", {**here, "picture": "drawing"})),
        Link("", "Open a net of your own", Place("inside", {"own": "1"})),
        Link("", "Try a kernel of your own", Place("kernels", {})),
        Link("", "Make five tutorials again", Place("tutorials", {})),
    )


def go_to(place: Place | None) -> None:
    """Open the page that a click on the picture asked for."""
    if place is not None and place.page in PAGES:
        st.switch_page(page(place.page), query_params=place.query)
