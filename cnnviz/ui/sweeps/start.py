"""A planned sweep: the plot that will fill, how long it will take, and Start."""

import streamlit as st

from cnnviz.engine.sweep_forecast import predict_points
from cnnviz.plots.sweep import describe_sweep, sweep_figure
from cnnviz.runs.sweep_records import planned_state
from cnnviz.runs.timing import NOT_MEASURED, prediction_text
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text
from cnnviz.training.sweep import Sweep
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import as_part, show_figure
from cnnviz.ui.sweeps.chooser import put_in_link

LOOK_SECONDS = 2.0
TIME_HELP = """All trainings one after the other, without waiting for those of others. By what the same net took on
this worker before; of one that has not run here, a rough figure from its parts."""
GOES_ON = "It goes on without this page; one training at a time, so others get their turn in between."


def show_plan(plan: Sweep) -> None:
    """Show the empty plot of a plan with its predicted time, and start it when that is pressed."""
    with st.container(horizontal=True, vertical_alignment="center", key="sweep_start"):
        is_started = st.button("Start", type="primary", icon=":material/play_arrow:")
        is_known = services.engine().calibrator.calibration() is not None
        as_part(_estimate, seconds=None if is_known else LOOK_SECONDS)(plan, is_known)
    if is_started:
        with errors_shown():
            put_in_link(services.engine().sweeps.start(plan, by=current_visitor()))
            st.rerun()
    state = planned_state(plan)
    st.markdown(f"**{as_markdown(plan.title)}**")
    show_figure(sweep_figure(state), describe_sweep(state), key="sweep_plan")
    st.caption(GOES_ON)


def _estimate(plan: Sweep, was_known: bool) -> None:
    calibrator = services.engine().calibrator
    calibrator.measure_once()
    prediction = predict_points(calibrator, plan.points)
    time = f"together about {prediction_text(prediction)}" if prediction else f"how long they take is {NOT_MEASURED}"
    st.caption(f":material/timer: {count_text(len(plan.points), 'training')}, {time}", help=TIME_HELP)
    if prediction is not None and not was_known:
        st.rerun()  # ends the looking: a part of a page cannot do that by itself
