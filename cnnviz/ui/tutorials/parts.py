"""The Tutorials page: one of five tutorials, its nets side by side, and what to do with them."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.shared.elements import KEPT, also_in_link, choice_in_link
from cnnviz.ui.tutorials.catalogue import TUTORIALS, Look, Tutorial
from cnnviz.ui.tutorials.nets import show_nets
from cnnviz.ui.tutorials.own_runs import OwnRuns, own_runs
from cnnviz.ui.tutorials.table import show_table

NAME, CHOSEN, LINKED = "tutorial", "chosen_tutorial", "linked_tutorial"
"""Of the choice: in the address, and in the session; what the address named when the page was last drawn."""
STYLE = Path(__file__).parents[3] / "assets" / "style" / "tutorials.css"


def choose_tutorial() -> Tutorial:
    """Let the visitor choose one of the tutorials; `?tutorial=T2` names one in a link."""
    state = st.session_state
    also_in_link(NAME, "part", "view")
    linked = choice_in_link(NAME, TUTORIALS, what="tutorial", instead="another one is shown")
    if linked and linked != state.get(LINKED):  # a link, or Back
        state[CHOSEN] = linked
    state.setdefault(CHOSEN, next(iter(TUTORIALS)))
    chosen = str(
        st.segmented_control(
            "Tutorial",
            list(TUTORIALS),
            format_func=lambda key: f"{key.removeprefix('T')}  {TUTORIALS[key].short}",
            required=True,
            key=CHOSEN,
            label_visibility="collapsed",
            **KEPT,
        )
    )
    if linked is not None or chosen != next(iter(TUTORIALS)):
        st.query_params[NAME] = chosen
    state[LINKED] = st.query_params.get(NAME)
    return TUTORIALS[chosen]


def show_tutorial(tutorial: Tutorial) -> None:
    """Show what a tutorial teaches, its nets in a table, why ours differ, and a card for each net."""
    st.html(STYLE)
    st.markdown(f"**{tutorial.teaches}**  \n{tutorial.author}, “{tutorial.title}”. {tutorial.data}")
    found = [own_runs(preset) for preset in tutorial.presets]
    show_table(tutorial, found)
    st.markdown(f"**Why ours differ.** {tutorial.why}")
    _show_looks(tutorial.looks, found)
    st.header("Make it again", anchor=False)
    again = " The second command of a net made ours; another computer moves them a little." if tutorial.options else ""
    st.markdown(f"Our figures were measured on {tutorial.measured_on}.{again}")
    show_nets(tutorial, found)


def _show_looks(looks: Sequence[Look], found: Sequence[OwnRuns]) -> None:
    """Links to where this can be touched; one to a run of a net is left out while there is none."""
    best = {runs.preset.name: runs.best.id for runs in found if runs.best is not None}
    with st.container(horizontal=True):
        for look in looks:
            query = dict(look.query)
            if "run" in query and query["run"] not in best:
                continue
            if "run" in query:
                query["run"] = best[query["run"]]
            if "net" in query:
                query["net"] = encode(get_preset(query["net"]).architecture)
            st.page_link(page(look.page), label=look.words, icon=":material/arrow_forward:", query_params=query)
