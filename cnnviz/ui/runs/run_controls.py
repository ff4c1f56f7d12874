"""Buttons of a run: start, pause, step, stop, rewind, learning rate, and links to other pages."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from cnnviz.access.permission import READ_ONLY_TRAINING, may_change
from cnnviz.errors import CnnvizError
from cnnviz.runs.files import kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.text.markup import as_markdown
from cnnviz.training.config import LEAST_RATE, MOST_RATE
from cnnviz.training.loop.control import Command
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.inputs.number_field import is_refused, number_field
from cnnviz.ui.inputs.run_picker import title
from cnnviz.ui.runs.downloads import show_downloads
from cnnviz.ui.runs.sharing import show_sharing
from cnnviz.ui.session.visitor import current_visitor, shown_run
from cnnviz.ui.shared.elements import as_part

COMMANDS: dict[Command, tuple[str, str, str]] = {
    "pause": (
        "Pause",
        ":material/pause:",
        "Hold after this batch. If others wait, the worker goes to them, and you queue again when you go on",
    ),
    "resume": (
        "Resume",
        ":material/resume:",
        "Go on exactly where it was, at the end of the queue if others wait; after an interruption from the last saved "
        "epoch",
    ),
    "step": ("1 batch", ":material/skip_next:", "One step, then hold"),
    "epoch": ("1 epoch", ":material/fast_forward:", "To the end of the epoch, then hold"),
    "stop": ("Stop", ":material/stop:", "End it and keep the net"),
}
"""Label, icon and help of each command's button."""

POSSIBLE: dict[Status, set[Command]] = {
    Status.QUEUED: {"stop"},
    Status.RUNNING: {"pause", "resume", "step", "epoch", "stop"},  # one of the first two
    Status.PAUSED: {"resume", "step", "epoch", "stop"},
    Status.INTERRUPTED: {"resume"},
}
"""Status of a run -> the commands that do something to it."""

SCHEDULED = "The schedule lowers it from batch to batch: the figure Learning rate says what it is now"
RESUMED, REFUSED = "transport_resumed", "transport_refused"


def show_transport(
    run: Run | None, *, start: Callable[[], None] | None, copy: Callable[[Run, int], None], is_stopping: bool
) -> None:
    """The buttons; they act at once. The run's panel lets the page run when other ones are needed.

    They are those of the state that the page has read, also after a click that draws only them anew: the panel compares
    with that state, so buttons of a later one, which was over before it was seen, would stay.

    `start` launches a new run, None: it cannot. `copy` launches one's own copy of this one from the end of an epoch,
    where it is somebody else's. `is_stopping`: it was asked to stop.
    """
    as_part(_buttons)(run, start=start, copy=copy, is_stopping=is_stopping)


