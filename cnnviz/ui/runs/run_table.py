"""All runs in a table, and what can be done with one."""

import streamlit as st

from cnnviz.access.permission import LOOK_ONLY, READ_ONLY, may_change
from cnnviz.runs.permitted import MAX_NAME
from cnnviz.runs.records import Run, Status
from cnnviz.runs.timing import prediction_text
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import NOTHING
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.inputs.run_picker import (
    OWN_NET,
    PICKED,
    STARTER_TITLE,
    images_title,
    is_starter,
    pick,
    title,
    without_place,
)
from cnnviz.ui.runs.again import show_again
from cnnviz.ui.runs.downloads import show_downloads
from cnnviz.ui.runs.model_card import show_model_card
from cnnviz.ui.runs.progress import show_progress, show_start
from cnnviz.ui.runs.run_controls import show_next_steps
from cnnviz.ui.runs.run_panel import show_curves, show_findings
from cnnviz.ui.runs.sharing import show_sharing
from cnnviz.ui.session.starting_net import begin_with
from cnnviz.ui.session.visitor import current_visitor, whose

MAX_ROWS = 5  # of more runs the table scrolls, so that the curves of the chosen one stay in the first screen
ROWS_HEIGHT = 228  # pixels: five rows and a half, so that one sees that there are more

SECONDS_HELP = "Work that is in the net: without waiting, pauses, and epochs that were lost or taken back"
EPOCHS_HELP = "How many were trained; those that were asked for until it has ended"
GUESSING_HELP = "What always saying the largest class would get"
TUNE_HELP = "Train it on from its weights, on other images, with a new head for their classes"
BEGAN_HELP = "The net whose weights it learned on from; none: it began at random"
PREDICTED_HELP = "How long all its epochs were expected to take, said before it began"


def choose_from_table(runs: list[Run], linked: Run | None) -> Run:
    """The run whose row is selected; until one is, that of the page's link, else the newest."""
    rows = [_row(run) for run in runs]
    event = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="runs",
        height="content" if len(rows) <= MAX_ROWS else ROWS_HEIGHT,
        placeholder=NOTHING,
        column_config={
            "Test accuracy": st.column_config.NumberColumn(format="percent"),
            "Guessing": st.column_config.NumberColumn(format="percent", help=GUESSING_HELP),
            "Parameters": st.column_config.NumberColumn(format="localized"),
            "Epochs": st.column_config.NumberColumn(help=EPOCHS_HELP),
            "Seconds": st.column_config.NumberColumn(format="%.1f", help=SECONDS_HELP),
            "Predicted": st.column_config.TextColumn(help=PREDICTED_HELP),
            "Began with": st.column_config.TextColumn(help=BEGAN_HELP),
            "Started": st.column_config.DatetimeColumn(format="distance"),
        },
    )
    selected = event.selection.rows
    if selected and selected[0] < len(runs):
        st.query_params["run"] = runs[selected[0]].id
        pick(runs[selected[0]].id)
        return runs[selected[0]]
    picked = next((run for run in runs if run.id == st.session_state.get(PICKED)), runs[0])
    return linked or picked


def _row(run: Run) -> dict[str, object]:
    return {
        "Net": STARTER_TITLE if is_starter(run) else run.name,
        "Images": images_title(run) or None,
        "Status": OWN_NET if run.origin else run.status.value,
        "Belongs to": whose(run),
        "Test accuracy": run.metrics.get("accuracy"),
        "Guessing": run.metrics.get("guessing"),
        "Parameters": run.metrics.get("params"),
        "Began with": run.config.fine_tuning and run.config.fine_tuning.name,
        "Epochs": None if run.origin else run.epochs_done if run.status.has_model else run.config.epochs,
        "Seconds": run.seconds or None,
        "Predicted": run.prediction and prediction_text(run.prediction),
        "Device": run.device,
        "Started": run.created,
    }


def show_details(run: Run) -> None:
    """Status, curves, settings and actions of one run."""
    st.header(as_markdown(title(run)), anchor=False)
    show_progress(run)
    show_start(run)
    if not run.origin:
        curves = services.store().curves(run.id)
        show_findings(curves, run)
        show_curves(curves, run)
    _show_actions(run)
    show_model_card(run)
    with st.expander("Settings and net"):
        st.json(without_place(run).config.model_dump())
        st.code(run.architecture.to_json(), language="json", wrap_lines=True)


def _show_actions(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        show_next_steps(run)
        if not run.origin:
            st.page_link(page("training"), label="Open on the Training page", query_params={"run": run.id})
        show_downloads(run)
        if may_change(current_visitor(), run):
            _change(run)
    show_again(run)
    if not may_change(current_visitor(), run):
        st.caption(f":material/visibility: {LOOK_ONLY if run.origin else READ_ONLY}")


def _change(run: Run) -> None:
    """What only its owner and the operator can do with a run."""
    show_sharing(run)
    _rename(run)
    if run.status.has_model and run.metrics and st.button("Fine-tune it", icon=":material/tune:", help=TUNE_HELP):
        begin_with(run)
    if run.status in (Status.INTERRUPTED, Status.PAUSED) and st.button("Resume", icon=":material/resume:"):
        services.engine().resume(run.id, by=current_visitor())
        st.rerun()
    is_paused = run.status is Status.PAUSED
    if (run.status.is_active or is_paused) and st.button("Stop", icon=":material/stop:"):
        services.engine().command(run.id, "stop", by=current_visitor())
        st.rerun()
    if not run.status.is_active:
        _delete(run)


def _rename(run: Run) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        name = st.text_input("Name", run.name, max_chars=MAX_NAME, key=f"name-{run.id}-{run.name}")
        if st.button("Use this name", type="primary", disabled=name.strip() in ("", run.name)):
            services.engine().rename(run.id, name, by=current_visitor())
            st.rerun()


def _delete(run: Run) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.write("The run, its curves and its net are removed for good.")
        if st.button("Delete this run", type="primary"):
            services.engine().delete(run.id, by=current_visitor())
            st.query_params.pop("run", None)
            st.rerun()
