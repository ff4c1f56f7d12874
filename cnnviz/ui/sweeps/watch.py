"""A sweep that was started: how far it is, the plot that fills, what it has found, and each of its trainings."""

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.engine.sweep_forecast import seconds_remaining
from cnnviz.engine.trainings.progress_text import progress, waiting_text
from cnnviz.errors import UnknownName
from cnnviz.evaluation.measures import METRICS
from cnnviz.plots.sweep import describe_sweep, sweep_figure
from cnnviz.plots.sweep_lines import lines_figure
from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import SweepState, SweepStatus
from cnnviz.runs.sweep_results import offered_metrics, ranking_metric
from cnnviz.runs.sweeps import sweep_state
from cnnviz.runs.timing import NOT_MEASURED
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import rough_duration_text
from cnnviz.ui.app import services
from cnnviz.ui.session.visitor import current_visitor, shown_run
from cnnviz.ui.shared.elements import KEPT, as_part, show_figure
from cnnviz.ui.sweeps.chooser import put_in_link
from cnnviz.ui.sweeps.found import PICKED, show_found, show_training, show_trainings

LOOK_SECONDS = 2.0
PLOT, LINES = "Plot", "All numbers as lines"
METRIC = "sweep_metric"
FIGURE = "sweep_figure"
STOP_HELP = "The training that runs is paused, and goes on when the sweep is resumed"
REMOVE_HELP = "The plan is forgotten; its trainings stay on the Runs page"


def show_sweep(sweep_id: str) -> None:
    """Show a sweep; while it runs it looks every two seconds for what is new."""
    state = sweep_state(services.store(), sweep_id, current_visitor())
    as_part(_show, seconds=LOOK_SECONDS if _is_live(state) else None)(sweep_id, state.status, _is_live(state))


def _is_live(state: SweepState) -> bool:
    """Whether something may change by itself: a training that is about to pause goes on for a moment."""
    is_at_work = state.current is not None and state.current.status in (Status.QUEUED, Status.RUNNING)
    return state.status is SweepStatus.RUNNING or is_at_work


def _show(sweep_id: str, before: SweepStatus, was_live: bool) -> None:
    state = sweep_state(services.store(), sweep_id, current_visitor())
    _show_progress(state)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sweep_controls"):
        _show_controls(state)
        metric = _choose_metric(state)
        view = st.segmented_control(
            "Plot", (PLOT, LINES), default=PLOT, key="sweep_view", label_visibility="collapsed", required=True, **KEPT
        )
    said = describe_sweep(state, metric)
    if view == LINES and any(point.has_result for point in state.points):
        show_figure(lines_figure(state, metric), said, key="sweep_lines")
    else:
        show_figure(sweep_figure(state, metric), said, key=FIGURE, on_select=_pick, selection_mode="points")
    show_found(state, metric)
    show_training(state, st.session_state.get(PICKED, ""), metric)
    show_trainings(state, metric)
    if (state.status, _is_live(state)) != (before, was_live):
        st.rerun()  # ends or begins the looking: a part of a page cannot do that by itself


def _choose_metric(state: SweepState) -> str:
    """Let the visitor choose by what the trainings are drawn and ranked, among what all of them have.

    Before there is a result nothing is chosen: what the nets are ranked by then depends on what they have.
    """
    offered, key = offered_metrics(state), f"{METRIC}-{state.id}"
    if len(offered) < 2:
        return ranking_metric(state)
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[0]
    return st.selectbox(
        "By",
        offered,
        format_func=lambda name: f"By {METRICS[name].words}",
        key=key,
        label_visibility="collapsed",
        width=230,
    )


def _show_progress(state: SweepState) -> None:
    total = len(state.points)
    st.progress(state.num_ended / max(1, total), text=as_markdown(_progress_text(state)))


def _progress_text(state: SweepState) -> str:
    done = f"{state.num_ended} of {len(state.points)} trainings done"
    if state.status is SweepStatus.FINISHED:
        return f"{done}."
    if state.status is SweepStatus.STOPPED:
        return f"{done}, stopped. Resume goes on where it was."
    if state.status is SweepStatus.INTERRUPTED:
        return f"{done}. The server ended before the sweep was done: Resume goes on where it was, nothing runs twice."
    engine = services.engine()
    seconds = seconds_remaining(services.store(), engine.calibrator, state)
    left = (
        f"how long it still takes is {NOT_MEASURED}"
        if seconds is None
        else f"about {rough_duration_text(seconds)} left"
    )
    return f"{done}, {left}. {_current_text(state)}"


def _current_text(state: SweepState) -> str:
    """What is being trained, or what is waited for."""
    point = state.current
    if point is None:
        return "The next one begins as soon as you train nothing else."
    if point.status == Status.PAUSED:
        return f"{point.name} is paused: resume or stop it on the Training page, then the sweep goes on."
    try:
        run = shown_run(point.run_id)
    except UnknownName:
        return ""
    if run.status is Status.QUEUED:
        return f"{point.name}: {waiting_text(run, services.engine().queue_position(run.id))}"
    return f"{point.name}: {progress(run)[1]}"


def _show_controls(state: SweepState) -> None:
    if not may_change(current_visitor(), state):
        return
    sweeps = services.engine().sweeps
    if state.status is SweepStatus.RUNNING and st.button("Stop", icon=":material/stop:", help=STOP_HELP):
        sweeps.stop(state.id, by=current_visitor())
        st.rerun()
    can_go_on = state.status in (SweepStatus.STOPPED, SweepStatus.INTERRUPTED)
    if can_go_on and st.button("Resume", type="primary", icon=":material/resume:"):
        sweeps.resume(state.id, by=current_visitor())
        st.rerun()
    if state.status is not SweepStatus.RUNNING and st.button("Remove", icon=":material/delete:", help=REMOVE_HELP):
        sweeps.delete(state.id, by=current_visitor())
        put_in_link(None)
        st.rerun()


def _pick() -> None:
    """Note the training whose mark was clicked; nothing where that has no run yet."""
    points = st.session_state[FIGURE].selection.points
    data = points[0].get("customdata") if points else None
    if data and data[0]:
        st.session_state[PICKED] = data[0]
