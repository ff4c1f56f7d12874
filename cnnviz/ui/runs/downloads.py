"""The menu of files that a visitor takes along of a run, made from the table `reports.exports`."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.reports.exports import EXPORTS, Export
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.components.save_files import FileToSave, file_name, save_files
from cnnviz.ui.inputs.run_picker import images_title, without_place
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import FORMAT_KEY, FORMATS

DRAWN_KEY = "figure_format_drawn"


def show_downloads(run: Run) -> None:
    """Show a menu of files to save; those that a run does not have yet say why."""
    with st.popover("Save", icon=":material/download:", key=f"save-{run.id}"):
        save_files(_files(run), key=f"files-{run.id}", look="menu")
        chosen = choose_figure_format()
    if chosen != st.session_state.setdefault(DRAWN_KEY, FORMATS[0]):
        st.session_state[DRAWN_KEY] = chosen
        st.rerun()  # the figures stand in other parts of the page


def _files(run: Run) -> Iterator[FileToSave]:
    store, visitor = services.store(), current_visitor()
    images = images_title(run)
    is_own = may_change(visitor, run)

    def write(export: Export) -> bytes:  # read when it is asked for: the page may have been open for long
        current = visible_run(store, run.id, visitor)
        knows_place = export.names_pictures or export.reads_images
        return export.write(services.engine(), current if knows_place else without_place(current, images))

    for export in EXPORTS.values():
        if not export.is_rare or export.is_there(store, run):
            yield FileToSave(
                export.title,
                file_name(run.name, run.id, ending=export.ending),
                partial(write, export),
                export.help,
                missing=export.missing(store, run, is_own=is_own),
                group=export.group,
            )


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
