"""Start, stop and resume; and where to go when a run is done."""

import streamlit as st

from cnnviz.errors import UnknownName
from cnnviz.runs.records import Run, Status
from cnnviz.ui import services
from cnnviz.ui.routing import page
from cnnviz.ui.run_picker import title


def followed_run() -> Run | None:
    """The run that this page's address names, so that a reloaded page picks it up again."""
    run_id = st.query_params.get("run")
    if run_id is None:
        return None
    try:
        return services.store().get(run_id)
    except UnknownName:
        del st.query_params["run"]
        st.warning("The link names a run that is not kept here. Start a new one.", icon=":material/link_off:")
        return None


def show_controls(run: Run | None, *, can_start: bool) -> bool:
    """The buttons; returns whether Start was pressed. Stop and Resume act at once."""
    is_active = run is not None and run.status.is_active
    with st.container(horizontal=True, vertical_alignment="center"):
        start = st.button("Start", type="primary", icon=":material/play_arrow:", disabled=is_active or not can_start)
        if st.button("Stop", icon=":material/stop:", disabled=not is_active):
            services.engine().command(run.id, "stop")
        if run is not None and run.status is Status.INTERRUPTED and st.button("Resume", icon=":material/resume:"):
            services.engine().resume(run.id)
            st.rerun()
        if run is not None:
            st.caption(f"{title(run)}, seed {run.config.seed}. {run.device}")
    return start


def show_next_steps(run: Run) -> None:
    """Links that carry a finished run on."""
    if not run.metrics:
        return
    with st.container(horizontal=True):
        for name, label in (("feature_maps", "See its feature maps"), ("evaluation", "See what it confuses")):
            st.page_link(page(name), label=label, query_params={"run": run.id})
