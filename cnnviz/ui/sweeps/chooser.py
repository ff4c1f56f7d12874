"""Which sweep the page shows, if not the form of a new one; its link names it."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.errors import UnknownName
from cnnviz.runs.sweep_records import SweepStatus, SweepSummary
from cnnviz.runs.sweeps import listed_sweeps, sweep_state
from cnnviz.text.units import count_text
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import warn
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import choice_in_link
from cnnviz.ui.sweeps.plan import KINDS

QUERY = "sweep"
PLAN = ("kind", "run")
"""Names in the address that fill the form of a new sweep."""
CHOSEN, LINKED = "chosen_sweep", "linked_sweep"
NEW = "Plan a new sweep"
NOT_HERE = "The link names a sweep that is not kept here or not yours. Plan a new one."
STATUS_WORDS = {
    SweepStatus.RUNNING: "running",
    SweepStatus.STOPPED: "stopped",
    SweepStatus.FINISHED: "finished",
    SweepStatus.INTERRUPTED: "interrupted",
}


def choose_sweep() -> str | None:
    """Let the visitor choose one of the sweeps there are, or None for a new one; `?sweep=` names one in a link."""
    found = listed_sweeps(services.store(), current_visitor())
    listed = {one.id: _label(one) for one in found}
    state, wanted = st.session_state, st.query_params.get(QUERY)
    if wanted is not None and wanted not in listed:
        try:
            known = sweep_state(services.store(), wanted, current_visitor())
            listed[known.id] = known.title
        except UnknownName:
            warn(NOT_HERE)
            del st.query_params[QUERY]
            wanted = None
    if wanted != state.get(LINKED) or CHOSEN not in state:  # a link, Back, or another page was looked at
        is_plan = wanted is None and any(name in st.query_params for name in PLAN)
        state[CHOSEN] = wanted or (None if is_plan else _running(found))
    else:  # the box of the last page had this key, but is another one to Streamlit, which would begin anew
        state[CHOSEN] = state.get(CHOSEN) if state.get(CHOSEN) in listed else None
    if listed:
        st.selectbox(
            "Sweep",
            list(listed),
            index=None,
            key=CHOSEN,
            format_func=listed.__getitem__,
            placeholder=NEW,
            label_visibility="collapsed",
        )
    chosen: str | None = state[CHOSEN]
    put_in_link(chosen)
    if chosen is not None:  # the form of a new one, which reads it, is not drawn
        choice_in_link("kind", KINDS, what="kind of sweep", instead="it says nothing of this one")
    state[LINKED] = chosen
    return chosen


def put_in_link(sweep_id: str | None) -> None:
    """Write into the address which sweep is to be shown next, None for a new one."""
    if sweep_id is None:
        st.query_params.pop(QUERY, None)
    else:
        st.query_params[QUERY] = sweep_id


def _running(found: Sequence[SweepSummary]) -> str | None:
    """The visitor's own sweep that runs now, which is what they come back for."""
    own = current_visitor().id
    return next((one.id for one in found if one.owner == own and one.status is SweepStatus.RUNNING), None)


def _label(one: SweepSummary) -> str:
    trainings = count_text(one.num_points, "training")
    return f"{one.title} · {trainings}, {STATUS_WORDS[one.status]} ({one.created:%d %b %H:%M} UTC, {one.id[:4]})"
