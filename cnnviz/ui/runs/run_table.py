"""The list of runs as a table, a page at a time, and which of its rows are chosen."""

import hashlib
from collections.abc import Sequence
from typing import Any

import streamlit as st

from cnnviz.runs.listing import ListedRun, ListQuery, count_runs, find_listed, list_ids
from cnnviz.runs.timing import prediction_text
from cnnviz.text.markup import one_line
from cnnviz.text.units import NOTHING
from cnnviz.training.config import OPTIMIZERS
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import OWN_NET, STARTER_TITLE, images_title, is_starter
from cnnviz.ui.runs.pages import PAGE_SIZE, first_row, show_pages
from cnnviz.ui.runs.several import show_damaged
from cnnviz.ui.session.visitor import current_visitor, whose
from cnnviz.ui.shared.elements import percent, percent_column

MAX_ROWS = 5  # of more runs the table scrolls, so that the curves of the chosen one stay in the first screen
ROWS_HEIGHT = 228  # pixels: five rows and a half, so that one sees that there are more

STAR = "★"
NAME_WIDTH, MOST_NAME_WIDTH = 190, 420  # pixels: at 190 the accuracy still stands beside it on a phone
LETTER_WIDTH, CELL_ROOM = 6.4, 20  # of a name, and left and right of it
SECONDS_HELP = "Work that is in the net: without waiting, pauses, and epochs that were lost or taken back"
EPOCHS_HELP = "How many were trained; those that were asked for until it has ended"
GUESSING_HELP = "What always saying the largest class would get"
BEST_HELP = "Highest accuracy of all epochs on the validation images (the test images where none were set aside)"
LAST_HELP = "Accuracy of the last epoch on the same images as the best"
MACS_HELP = "Multiply-accumulates for one image"
MB_HELP = "What its net, kept epochs and answers take on the server's disk"
BEGAN_HELP = "The net whose weights it learned on from; none: it began at random"
PREDICTED_HELP = "How long all its epochs were expected to take, said before it began"
COLUMNS: dict[str, Any] = {
    STAR: st.column_config.TextColumn(width=28),
    "Test accuracy": percent_column(),
    "Best val.": percent_column(help=BEST_HELP),
    "Last val.": percent_column(help=LAST_HELP),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "MACs": st.column_config.NumberColumn(format="compact", help=MACS_HELP),
    "Epochs": st.column_config.NumberColumn(help=EPOCHS_HELP),
    "Seconds": st.column_config.NumberColumn(format="%.1f", help=SECONDS_HELP),
    "Predicted": st.column_config.TextColumn(help=PREDICTED_HELP),
    "MB": st.column_config.NumberColumn(format="%.1f", help=MB_HELP),
    "Guessing": percent_column(help=GUESSING_HELP),
    "Began with": st.column_config.TextColumn(help=BEGAN_HELP),
    "Started": st.column_config.DatetimeColumn(format="distance"),
}


def show_table(query: ListQuery, *, key: str = "") -> tuple[list[ListedRun], list[ListedRun]]:
    """Draw the page of a list that is turned to.

    Parameters
    ----------
    query : ListQuery
    key : str
        Of a second list on the page.

    Returns
    -------
    rows, chosen : list of ListedRun
        The runs that are shown, and those whose rows are selected.
    """
    store, visitor = services.store(), current_visitor()
    total = count_runs(store, visitor, query)
    offset = first_row(total, key)
    ids = list_ids(store, visitor, query, limit=PAGE_SIZE, offset=offset)
    rows = find_listed(store, ids)
    chosen = choose_rows([_row(one) for one in rows], COLUMNS, [one.run.id for one in rows], several=True)
    show_pages(total, "run", key)
    shown = {one.run.id for one in rows}
    show_damaged([run_id for run_id in ids if run_id not in shown], query.scope)
    return rows, [rows[position] for position in chosen]


def choose_rows(
    rows: Sequence[dict[str, object]],
    columns: dict[str, Any],
    ids: Sequence[str],
    *,
    several: bool,
    chosen: int | None = None,
) -> list[int]:
    """Draw a table and return the positions of the selected rows; `chosen` is selected at first.

    A selection is one of positions: where other runs stand in them, it is another table, in which none is selected.
    """
    shown = hashlib.sha256(" ".join(ids).encode()).hexdigest()[:12]
    event = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row" if several else "single-row",
        selection_default=None if chosen is None else {"selection": {"rows": [chosen]}},
        key=f"runs-{shown}",
        height="content" if len(rows) <= MAX_ROWS else ROWS_HEIGHT,
        placeholder=NOTHING,
        column_config={**columns, "Net": st.column_config.TextColumn(width=name_width(rows))},
    )
    return [position for position in event.selection.rows if position < len(rows)]


def name_width(rows: Sequence[dict[str, object]]) -> int:
    """Pixels of the column with the names: those of a sweep are told apart only by their ends."""
    longest = max((len(str(row["Net"])) for row in rows), default=0)
    return min(max(NAME_WIDTH, round(LETTER_WIDTH * longest) + CELL_ROOM), MOST_NAME_WIDTH)


def _row(listed: ListedRun) -> dict[str, object]:
    run, numbers = listed.run, listed.numbers
    is_done = run.status.has_model and numbers.epochs_done
    return {
        STAR: STAR if numbers.star else "",
        "Net": STARTER_TITLE if is_starter(run) else one_line(run.name),
        "Test accuracy": percent(numbers.accuracy),
        "Images": images_title(run) or None,
        "Best val.": percent(numbers.best),
        "Last val.": percent(numbers.last),
        "Parameters": numbers.params,
        "MACs": numbers.macs,
        "Seed": None if run.origin else run.config.seed,
        "Optimizer": None if run.origin else OPTIMIZERS[run.config.optimizer],
        "Epochs": None if run.origin else numbers.epochs_done if is_done else run.config.epochs,
        "Seconds": run.seconds or None,
        "Predicted": run.prediction and prediction_text(run.prediction),
        "Device": run.device or None,
        "MB": None if numbers.num_bytes is None else numbers.num_bytes / 1e6,
        "Status": OWN_NET if run.origin else run.status.value,
        "Belongs to": whose(run),
        "Tags": ", ".join(listed.tags) or None,
        "Note": one_line(numbers.note) or None,
        "Guessing": percent(run.metrics.get("guessing")),
        "Began with": run.config.fine_tuning and run.config.fine_tuning.name,
        "Started": run.created,
    }
