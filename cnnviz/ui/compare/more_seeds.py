"""More seeds of the compared nets with one click: how long they take, how far they are, and a way to stop them."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.engine.sweep_forecast import predict_points, seconds_remaining
from cnnviz.errors import CnnvizError, UnknownName
from cnnviz.evaluation.honest_words import BEFOREHAND
from cnnviz.runs.records import Run
from cnnviz.runs.seeds import is_changed_by_hand
from cnnviz.runs.sweep_records import SweepState, SweepStatus
from cnnviz.runs.sweeps import listed_sweeps, sweep_state
from cnnviz.runs.timing import prediction_text
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text, rough_duration_text
from cnnviz.training.sweep import SEEDS_KIND, Sweep, seeds_sweep
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import KEPT, as_part

NUMBERS = (1, 2, 4, 9)
USUAL = 4  # with the one that there is, five: from so many on equal seeds count as pairs
NUMBER, STARTED, ENDED = "honest_seeds", "honest_sweep", "honest_ended"
LOOK_SECONDS = 2.0
AT_THE_END = (
    "What is said above is of the seeds so far. It counts when all of them are trained: not sooner, and not later."
)
NOT_MEASURED = "how long is not known yet: this worker is new"

Offered = tuple[Run, str, Sequence[int]]
"""A run of a net, the net's name, and the seeds that there are."""


def note_ended() -> None:
    """Note how many of the started seeds have ended, before anything of the page has read the runs."""
    st.session_state[ENDED] = _num_ended(_present())


def seeds_at_work() -> SweepState | None:
    """The seeds that were started and have not all ended; the page is drawn again where one has since `note_ended`."""
    state = _present()
    if _num_ended(state) != st.session_state.get(ENDED):
        st.rerun()
    return state


def _num_ended(state: SweepState | None) -> int | None:
    return None if state is None else state.num_ended


def offer_seeds(nets: Sequence[Offered]) -> None:
    """Offer to train more seeds of these nets, from seeds that none of them has had."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(NUMBER, USUAL)
        number = st.selectbox("More seeds of each", NUMBERS, key=NUMBER, width=170, help=BEFOREHAND, **KEPT)
        try:
            sweep = _planned(nets, number)
            services.engine().calibrator.measure_once()
            prediction = predict_points(services.engine().calibrator, sweep.points)
        except CnnvizError as error:  # a net of a file, or one that began with another's weights
            st.caption(as_markdown(f"No more seeds of these can be trained here. {error}"), width="stretch")
            return
        whose = {1: "it", 2: "both"}.get(len(nets), f"all {len(nets)}")
        if st.button(
            f"Train {count_text(number, 'more seed')} of {whose}", icon=":material/play_arrow:", type="primary"
        ):
            with errors_shown():
                st.session_state[STARTED] = services.engine().sweeps.start(sweep, by=current_visitor())
                st.rerun()
        time = f"about {prediction_text(prediction)}" if prediction else NOT_MEASURED
        st.caption(f"{count_text(len(sweep.points), 'training')}, {time}, one after the other", width="stretch")


def _planned(nets: Sequence[Offered], number: int) -> Sweep:
    first = 1 + max((seed for _, _, seeds in nets for seed in seeds), default=-1)
    for run, name, _ in nets:
        if run.origin:
            raise UnknownName(f"{name} was not trained here.")
        if is_changed_by_hand(services.store(), run):
            raise UnknownName(f"{name} was changed by hand: from another seed, its settings alone make another net.")
    return seeds_sweep([(run.architecture, run.config, name) for run, name, _ in nets], number, first_seed=first)


def show_progress(state: SweepState) -> None:
    """Show how far the seeds are that were started; the page is drawn again whenever one has ended."""
    as_part(_show_progress, seconds=LOOK_SECONDS)(state.id)


def _show_progress(sweep_id: str) -> None:
    engine, visitor = services.engine(), current_visitor()
    state = sweep_state(engine.store, sweep_id, visitor)
    if state.num_ended != st.session_state.get(ENDED) or state.status is SweepStatus.FINISHED:
        st.rerun()
    done, total = state.num_ended, len(state.points)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done / total, text=_progress_text(state), width="stretch")
        if state.status is SweepStatus.RUNNING:
            if st.button("Stop", icon=":material/stop:", key="honest_stop"):
                engine.sweeps.stop(sweep_id, by=visitor)
                st.rerun()
        elif st.button("Go on", icon=":material/play_arrow:", key="honest_resume"):
            engine.sweeps.resume(sweep_id, by=visitor)
            st.rerun()
        if state.status is not SweepStatus.RUNNING and st.button("Close", key="honest_leave"):
            st.session_state[STARTED] = ""
            st.rerun()
    st.caption(AT_THE_END)


def _progress_text(state: SweepState) -> str:
    said = [f"{state.num_ended} of {len(state.points)} trained"]
    if state.status is not SweepStatus.RUNNING:
        return f"{said[0]}, {state.status.value}"
    if state.current is not None:
        said.append(f"now {as_markdown(state.current.name)}")
    left = seconds_remaining(services.store(), services.engine().calibrator, state)
    if left is not None:
        said.append(f"about {rough_duration_text(left)} left")
    return ", ".join(said)


def _present() -> SweepState | None:
    """The seeds that this visitor has started and that have not ended: of this session, else any that still run."""
    store, visitor = services.store(), current_visitor()
    sweep_id = st.session_state.get(STARTED)
    if sweep_id is None:
        running = (one for one in listed_sweeps(store, visitor) if one.status is SweepStatus.RUNNING)
        sweep_id = next((one.id for one in running if one.kind == SEEDS_KIND and one.owner == visitor.id), "")
    try:
        state = sweep_state(store, sweep_id, visitor) if sweep_id else None
    except UnknownName:  # it was removed
        state = None
    return None if state is None or state.status is SweepStatus.FINISHED else state
