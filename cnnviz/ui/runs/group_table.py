"""Runs that differ only in their seed as one row: mean and spread, and the runs of the row that is opened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from cnnviz.runs.grouping import RunGroup, count_groups, list_groups, list_ungrouped
from cnnviz.runs.listing import ListedRun, ListQuery
from cnnviz.text.links import link_problem
from cnnviz.text.markup import as_markdown, one_line
from cnnviz.text.units import count_text, percent_text
from cnnviz.training.config import OPTIMIZERS
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import warn
from cnnviz.ui.inputs.run_picker import STARTER_TITLE, images_title, is_starter
from cnnviz.ui.runs.pages import PAGE_SIZE, first_row, show_pages
from cnnviz.ui.runs.run_table import MACS_HELP, choose_rows, show_table
from cnnviz.ui.runs.several import show_damaged
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.elements import percent, percent_column

MAX_BARS = 20
OPENED = "settings"
"""Name of the opened group in the address."""
OPENED_HERE = "runs_opened_group"
"""Session key of the one that was opened last, which may be closed without a word."""
CHANGED = "; {} stopped or changed by hand while trained: left out of the mean"
REPEATED = "; {} with the seed of a newer one: of each seed the newest counts"
FINE = 2  # digits: means of several runs are nearer to each other than runs
SEEDS_HELP = (
    "So many are in the mean: of each seed the newest run that was not stopped or changed by hand while trained"
)
MEAN_HELP = "On the test images, over the seeds: of each the newest run that was not stopped or changed by hand"
SPREAD_HELP = "Standard deviation between the seeds (n − 1)"
BARS_HELP = "Accuracy of each seed, oldest first; the bars of all rows begin and end with what the heading says"
COLUMNS: dict[str, Any] = {
    "Seeds": st.column_config.NumberColumn(help=SEEDS_HELP),
    "Mean accuracy": percent_column(digits=FINE, help=MEAN_HELP),
    "± spread": percent_column(digits=FINE, help=SPREAD_HELP),
    "Lowest": percent_column(digits=FINE),
    "Highest": percent_column(digits=FINE),
    "Parameters": st.column_config.NumberColumn(format="localized"),
    "MACs": st.column_config.NumberColumn(format="compact", help=MACS_HELP),
    "Seconds": st.column_config.NumberColumn(format="%.1f", help="Mean of the runs that count"),
}


def show_groups(query: ListQuery) -> tuple[list[ListedRun], list[ListedRun]]:
    """Draw a row for each setting, and of the one that is opened its runs.

    Returns
    -------
    rows, chosen : list of ListedRun
        Runs of the opened group, else the newest of each; and those whose rows are selected.
    """
    store, visitor = services.store(), current_visitor()
    total = count_groups(store, visitor, query)
    offset = first_row(total)
    groups, damaged = list_groups(store, visitor, query, limit=PAGE_SIZE, offset=offset)
    keys = [group.key for group in groups]
    linked = st.query_params.get(OPENED)
    at = keys.index(linked) if linked in keys else None
    columns = {**COLUMNS, "Each seed": _bars(groups)}
    opened = choose_rows([_row(group) for group in groups], columns, keys, several=False, chosen=at)
    show_pages(total, "group")
    if not opened:
        show_damaged([*damaged, *list_ungrouped(store, visitor, query)], query.scope)
        take_group_out()
        return [group.newest for group in groups], []
    group = groups[opened[0]]
    st.query_params[OPENED] = st.session_state[OPENED_HERE] = group.key
    st.caption(_told(group))
    return show_table(replace(query, settings=group.key), key="_of_group")


def take_group_out() -> None:
    """Take the group out of the address where none is opened, and say so if it came with a link."""
    said = st.query_params.pop(OPENED, None)
    if said is not None and said != st.session_state.get(OPENED_HERE):
        warn(link_problem("a group of runs", "none is opened", lack="this list does not show", received=said))


def _told(group: RunGroup) -> str:
    """Say which runs a group holds, and which of them do not count."""
    name = as_markdown(group.newest.run.name)
    if group.count == 1:
        return f"1 run of {name}; no other one differs from it only in the seed"
    said = [f"{count_text(group.count, 'run')} of {name} that differ at most in their seed"]
    for words, number in ((REPEATED, group.num_repeated), (CHANGED, group.num_changed)):
        if number:
            said.append(words.format(count_text(number, "run")))
    return "".join(said)


def bar_scale(groups: Sequence[RunGroup]) -> tuple[float, float]:
    """Accuracies (0 to 1) that the bars of all groups begin and end with.

    They end with the highest, and begin a tenth of what lies between before the lowest, whose bar would else have no
    height. Where all are alike, they show all there is, 0 to 1.
    """
    shown = [value for group in groups for value in _shown(group)]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    return (max(0.0, low - (high - low) / 10), high) if low < high else (0.0, 1.0)


def _shown(group: RunGroup) -> tuple[float, ...]:
    """The accuracies of the newest runs of a group that are drawn as bars, if there is more than one."""
    return group.accuracies[-MAX_BARS:] if len(group.accuracies) > 1 else ()


def _bars(groups: Sequence[RunGroup]) -> Any:
    low, high = bar_scale(groups)
    heading = f"Each seed ({100 * low:.2f} to {percent_text(high, digits=2)})"
    return st.column_config.BarChartColumn(heading, help=BARS_HELP, y_min=low, y_max=high)


def _row(group: RunGroup) -> dict[str, object]:
    run, numbers = group.newest.run, group.newest.numbers
    known = group.accuracies
    return {
        "Net": STARTER_TITLE if is_starter(run) else one_line(run.name),
        "Runs": group.count,
        "Seeds": len(known) or None,
        "Mean accuracy": percent(group.mean),
        "± spread": percent(group.spread),
        "Lowest": percent(min(known, default=None)),
        "Highest": percent(max(known, default=None)),
        "Images": images_title(run) or None,
        "Each seed": list(_shown(group)) or None,
        "Parameters": numbers.params,
        "MACs": numbers.macs,
        "Optimizer": None if run.origin else OPTIMIZERS[run.config.optimizer],
        "Learning rate": None if run.origin else run.config.learning_rate,
        "Batch": None if run.origin else run.config.batch_size,
        "Epochs": None if run.origin else run.config.epochs,
        "Seconds": group.seconds,
    }
