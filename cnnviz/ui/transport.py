"""Play, pause, one step, one epoch, stop, rewind, and the learning rate while it runs."""

from collections.abc import Callable

import streamlit as st

from cnnviz.engine.recorder import kept_epochs
from cnnviz.errors import UnknownName
from cnnviz.runs.records import Run, Status
from cnnviz.ui import services
from cnnviz.ui.chrome import errors_shown
from cnnviz.ui.downloads import show_downloads
from cnnviz.ui.live import follow
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


def show_transport(run: Run | None, *, can_start: bool, start: Callable[[], None]) -> None:
    """The buttons; they act at once and keep up with what the run does. `start` launches a new one."""
    is_live = run is not None and run.status.is_active
    follow(_buttons, is_live=is_live)(run.id if run else None, can_start, start)


@errors_shown()
def _buttons(run_id: str | None, can_start: bool, start: Callable[[], None]) -> None:
    run = None if run_id is None else services.store().get(run_id)
    is_active = run is not None and run.status.is_active
    is_running = run is not None and run.status is Status.RUNNING
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if st.button("Start", type="primary", icon=":material/play_arrow:", disabled=is_active or not can_start):
            with errors_shown():
                start()
        _pause_or_resume(run, is_running)
        _command(
            "One batch", "step", run, icon=":material/skip_next:", disabled=not is_running, help_="One step, then hold"
        )
        _command("One epoch", "epoch", run, icon=":material/fast_forward:", disabled=not is_running, help_="Then hold")
        _command("Stop", "stop", run, icon=":material/stop:", disabled=not is_active, help_="End it and keep the net")
    if run is not None:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            if is_running:
                _rate(run)
            _rewind(run)
            show_downloads(run)
        st.caption(f"{title(run)}, seed {run.config.seed}. {run.device}")


def _command(label: str, command: str, run: Run | None, *, icon: str, help_: str, disabled: bool = False) -> None:
    if st.button(label, icon=icon, disabled=disabled, help=help_, key=f"transport-{command}"):
        services.engine().command(run.id, command)


def _pause_or_resume(run: Run | None, is_running: bool) -> None:
    """One place for both, since only one of them makes sense at a time."""
    if run is not None and run.status is Status.INTERRUPTED:
        if st.button("Resume", icon=":material/resume:", help="Go on from the last saved epoch"):
            services.engine().resume(run.id)
            st.rerun()
    elif is_running and run.progress.get("paused"):
        _command("Resume", "resume", run, icon=":material/resume:", help_="Go on")
    else:
        _command("Pause", "pause", run, icon=":material/pause:", disabled=not is_running, help_="Hold after this batch")


def _rewind(run: Run) -> None:
    epochs = kept_epochs(services.store(), run.id)
    if not epochs:
        return
    with st.popover("Rewind", icon=":material/history:"):
        st.write("Go back to the end of an epoch and train on from there. What came after is forgotten.")
        epoch = st.selectbox(
            "Epoch", [0, *epochs], index=len(epochs), format_func=lambda e: f"epoch {e}" if e else "start"
        )
        if st.button("Train on from here", type="primary"):
            services.engine().rewind(run.id, epoch)
            st.rerun()


def _rate(run: Run) -> None:
    """The base learning rate of a running training, to be changed."""
    now = run.progress.get("learning_rate", run.config.learning_rate)
    rate = st.number_input(
        "Learning rate from now on",
        min_value=1e-9,
        value=float(now),
        format="%g",
        step=float(now) / 10,
        key=f"rate-{run.id}",
        width=220,
        help="The schedule, if any, multiplies this.",
    )
    if st.button("Apply", disabled=rate == now):
        services.engine().set_learning_rate(run.id, rate)


def show_next_steps(run: Run) -> None:
    """Links that carry a finished run on."""
    if not run.metrics:
        return
    with st.container(horizontal=True):
        for name, label in (("feature_maps", "See its feature maps"), ("evaluation", "See what it confuses")):
            st.page_link(page(name), label=label, query_params={"run": run.id})
