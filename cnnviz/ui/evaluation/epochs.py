"""Which net of a run is evaluated: the one that it ended with, or that of an epoch that is kept."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs import files
from cnnviz.runs.curve_data import matrix_title
from cnnviz.runs.records import Run
from cnnviz.text.links import link_problem
from cnnviz.ui.app import services
from cnnviz.ui.components.confusion_matrix import Stop
from cnnviz.ui.evaluation.linked_choice import choose_linked
from cnnviz.ui.shared.answers import epoch_predictions, run_version, test_predictions

NAME = "epoch"
NOT_KEPT = partial(link_problem, "an epoch", "the net is shown as it ended", lack="is not kept")
MAX_CELLS = 50_000  # of all matrices over the epochs together: of many large ones only some are sent
CACHE_ENTRIES = 32


def choose_epoch(run: Run) -> int | None:
    """Let the visitor choose among the kept epochs of a run, which `?epoch=` names in a link; None for its end."""
    kept = [] if run.origin else files.kept_epochs(services.store(), run.id)
    options = [str(epoch) for epoch in reversed(kept)]
    chosen = choose_linked(run, NAME, options, label="As it ended", format_func="Epoch {}".format, problem=NOT_KEPT)
    return int(chosen) if chosen else None


def choose(epoch: int) -> None:
    """Let the next run of the page be about that epoch."""
    st.session_state[f"evaluated_{NAME}"] = str(epoch)


def predictions(run: Run, epoch: int | None) -> TestPredictions:
    """What the net of a run, of its end or of a kept epoch, answers to the test images; raises as `ask` does."""
    return test_predictions(run) if epoch is None else epoch_predictions(run, epoch)


def validation_stops(run: Run, num_classes: int) -> list[Stop]:
    """The confusion matrix of the validation after each epoch, as the run recorded it; none of other classes."""
    store = services.store()
    if run.origin or files.edited_after(store, run.id):  # its curves are those of another net
        return []
    rows = _epochs_with_matrix(run.id, run_version(run))
    stops = [
        (row["epoch"], [(r, c, int(n)) for r, line in enumerate(row["confusion"]) for c, n in enumerate(line) if n])
        for row in rows
        if len(row["confusion"]) == num_classes
    ]
    stride = 1 + sum(len(cells) for _, cells in stops) // MAX_CELLS
    kept = files.kept_epochs(store, run.id)
    return [
        Stop(matrix_title(run.facts, epoch), cells, epoch, epoch in kept)
        for epoch, cells in stops[::-1][::stride][::-1]
    ]


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _epochs_with_matrix(run_id: str, version: str) -> list[dict[str, Any]]:  # noqa: ARG001  of the key
    return [
        {"epoch": row["epoch"], "confusion": row["confusion"]}
        for row in services.store().curves(run_id).epochs
        if row.get("confusion") and np.isfinite(row["confusion"]).all()
    ]
