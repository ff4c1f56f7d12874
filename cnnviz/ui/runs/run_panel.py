"""A run as it trains: its panel; and its curves as figures, for pages that list what has ended."""

import streamlit as st

from cnnviz.plots.curves import Metric, describe_curves, training_curves
from cnnviz.runs.files import has_curves_of_another
from cnnviz.runs.findings import findings
from cnnviz.runs.records import Curves, Run
from cnnviz.text.markup import as_markdown
from cnnviz.ui.app import services
from cnnviz.ui.components.live_run import live_run
from cnnviz.ui.runs.progress import show_changed_images, show_edited, show_ended, show_notes, show_start
from cnnviz.ui.session.visitor import cookie_secret, current_visitor
from cnnviz.ui.shared.elements import show_figure
from cnnviz.web.live.panel import is_moving, page_state
from cnnviz.web.live.route import live_url


def is_past_first_epoch(run: Run) -> bool:
    """Whether an epoch of a run has ended."""
    return services.store().last_epoch(run.id) > 0


def is_asked_to_stop(run: Run) -> bool:
    """Whether a run is about to stop."""
    return services.engine().is_stopping(run.id)


def show_run(run: Run, *, has_epochs: bool, is_stopping: bool) -> None:
    """Progress and curves of a run; they move by themselves, and the page runs anew when the run is held or ends.

    `has_epochs` and `is_stopping` are what was known before anything of the page was drawn: for an epoch that has ended
    since, of which its buttons do not know, it runs anew.
    """
    moves = is_moving(services.engine(), run)
    # always there: one that comes later would show, until the page is drawn, what had stood in its place
    with st.container(key="run_moves" if moves else "run_ended"):
        if not moves:
            show_ended(run)
    if run.origin:
        return
    show_edited(run)
    show_start(run)
    show_changed_images(run)
    show_notes(run.facts.notes)
    state = page_state(run, is_moving=moves, has_epochs=has_epochs, is_stopping=is_stopping)
    url = live_url(run.id, current_visitor(), cookie_secret())
    is_own = not has_curves_of_another(services.store(), run.id)
    live_run(run.id, url, state=state, is_moving=moves, is_own=is_own)


def show_curves(curves: Curves, run: Run) -> None:
    """The loss and the accuracy of a run as figures that can be saved."""
    metrics: tuple[Metric, ...] = ("loss", "accuracy")
    for column, metric in zip(st.columns(2), metrics, strict=True):
        with column:
            figure = training_curves(curves.points, curves.epochs, metric=metric)
            show_figure(figure, describe_curves(curves.epochs, metric=metric), key=f"{metric}-{run.id}")


def show_findings(curves: Curves, run: Run) -> None:
    """The most likely cause of what goes wrong, or that all is well, and folded what else was noticed."""
    cause, *others = findings(services.store(), run, curves.points, curves.epochs) or (None,)
    if cause is None or cause.kind == "diverged":  # that is said where it is said how the run ended
        return
    if cause.kind == "well":
        st.success(as_markdown(cause.text), icon=":material/check_circle:")
    else:
        st.warning(as_markdown(cause.text), icon=":material/troubleshoot:")
    if others:
        with st.expander(f"Also noticed ({len(others)})"):
            for one in others:
                st.markdown(as_markdown(one.text))
