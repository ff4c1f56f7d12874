"""The comparison as one file that is taken along."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.reports.html_report import MOST_RUNS, comparison_html
from cnnviz.runs.permitted import visible_run
from cnnviz.runs.records import Run
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import images_title
from cnnviz.ui.session.visitor import current_visitor

HELP = "Opens from a folder, without network or server, with the nets alive in it; it can be printed"


def show_comparison_download(runs: Sequence[Run]) -> None:
    """Show a button that gives the runs beside each other as one HTML file.

    Parameters
    ----------
    runs : sequence of Run
        As they are shown; the file is written when the button is clicked, of runs that the visitor may still see then.
    """
    store, visitor, ids = services.store(), current_visitor(), [run.id for run in runs]
    names = [images_title(run) for run in runs]

    def write() -> bytes:
        shown = [visible_run(store, run_id, visitor) for run_id in ids]
        return comparison_html(services.engine(), shown, images_names=names, visitor=visitor)

    st.download_button(
        "All of it as a page (.html)",
        write,
        f"comparison-{'-'.join(ids)}.html",
        "text/html",
        on_click="ignore",
        disabled=not 2 <= len(runs) <= MOST_RUNS,
        help=HELP,
        key="compare_html",
    )
