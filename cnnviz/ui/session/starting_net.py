"""The net of the visitor's own that the next training begins with: kept in the Training page's box, and in its link."""

import streamlit as st

from cnnviz.engine.fine_tuning import require_start
from cnnviz.errors import CnnvizError, UnknownName
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import warn
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.session.visitor import current_visitor, listed_runs, missing_text

NET, LINKED = "training_net", "training_from"
"""Keys of the session: what is chosen in the box, and the run that the address named when it was last read."""
QUERY = "from"
PREFIX = "from-"
"""Begins the key of a choice in the box; what follows is the id of a run."""


def begin_with(run: Run) -> None:
    """Open the Training page with that net as the one to begin with; raises as `engine.fine_tuning.require_start`."""
    require_start(services.store(), run.id, current_visitor())
    st.session_state[NET], st.session_state[LINKED] = PREFIX + run.id, run.id
    st.switch_page(page("training"), query_params={QUERY: run.id})


def offered_nets() -> dict[str, Run]:
    """Nets of the visitor's own to begin with, by the key of their choice.

    Those that were brought along, newest first, and the one that is chosen or that the page's link names.
    """
    _take_link()
    visitor = current_visitor()
    runs = [run for run in listed_runs() if run.origin and run.owner == visitor.id]
    chosen = str(st.session_state.get(NET, ""))
    if chosen.startswith(PREFIX) and all(PREFIX + run.id != chosen for run in runs):
        run = _startable(chosen.removeprefix(PREFIX))
        runs = [*runs, run] if run else runs
    offered = {PREFIX + run.id: run for run in runs}
    if chosen.startswith(PREFIX) and chosen not in offered:  # it was deleted
        del st.session_state[NET]
    return offered


def keep_start_in_link(run: Run | None) -> None:
    """Write into the address with which net the next training begins."""
    if run is not None:
        st.query_params[QUERY] = st.session_state[LINKED] = run.id
    elif QUERY in st.query_params:
        del st.query_params[QUERY]


def _take_link() -> None:
    wanted = st.query_params.get(QUERY)
    if wanted is None or wanted == st.session_state.get(LINKED):
        return
    st.session_state[LINKED] = wanted
    run = _startable(wanted)
    if run is not None:
        st.session_state[NET] = PREFIX + run.id


def _startable(run_id: str) -> Run | None:
    """The run, if it is the visitor's own and its net can be trained on; else says why not."""
    try:
        return require_start(services.store(), run_id, current_visitor())
    except UnknownName:
        warn(f"{missing_text(run_id)} Choose another net.")
    except CnnvizError as error:
        warn(error)
    return None
