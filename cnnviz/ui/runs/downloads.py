"""The menu of files that a visitor takes along of a run, made from the table `reports.exports`."""

from collections.abc import Callable
from functools import partial
from itertools import groupby

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.reports.exports import EXPORTS, Export
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import without_place
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import FORMAT_KEY, FORMATS

DRAWN_KEY = "figure_format_drawn"


def show_downloads(run: Run) -> None:
    """Show a menu of files to download; those that a run does not have yet are disabled."""
    store, visitor = services.store(), current_visitor()

    def still_shared() -> Run:  # a file is read when it is asked for: the page may have been open for long
        return visible_run(store, run.id, visitor)

    is_own = may_change(visitor, run)
    with st.popover("Save", icon=":material/download:", key=f"save-{run.id}"):
        for group, exports in groupby(EXPORTS.values(), lambda export: export.group):
            with st.container(gap=None):
                st.caption(group)
                for export in exports:
                    is_there = export.is_there(store, run)
                    if is_there or not export.is_rare:
                        _show(export, run, still_shared, can_be_had=is_there and export.is_for(run, is_own=is_own))
        chosen = choose_figure_format()
    if chosen != st.session_state.setdefault(DRAWN_KEY, FORMATS[0]):
        st.session_state[DRAWN_KEY] = chosen
        st.rerun()  # the figures stand in other parts of the page


def _show(export: Export, run: Run, still_shared: Callable[[], Run], *, can_be_had: bool) -> None:
    st.download_button(
        export.title,
        partial(_content, export, still_shared),
        f"{run.name}-{run.id}.{export.ending}",
        export.mime,
        disabled=not can_be_had,
        help=export.help,
        key=f"save-{export.ending}-{run.id}",
        type="tertiary",
    )


def _content(export: Export, still_shared: Callable[[], Run]) -> bytes:
    run = still_shared()
    knows_place = export.names_pictures or export.reads_images
    return export.write(services.engine(), run if knows_place else without_place(run))


def choose_figure_format() -> str:
    """Let the visitor choose in which format the camera above a figure saves it, and return that."""
    return st.segmented_control(
        "The camera above a figure saves",
        FORMATS,
        format_func=str.upper,
        default=FORMATS[0],
        required=True,
        key=FORMAT_KEY,
        persist_state="session",
        help="SVG stays sharp at any size; PNG opens everywhere",
    )