def _buttons(
    run: Run | None, *, start: Callable[[], None] | None, copy: Callable[[Run, int], None], is_stopping: bool
) -> None:
    if st.session_state.pop(RESUMED, False):
        st.rerun()  # the whole page follows it from now on
    if (refused := st.session_state.pop(REFUSED, None)) is not None:
        with errors_shown():
            raise refused
    run = None if run is not None and run.origin else run  # it has no training to steer
    mine = run if run is not None and may_change(current_visitor(), run) else None
    possible = set() if mine is None or is_stopping else POSSIBLE.get(mine.status, set())
    # on a phone, where one row shows only what can be pressed, see training.css
    key = "transport_steered" if mine is not None and "stop" in POSSIBLE.get(mine.status, set()) else "transport"
    with st.container(key=key, horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        can_start = start is not None and (mine is None or not mine.status.is_active)
        is_pressed = st.button("Start", type="primary", icon=":material/play_arrow:", disabled=not can_start)
        if run is not None:
            is_done = "pause" if run.progress.paused else "resume" if run.status is Status.RUNNING else None
            for command in COMMANDS:
                _command(command, run, command in possible and command != is_done)
            if mine is not None:
                _rewind(run)
                show_sharing(run)
            else:
                _train_on(run, copy)
            show_downloads(run)
            if mine is not None:
                _rate(run)
    if start is not None and is_pressed:
        with errors_shown():  # below the row: on a phone that is scrolled sideways
            start()
    if run is not None:
        st.caption(as_markdown(f"{title(run)}, seed {run.config.seed}. {run.device}"))
        if mine is None:
            st.caption(f":material/visibility: {READ_ONLY_TRAINING}")


def _command(command: Command, run: Run | None, can_be_given: bool) -> None:
    """A button that is always there, so that none moves away from under the mouse."""
    label, icon, help_ = COMMANDS[command]
    given = None if run is None else partial(_give, run.id, command)
    st.button(label, icon=icon, disabled=not can_be_given, help=help_, key=f"transport-{command}", on_click=given)


def _give(run_id: str, command: Command) -> None:
    """Give a command before anything is drawn: a page that is redrawn meanwhile would swallow the click."""
    try:
        if shown_run(run_id).status is Status.INTERRUPTED:
            services.engine().resume(run_id, by=current_visitor())
            st.session_state[RESUMED] = True
        else:
            services.engine().command(run_id, command, by=current_visitor())
    except CnnvizError as error:
        st.session_state[REFUSED] = error


def _rewind(run: Run) -> None:
    epochs = kept_epochs(services.store(), run.id)
    newest = partial(_choose_newest, run.id)
    with st.popover("Rewind", icon=":material/history:", key="rewind", on_change=newest, disabled=not epochs):
        if not epochs:
            return
        st.write("Go back to the end of an epoch and train on from there. What came after is forgotten.")
        epoch = _choose_epoch(run, epochs)
        if st.button("Train on from here", type="primary"):
            services.engine().rewind(run.id, epoch, by=current_visitor())
            st.rerun()


def _train_on(run: Run, copy: Callable[[Run, int], None]) -> None:
    with st.popover("Train on from here", icon=":material/content_copy:", key="copy"):
        st.write("Make a copy of your own as this run was at the end of an epoch, and train on from there.")
        epoch = _choose_epoch(run, kept_epochs(services.store(), run.id))
        if st.button("Copy it and train on", type="primary"):
            with errors_shown():
                copy(run, epoch)


def _choose_epoch(run: Run, epochs: list[int]) -> int:
    key, offered = _epoch_key(run.id), [0, *epochs]
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[-1]
    return st.selectbox("Epoch", offered, format_func=lambda epoch: f"epoch {epoch}" if epoch else "start", key=key)


def _choose_newest(run_id: str) -> None:
    """Begin with the newest epoch: the list was drawn when the first one had ended, and would keep that one."""
    epochs = kept_epochs(services.store(), run_id)  # none any more where another tab has just gone back to the start
    st.session_state[_epoch_key(run_id)] = epochs[-1] if epochs else 0


def _epoch_key(run_id: str) -> str:
    return f"rewind-{run_id}"


def _rate(run: Run) -> None:
    """The base learning rate of a running training, to be changed; the run's panel says in every tab what was asked.

    In a popover, where the sentence that refuses a number moves nothing of the page.
    """
    is_running = run.status in (Status.RUNNING, Status.PAUSED)
    with st.popover("Learning rate", icon=":material/speed:", key="rate", disabled=not is_running):
        if is_running:
            _change_rate(run)


def _change_rate(run: Run) -> None:
    run, engine = shown_run(run.id), services.engine()  # it changes from another tab too
    wanted = engine.asked_rate(run) or run.progress.learning_rate or run.config.learning_rate
    key = f"rate-{run.id}"
    state, was, apply = st.session_state, f"{key}_was", f"{key}_apply"
    is_as_it_was = state.setdefault(key, wanted) == state.get(was) and not is_refused(key)
    if is_as_it_was and not state.get(apply):  # what is applied is what was seen
        state[key] = wanted
    state[was] = wanted
    label, words = "Learning rate from now on", None
    if run.config.schedule != "constant":
        label, words = "Highest learning rate from now on", SCHEDULED
    rate = number_field(label, key, least=LEAST_RATE, most=MOST_RATE, help=words)
    # never disabled: another tab may ask for another rate after this one was drawn
    if st.button("Apply", key=apply) and rate != wanted and not is_refused(key):
        engine.set_learning_rate(run.id, rate, by=current_visitor())
        state[was] = rate


def show_next_steps(run: Run) -> None:
    """Show links to the pages that inspect a finished run."""
    if not run.metrics:
        return  # of a net that was brought along, there are some from its first moment
    with st.container(horizontal=True, width="content"):
        for name, label in (("inside", "Look inside"), ("evaluation", "See what it confuses")):
            st.page_link(page(name), label=label, query_params={"run": run.id})
        st.page_link(page("compare"), label="Compare it", query_params={"runs": run.id})
