"""Two nets of the comparison: drawn one below the other, and what differs layer by layer."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.errors import InvalidArchitecture
from cnnviz.plots.comparison import LETTERS
from cnnviz.plots.diagram.diagram import diagram_alt, diagram_svg
from cnnviz.plots.diagram.folding import MANY_BOXES, default_folds
from cnnviz.runs.comparison import same_net
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.architecture.compare import show_difference
from cnnviz.ui.architecture.state import STYLE, analysis_or_none
from cnnviz.ui.compare.chosen import names_of
from cnnviz.ui.compare.pair import choose_pair

INK, PAPER = "#1c1c1c", "#ffffff"
IMPOSSIBLE = "This net is impossible, so it cannot be drawn."


def show_layers(runs: Sequence[Run]) -> None:
    """Draw the nets of two runs and show what differs in them."""
    st.html(STYLE)
    with st.container(horizontal=True):
        first, second = choose_pair(runs)
    names = names_of(runs)
    a, b = runs[first], runs[second]
    if first == second:
        _draw(a)
        return
    if same_net(a.architecture, b.architecture):
        st.markdown(f"**{LETTERS[first]}** and **{LETTERS[second]}** have the same layers:")
        _draw(a)
        return
    for place in (first, second):
        st.markdown(f"**{LETTERS[place]}** {as_markdown(names[place])}")
        _draw(runs[place])
    st.markdown(f"From **{LETTERS[first]}** to **{LETTERS[second]}**:")
    show_difference(a.architecture, b.architecture, key="compare_layers")


def _draw(run: Run) -> None:
    analysis = analysis_or_none(run.architecture)
    if analysis is None:
        st.caption(IMPOSSIBLE)
        return
    view = "flow" if len(analysis.layers) > MANY_BOXES else "blocks"
    try:
        drawing = diagram_svg(run.architecture, view=view, folds=default_folds(run.architecture))
    except InvalidArchitecture:
        st.caption(IMPOSSIBLE)
        return
    # as a picture of its own it does not know the page's colours: its ground is light in both themes, as in print
    paper = f'<svg style="background:{PAPER};color:{INK};border-radius:8px" '
    st.image(drawing.svg.replace("<svg ", paper, 1), width=drawing.width, alt=diagram_alt(run.architecture))
